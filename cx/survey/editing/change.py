"""Operations on a definition. Each returns a new one and leaves the old one as it was.

Questions are named by :func:`keys`: their id, or ``#3`` (the third) where the id is missing or there twice.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cx.survey.editing.document import Definition
from cx.survey.editing.order import PAGE, QUESTION, TOP, ordered
from cx.survey.lists import choice_keys
from cx.survey.questions import RESERVED_IDS
from cx.survey.types import TYPES

Entry = dict[str, Any]

_NAMED = ("show_if", "required_if", "value")
FIRST = "@first"
"""Stands for a place before every question."""


def pages(definition: Mapping[str, Any]) -> list[Entry]:
    """The pages; a single plain one has its questions at the top of the definition. What is no mapping is left out."""
    if "pages" in definition:
        found = definition["pages"]
        return [page for page in found if isinstance(page, dict)] if isinstance(found, list) else []
    return [{"questions": definition.get("questions") or []}]


def questions(page: Mapping[str, Any]) -> list[Entry]:
    """The questions of a page; what is no mapping is left out."""
    found = page.get("questions")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def keys(definition: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Every question's key and its place: page and place on the page, counted from 0."""
    found: dict[str, tuple[int, int]] = {}
    number = 0
    for at, page in enumerate(pages(definition)):
        for place, entry in enumerate(questions(page)):
            number += 1
            id = str(entry.get("id", ""))
            found[id if id and id not in found else f"#{number}"] = (at, place)
    return found


def question(definition: Mapping[str, Any], key: str) -> Entry | None:
    """The question of a key."""
    place = keys(definition).get(key)
    return questions(pages(definition)[place[0]])[place[1]] if place else None


def ids(definition: Mapping[str, Any]) -> list[str]:
    """Ids in order."""
    return [str(entry["id"]) for page in pages(definition) for entry in questions(page) if entry.get("id")]


def _with(definition: Mapping[str, Any], found: Sequence[Entry]) -> Definition:
    """The definition with other pages; a single plain page becomes ``questions``."""
    kept = [page for page in found if page.get("questions")] or [{"questions": []}]
    result = {key: value for key, value in definition.items() if key not in ("pages", "questions")}
    if len(kept) == 1 and set(kept[0]) == {"questions"}:
        return {**result, "questions": kept[0]["questions"]}
    return {**result, "pages": kept}


def _open(definition: Mapping[str, Any]) -> list[Entry]:
    """Pages to be changed in place, each with a list of its own."""
    return [{**page, "questions": list(questions(page))} for page in pages(definition)]


def add(definition: Mapping[str, Any], entries: Iterable[Entry], after: str | None) -> tuple[Definition, str]:
    """Questions put in after a question (None: at the end), under ids of their own; returns the first one's key.

    What they say about each other by name is said by the new names.
    """
    taken = set(ids(definition))
    fresh = [copy.deepcopy(entry) for entry in entries]
    names = {}
    for entry in fresh:
        old = str(entry.get("id") or "q1")
        names[old] = unused(old, taken)
        taken.add(names[old])
        entry["id"] = names[old]
    fresh = [_renamed(entry, names) for entry in fresh]
    found = _open(definition) or [{"questions": []}]
    end = len(found) - 1, len(found[-1]["questions"]) - 1
    page, place = (0, -1) if after == FIRST else keys(definition).get(after or "", end)
    found[page]["questions"][place + 1 : place + 1] = fresh
    return _with(definition, found), str(fresh[0]["id"])


def unused(wanted: str, taken: Iterable[str]) -> str:
    """An id that is free: the wanted one, or with a number at its end."""
    names = set(taken) | RESERVED_IDS
    base = re.sub(r"[^a-z0-9_]+", "_", wanted.lower()).strip("_")[:40]
    base = base if re.match(r"[a-z]", base) else f"q_{base}".rstrip("_")
    if base not in names and base != "q":
        return base
    stem, number = re.fullmatch(r"(.*?)_?(\d*)", base).groups()  # type: ignore[union-attr]
    joint = "" if stem in ("q", "c") else "_"
    at = int(number) if number else 1 if not joint else 2
    while f"{stem}{joint}{at}" in names:
        at += 1
    return f"{stem}{joint}{at}"


def remove(definition: Mapping[str, Any], key: str) -> Definition:
    """Without a question; a page that is then empty goes too."""
    found, (page, place) = _open(definition), keys(definition)[key]
    del found[page]["questions"][place]
    return _with(definition, found)


def duplicate(definition: Mapping[str, Any], key: str) -> tuple[Definition, str]:
    """The question once more, right after itself; returns the key of the copy."""
    entry = question(definition, key)
    assert entry is not None
    return add(definition, [entry], key)


def move(definition: Mapping[str, Any], key: str, page: int, place: int) -> Definition:
    """The question at another place: ``page`` and ``place`` as they are counted before it is taken out."""
    found, (old_page, old_place) = _open(definition), keys(definition)[key]
    entry = found[old_page]["questions"].pop(old_place)
    found[page]["questions"].insert(place - (page == old_page and old_place < place), entry)
    return _with(definition, found)


