"""Random definitions, sound by construction, and random forms for them: what property tests of surveys share."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cx.survey import types
from cx.survey.schema import Survey
from cx.survey.types import TYPES

Definition = dict[str, Any]
_TEXT = st.sampled_from(
    ["好吗？", "How: are you?", "no", "- a", "{{x", "#1", "两行\nlines", "'q' \"r\"", "😀 & <b>", "1.0"]
)
_LABEL = _TEXT | st.fixed_dictionaries({"zh": _TEXT, "en": _TEXT})
_SEVERAL = ("multiple", "ranking")
CHOICES = ("a", "b", "c", "no", "e.1")


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """A definition that the loader takes without an error."""
    found: Definition = {"id": "t", "version": "1.0.0", "title": draw(_LABEL), "nps_kind": "relational", "pages": []}
    number = 0
    known: list[tuple[Definition, int]] = []  # answerable questions so far, with their page
    for page in range(draw(st.integers(1, 4))):
        order, shuffle = draw(st.sampled_from(["written", "written", "random"])), draw(st.booleans())
        before = [q for q, at in known if not (shuffle and found["pages"][at]["shuffle"])]
        questions: list[Definition] = []
        for _ in range(draw(st.integers(1, 3))):
            earlier = before if order == "random" else [*before, *(q for q in questions if q["type"] != "note")]
            questions.append(_question(draw, f"q{number}", earlier))
            number += 1
        made = {"questions": questions, "order": order, "shuffle": shuffle}
        if before and draw(st.integers(0, 3)) == 0:
            made["show_if"] = _condition(draw, before)
        found["pages"].append(made)
        known += [(q, page) for q in questions if q["type"] != "note"]
    _skips(draw, found)
    if draw(st.booleans()):
        found["quotas"] = (
            [{"id": "first", "when": _condition(draw, [q for q, _ in known]), "limit": 3}] if known else []
        )
    return found


def _question(draw: st.DrawFn, id: str, earlier: list[Definition]) -> Definition:
    kinds = [name for name in TYPES if name != "computed" or earlier]
    made: Definition = {"id": id, "type": draw(st.sampled_from(kinds)), "label": draw(_LABEL)}
    kind = made["type"]
    if kind == "computed":
        made["as"] = draw(st.sampled_from(["number", "text", "flag"]))
        condition = _condition(draw, earlier)
        made["value"] = {"number": f"{condition} ? 1 : 2.5", "text": f"{condition} ? 'x' : 'y'", "flag": condition}[
            made["as"]
        ]
    elif kind != "note":
        made["required"] = draw(st.booleans())
    if kind in ("single", "maxdiff", *_SEVERAL):
        extra: list[Definition] = [{}, {}, {"fixed": True}, {}, {}]
        if kind in ("single", "multiple"):
            extra[3:] = [{"exclusive": True}, {"other": True}]
        made["choices"] = [{"id": c, "label": draw(_LABEL), **more} for c, more in zip(CHOICES, extra, strict=True)]
        made["order"] = draw(st.sampled_from(["written", "random"]))
    if kind in _SEVERAL and draw(st.booleans()):
        made |= {"min_choices": 2, "max_choices": 3}
    if kind == "matrix":
        made["rows"] = [{"id": row, "label": draw(_LABEL)} for row in ("r1", "r2", "wanted")]
        made["order"] = draw(st.sampled_from(["written", "random"]))
        cells: Definition = {"points": 5, "not_applicable": draw(st.booleans())}
        made |= cells if draw(st.booleans()) else {"choices": [{"id": c, "label": c} for c in ("a", "b")]}
    if earlier and kind in ("single", "matrix", *_SEVERAL) and draw(st.integers(0, 2)) == 0:
        for part in made["rows" if kind == "matrix" else "choices"]:
            part |= {"show_if": _condition(draw, earlier)} if draw(st.booleans()) else {}
    if kind == "slider":
        made |= {"min": -1, "max": "2.5", "step": "0.5"}
    if earlier and draw(st.integers(0, 2)) == 0:
        made["show_if"] = _condition(draw, earlier)
    if earlier and kind not in ("note", "computed") and draw(st.integers(0, 4)) == 0:
        made["required_if"] = _condition(draw, earlier)
    return made


def _condition(draw: st.DrawFn, questions: list[Definition]) -> str:
    """A condition over one or two questions."""
    one = _comparison(draw, draw(st.sampled_from(questions)))
    joint = draw(st.sampled_from(["", "", " && ", " || "]))
    return one + joint + _comparison(draw, draw(st.sampled_from(questions))) if joint else one


def _comparison(draw: st.DrawFn, question: Definition) -> str:
    id = question["id"]
    kind = question.get("as", question["type"])
    cell = f"{id}.r1 >= 3" if "points" in question else f"{id}['r2'] == 'a'"
    possible = {
        "nps": [f"{id} <= 6"], "csat": [f"{id} > 2"], "ces": [f"{id} / 2 > 2"], "rating": [f"{id} + 1.5 >= 3"],
        "single": [f"{id} == 'a'", f"{id} in ['b', 'no']"], "multiple": [f"'a' in {id}", f"size({id}) * 2 > 2"],
        "ranking": [f"{id}[0] == 'b'"], "matrix": [cell], "yes_no": [id, f"{id} == false"],
        "number": [f"{id} + 1 > 2.5"], "slider": [f"{id} > 0"], "date": [f"{id} <= today()"],
        "text": [f"lower({id}).contains('x')", f"{id} != ''"], "photo": [f"size({id}) > 0"],
        "kano": [f"{id}.with == 1"], "maxdiff": [f"answered({id})"], "contact": [f"{id}.wanted"], "flag": [f"!{id}"],
    }[kind]  # fmt: skip
    return draw(st.sampled_from([*possible, f"answered({id})", f"!answered({id})"]))


def _skips(draw: st.DrawFn, found: Definition) -> None:
    """Skips to questions further down, none into, out of or through what is in random order."""
    firm = [page for page in found["pages"] if page["order"] == "written" and not page["shuffle"]]
    places = [question for page in firm for question in page["questions"]]
    for place, question in enumerate(places):
        if question["type"] not in ("note", "computed") and draw(st.integers(0, 4)) == 0:
            to = draw(st.sampled_from([*(q["id"] for q in places[place + 1 :]), "end"]))
            question["skip"] = [{"if": _comparison(draw, question), "to": to}]


_JUNK = st.sampled_from(
    [
        "",
        " ",
        "0",
        "1",
        "3",
        "5",
        "-1",
        "2.5",
        "99",
        "na",
        "a",
        "b",
        "no",
        "e.1",
        "a,b",
        "b,a,c",
        "yes",
        "x",
        "2026-01-01",
    ]
    + ["2027-13-45", "0123456789abcdef", "13800000000", "a@b.cn", "😀", "<script>", "1e5", "NaN", "\x00", "{{q0}}"]
)
_PARTS = (
    "r1",
    "r2",
    "wanted",
    "with",
    "without",
    "a",
    "b",
    "no",
    "e.1",
    "1.best",
    "1.worst",
    "phone",
    "email",
    "name",
    "zzz",
)
Form = dict[str, list[str]]


@st.composite
def forms(draw: st.DrawFn, survey: Survey) -> Form:
    """What a browser, or somebody who is none, may send: for some questions a valid answer, for others anything."""
    found: Form = {}
    for question in survey.questions:
        how = draw(st.integers(0, 3))
        if how <= 1 and TYPES[question.type].asked:
            value = TYPES[question.type].example(question)
            found |= {name: list(texts) for name, texts in types.fields(question, value).items()}
        elif how == 2:
            found[question.id] = draw(st.lists(_JUNK, max_size=3))
        if draw(st.integers(0, 4)) == 0:
            found[f"{question.id}.{draw(st.sampled_from(_PARTS))}"] = draw(st.lists(_JUNK, min_size=1, max_size=2))
    return found
