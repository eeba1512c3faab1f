"""The bench on which LimeSurvey's questions become ours: ids, texts with piping, names for expressions, checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from cx.convert.expressions import Kind, NotCarried, to_cel
from cx.convert.lss.model import Asked, Form
from cx.convert.lss.names import Variable, Variables
from cx.convert.names import Ids
from cx.convert.pieces import Label, Made, Option, Pieces, joined, length, plain
from cx.convert.report import Report

PIPED = re.compile(r"\{(?!\s)((?:[^{}'\"]|'[^']*'|\"[^\"]*\")*)\}")
_NAME = re.compile(r"(?:INSERTANS:)?([A-Za-z0-9][\w:#]*)(?:\.(?:shown|NAOK|value|valueNAOK|code))?")
_LONG_HEAD = 160
_TEXTUAL = r"(?:implode|join|substr|strtoupper|strtolower|ucwords|list|trim|date)\s*\("
_LONG_LIST = 200
_LONGEST_SOURCE = 4000
_BOUNDED = {"": "this", "answers": "count(self)", "num_value": "sum(self)"}
Use = Literal["condition", "rule", "value"]


def whole(text: str) -> int | None:
    """A positive whole number as they write it."""
    return int(text) if re.fullmatch(r"\s*[1-9]\d{0,6}\s*", text) else None


class Making:
    """Everything that a question needs to be made; filled question by question, in order."""

    def __init__(self, form: Form, report: Report, compact: bool) -> None:
        self.form = form
        self.compact = compact
        """Whether tables of fields are asked row by row, because questions would be too many."""
        self.report = report
        self.pieces = Pieces(tuple(form.languages.values()), report)
        self.ids = Ids()
        self.variables = Variables(form.sid)
        self.before: list[Made] = []
        """Computed values that the question being made needs ahead of it."""
        self.calculating = not compact
        """Whether an expression in a text may become a computed value in :attr:`before`."""
        self.computed_here: dict[str, str] = {}
        """Expressions of texts on this page that are computed already."""
        self.offered: list[tuple[str, Made]] = []
        """What the question being made offers, by their code: choices, rows, or a question a part."""
        self.bounds: list[str] = []
        """Bounds by expression of the question being made, in their words."""
        self._places: dict[str, str] = {}
        self._unpiped: dict[str, dict[str, None]] = {}
        self._kinds = Kind("text")

    def place(self, q: Asked) -> str:
        """The name of a question in the report; two of the same code are told apart."""
        if q.qid not in self._places:
            taken = q.code in self._places.values()
            self._places[q.qid] = f"{q.code} ({q.qid})" if taken else q.code
        return self._places[q.qid]

    def id(self, q: Asked) -> str:
        """Our id of a question."""
        return self.fresh(q, q.code)

    def fresh(self, q: Asked, name: str) -> str:
        """A new id for a question or a part of it."""
        return self.ids.question(name)

    def words(self, key: str) -> Label:
        """Words of ours."""
        return self.pieces.words(key)

    def named(self, q: Asked, label: Label, name: str) -> Label:
        """A label that must be there."""
        return self.pieces.named(self.place(q), label, name)

    def text(self, q: Asked | None, said: Mapping[str, str] | str | None, place: str = "") -> Label:
        """A text of theirs, with what it pipes in."""
        place = self.place(q) if q else place
        spoken = {self.pieces.languages[0]: said} if isinstance(said, str) else said or {}
        self.variables.hidden = frozenset(self.variables.parts(q.code)) if q else frozenset()
        found = {lang: plain(text, PIPED, lambda match: self._piped(match, place)) for lang, text in spoken.items()}
        self.variables.hidden = frozenset()
        return self.pieces.label(found)

    def _piped(self, match: re.Match[str], place: str) -> str:
        source = match.group(1).strip()
        found = _NAME.fullmatch(source)
        if found:
            if pipe := self.variables.piped(found.group(1)):
                return f"{{{{{pipe}}}}}"
        elif self.calculating and re.search(r"\w", source) and (id := self._calculated(source)):
            return f"{{{{{id}}}}}"
        self._unpiped.setdefault(place, {})[match.group()] = None
        return "…"

    def finish(self) -> None:
        """Tell once for each place what its texts cannot repeat."""
        for place, names in self._unpiped.items():
            told = " ".join(names)
            self.report.dropped(place, "piping", name=told if len(told) <= _LONG_LIST else f"{told[:_LONG_LIST]}…")

    def _calculated(self, source: str) -> str | None:
        """A computed question for an expression within a text; the same expression twice is one."""
        if source in self.computed_here:
            return self.computed_here[source]
        try:
            value = self.cel(source, "value")
        except NotCarried:
            return None
        if re.fullmatch(r"'.*'|[\d.]+|true|false", value):
            return None
        id = self.ids.fresh("text_value")
        self.before.append({"id": id, "type": "computed", "as": outcome(source), "value": value})
        self.computed_here[source] = id
        return id

    def cel(self, source: str, use: Use = "condition") -> str:
        """An expression of theirs in CEL. Raises NotCarried."""
        known = self.variables
        if len(source) > _LONGEST_SOURCE:
            raise NotCarried("too_long")
        return to_cel(known.aliased(source), "limesurvey", known.kinds, known.name, use)

    def condition(self, place: str, part: str, source: str, use: Use = "condition") -> str | None:
        """A condition of theirs; None where it is told as lost. ``part`` names ``convert.part_<part>``."""
        try:
            return self.cel(source, use)
        except NotCarried as why:
            self.report.dropped(place, "condition", part=part, expression=source, reason=why.reason)
            return None

    def kind(self, q: Asked, kind: Kind, id: str | None = None) -> None:
        """Learn what a question is called in expressions; without ``id``, the next :meth:`made` gives it."""
        self._kinds = kind
        if id:
            self.variables.add(q, Variable(id, kind, id))

    def flag(self, q: Asked) -> None:
        """Learn a yes/no question."""
        self.kind(q, Kind("flag", ids={"Y": "true", "N": "false"}))

    def chosen(self, q: Asked, codes: tuple[str, ...], choice: str, id: str) -> None:
        """Learn a tick of a multiple question."""
        self.variables.add(q, Variable(f"'{choice}' in {id}", Kind("flag"), id, codes), "_".join(codes))

    def meant(self, q: Asked, choices: list[Made], id: str) -> None:
        """Learn what is called what is written beside "other"."""
        if q.row.get("other") == "Y":
            choice = next((one["id"] for one in choices if one.get("other")), None)
            for name in (f"{q.code}_other", f"{self.form.sid}X{q.row.get('gid', '')}X{q.qid}other") if choice else ():
                self.variables.others[name] = f"{id}.{choice}"

    def cell(self, q: Asked, codes: tuple[str, ...], cel: str, kind: Kind, id: str) -> None:
        """Learn a row of a matrix."""
        self.variables.add(q, Variable(cel, kind, id, codes), "_".join(codes))

    def offers(self, codes: Iterable[str], made: Iterable[Made]) -> None:
        """Learn which choices or rows of ours are which of theirs."""
        self.offered += zip(codes, made, strict=False)

    def choices(self, q: Asked, options: list[Option], several: bool = False) -> list[Made]:
        """Choices of ours."""
        return self.pieces.choices(self.place(q), options, several)

    def order(self, q: Asked) -> str | None:
        """Whether choices or rows come in random order."""
        if q.on("alphasort"):
            self.report.approximated(self.place(q), "alphabetic")
        shuffled = q.on("random_order") or q.attributes.get("answer_order") == "random"
        return "random" if shuffled or q.attributes.get("subquestion_order") == "random" else None

    def counts(self, q: Asked, most: int) -> tuple[int | None, int | None]:
        """Least and most answers."""
        found: list[int | None] = []
        for key in ("min_answers", "max_answers"):
            said = q.attributes.get(key, "")
            count = whole(said)
            if said not in ("", "0") and count is None:
                self.bound(q, key, said)
            found.append(min(count, most) if count else None)
        low, high = found
        return (low, high) if not low or not high or low <= high else (None, high)

    def bound(self, q: Asked, key: str, expression: str) -> None:
        """A bound by expression: to be checked (:attr:`bounds`), or told as lost."""
        name, _, of = key.partition("_")
        sign = {"min": ">=", "max": "<=", "equals": "=="}.get(name)
        if sign and of in _BOUNDED:
            check = f"{_BOUNDED[of]} {sign} ({expression})"
            check = f"count(self) == 0 or {check}" if of == "num_value" else check
            self.bounds += [check] if check not in self.bounds else []
        else:
            self.report.dropped(self.place(q), "bound", name=key, expression=expression)

    def made(self, q: Asked, type: str, id: str | None = None, **keys: Any) -> Made:
        """A question of ours with the texts of theirs."""
        if id is None:
            id = self.id(q)
            if type != "note":
                self.variables.add(q, Variable(id, self._kinds, id))
        label = self.named(q, self.text(q, q.texts), q.code)
        return self._whole(q, {"id": id, "type": type, "label": label, "help": self.text(q, q.help)} | keys)

    def part(
        self, q: Asked, codes: str | tuple[str, ...], type: str, label: Label, kind: Kind | None = None, **keys: Any
    ) -> Made:
        """A question of ours for a part of theirs; labelled by both unless the question stands above as a note."""
        codes = (codes,) if isinstance(codes, str) else codes
        code = "_".join(codes)
        id = self.fresh(q, f"{q.code}_{code}")
        if kind:
            self.variables.add(q, Variable(id, kind, id, codes), code)
        head = self.text(q, q.texts)
        name = label or code
        made = {"id": id, "type": type, "label": name if _heads(head) else joined(head, name)} | keys
        made = self._whole(q, made)
        self.offers(codes[:1], [made])
        return made

    def heading(self, q: Asked) -> list[Made]:
        """A long question of many parts as a note above them."""
        head = self.text(q, q.texts)
        if not _heads(head):
            return []
        return [{"id": self.ids.fresh(f"{q.code}_note"), "type": "note", "label": head}]

    def _whole(self, q: Asked, made: Made) -> Made:
        made = {key: value for key, value in made.items() if value not in (None, "", [])}
        if q.row.get("mandatory") == "Y" and made["type"] not in ("note", "computed"):
            made["required"] = True
        return made

    def computed(self, q: Asked, said: str) -> list[Made]:
        """A computed question from an equation in braces; one among other words is a text to read."""
        found = PIPED.fullmatch(plain(said, re.compile(r"(?!)"), str).strip())
        if not found:
            self.report.approximated(self.place(q), "equation_text")
            return [self.made(q, "note")]
        try:
            value = self.cel(found.group(1), "value")
        except NotCarried as why:
            return self.lost(q, "equation", expression=found.group(), reason=why.reason)
        if not q.on("hidden"):
            self.report.approximated(self.place(q), "equation_shown")
        kind = outcome(found.group(1))
        id = self.id(q)
        self.variables.add(q, Variable(id, Kind(kind), id))
        return [{"id": id, "type": "computed", "as": kind, "value": value}]

    def lost(self, q: Asked, code: str, **values: object) -> list[Made]:
        """Tell that a question, or a text to read, does not stand in ours."""
        tell = self.report.dropped if q.type == "X" else self.report.lost
        tell(self.place(q), code, **values)
        return []


def _heads(head: Label) -> bool:
    return length(head) > _LONG_HEAD


def outcome(source: str) -> Literal["number", "text", "flag"]:
    """What an expression gives, as far as one can see."""
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "''", source)
    top = bare
    while "(" in top and top != (flat := re.sub(r"\([^()]*\)", "#", top)):
        top = flat
    if re.search(r"==|!|<|>|&&|\|\||\b(?:and|or|eq|ne|lt|gt|le|ge)\b|\bis_\w+#|regexMatch#", top):
        return "flag"
    compared = re.sub(r"(?:==|!=|<=|>=|<|>|\b(?:eq|ne|lt|gt|le|ge)\b)\s*''|''\s*(?:==|!=|<|>)", "", bare)
    return "text" if "''" in compared or re.match(_TEXTUAL, bare.strip()) else "number"