def shift(definition: Mapping[str, Any], key: str, by: int) -> Definition:
    """The question one up (-1) or down (1), over the edge of its page onto the next one."""
    found, (page, place) = pages(definition), keys(definition)[key]
    if 0 <= place + by < len(questions(found[page])):
        return move(definition, key, page, place + (2 if by > 0 else -1))
    if not 0 <= page + by < len(found):
        return dict(definition)
    return move(definition, key, page + by, 0 if by > 0 else len(questions(found[page - 1])))


def break_before(definition: Mapping[str, Any], key: str) -> Definition:
    """A new page that begins with this question."""
    found, (page, place) = _open(definition), keys(definition)[key]
    if place == 0:
        return dict(definition)
    whole = found[page]["questions"]
    found[page]["questions"] = whole[:place]
    found.insert(page + 1, {"questions": whole[place:]})
    return _with(definition, found)


def join(definition: Mapping[str, Any], page: int) -> Definition:
    """The page's questions on the page before it."""
    found = _open(definition)
    found[page - 1]["questions"] += found[page]["questions"]
    del found[page]
    return _with(definition, found)


def shift_break(definition: Mapping[str, Any], page: int, by: int) -> Definition:
    """The line before a page one question up (-1) or down (1); at the end of a page the two become one."""
    found = _open(definition)
    before, after = found[page - 1]["questions"], found[page]["questions"]
    if by < 0:
        after.insert(0, before.pop())
    else:
        before.append(after.pop(0))
    return _with(definition, found)


def set_question(definition: Mapping[str, Any], key: str, **fields: Any) -> Definition:
    """Fields of a question set; None takes the field away."""
    found, (page, place) = _open(definition), keys(definition)[key]
    entry = found[page]["questions"][place]
    found[page]["questions"][place] = ordered({**entry, **fields}, QUESTION)
    return _with(definition, found)


def set_page(definition: Mapping[str, Any], page: int, **fields: Any) -> Definition:
    """Fields of a page set; None takes the field away."""
    found = _open(definition)
    found[page] = ordered({**found[page], **fields}, PAGE)
    return _with(definition, found)


def set_top(definition: Mapping[str, Any], **fields: Any) -> Definition:
    """Fields of the survey set; None takes the field away."""
    return ordered({**definition, **fields}, TOP)


def items(definition: Mapping[str, Any], key: str | None, field: str) -> list[Entry]:
    """The entries of a list of a question (rules, jumps), or of the survey (``key`` None: quotas)."""
    holder = definition if key is None else question(definition, key) or {}
    found = holder.get(field)
    return [dict(each) for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def set_items(definition: Mapping[str, Any], key: str | None, field: str, entries: Sequence[Entry]) -> Definition:
    """A list set anew; without entries it is taken away."""
    fields = {field: list(entries) or None}
    return set_top(definition, **fields) if key is None else set_question(definition, key, **fields)


def set_item(definition: Mapping[str, Any], key: str | None, field: str, at: int, **fields: Any) -> Definition:
    """Fields of one entry of such a list set; None takes the field away."""
    found = items(definition, key, field)
    found[at] = {name: value for name, value in {**found[at], **fields}.items() if value not in (None, "")}
    return set_items(definition, key, field, found)


def retype(entry: Mapping[str, Any], type: str, fresh: Mapping[str, Any]) -> Entry:
    """The question as one of another type: what the type knows is kept, what it needs comes from ``fresh``."""
    mine = {"id", "label", "help", "show_if"}
    if TYPES[type].answerable:
        mine |= {"required", "required_if", "journey", "stage", "touchpoint", "links"}
    mine |= TYPES[type].keys - ({"labels"} if entry.get("type") != type else set())
    kept = {name: value for name, value in entry.items() if name in mine}
    if "choices" in kept:
        known = choice_keys(type)
        kept["choices"] = [{k: v for k, v in dict(each).items() if k in known} for each in kept["choices"] or ()]
    needed = {name: value for name, value in fresh.items() if name not in (*kept, "label", "required")}
    return ordered({**kept, **needed, "type": type}, QUESTION)


def rename(definition: Mapping[str, Any], key: str, id: str) -> Definition:
    """The question under another id; conditions, rules, jumps, piped texts and links that name it follow."""
    old = key
    result = _renamed(set_question(definition, key, id=id), {old: id})
    if isinstance(result.get("prefill"), list):
        result["prefill"] = [id if name == old else name for name in result["prefill"]]
    return result


def _renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """Names replaced in conditions and in ``{{piped}}`` texts, wherever they stand."""
    names = {old: new for old, new in names.items() if old != new}
    if not names:
        return value
    if isinstance(value, dict):
        return {name: _renamed(each, names, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, names, key) for each in value]
    if not isinstance(value, str):
        return value
    if key == "to":
        return names.get(value, value)
    if key in (*_NAMED, "rule", "if", "when"):
        return _in_condition(value, names)
    return re.sub(r"\{\{\s*(\w+)", lambda found: "{{" + names.get(found[1], found[1]), value)


def _in_condition(source: str, names: Mapping[str, str]) -> str:
    """Names replaced outside quoted texts and not behind a dot."""
    parts = re.split(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", source)
    word = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, names))})\b(?!\s*\()")
    return "".join(part if at % 2 else word.sub(lambda found: names[found[1]], part) for at, part in enumerate(parts))
