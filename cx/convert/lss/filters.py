"""Which rows and choices of LimeSurvey's questions show: by conditions of their own, and by what was answered under the
same code in other questions (``array_filter``, ``array_filter_exclude``)."""

from __future__ import annotations

from cx.convert.expressions import NotCarried
from cx.convert.lss.making import Making
from cx.convert.lss.model import Asked
from cx.convert.lss.names import Variable
from cx.convert.pieces import every, some

_FILTERED = frozenset("1:;ABCEFLMPKQR")
_ALWAYS = ("", "1")


def put(make: Making, q: Asked) -> None:
    """Put conditions on what the question offers (:attr:`Making.offered`); what cannot be carried is told."""
    sources = _sources(make, q)
    own = {part.code: part.relevance for part in q.rows() if part.relevance not in _ALWAYS}
    for part in q.rows(1):
        if part.relevance not in _ALWAYS:
            _lost(make, q, part.code, part.relevance)
    for code, made in make.offered:
        conditions = [_filtered(make, other, code, wanted) for other, wanted in sources]
        conditions.append(_own(make, q, code, own.get(code, "")))
        if found := every(filter(None, [made.get("show_if"), *conditions])):
            made["show_if"] = found


def _own(make: Making, q: Asked, code: str, relevance: str) -> str:
    if not relevance:
        return ""
    try:
        found = make.cel(relevance)
    except NotCarried:
        _lost(make, q, code, relevance)
        return ""
    return "" if found == "true" else found


def _lost(make: Making, q: Asked, code: str, relevance: str) -> None:
    make.report.dropped(make.place(q), "row_condition", row=code, expression=relevance)


def _sources(make: Making, q: Asked) -> list[tuple[str, bool]]:
    """The questions that filter one, and whether what was answered there shows, or hides. Of a question that hides, its
    own filters count too: what it did not offer was not left out by anybody."""
    questions = {other.code: other for group in make.form.groups for other in group.questions}
    found: list[tuple[str, bool]] = []
    left = [q.code]
    while left:
        attributes = questions[left.pop(0)].attributes
        for key, wanted in (("array_filter", True), ("array_filter_exclude", False)):
            for code in filter(None, map(str.strip, attributes.get(key, "").split(";"))):
                if (code, wanted) in found:
                    continue
                if not _known(make, q, code):
                    make.report.dropped(make.place(q), "array_filter", source=code)
                    continue
                found.append((code, wanted))
                left += [] if wanted else [code]
    return found


def _known(make: Making, q: Asked, code: str) -> bool:
    """Whether the filter can be carried: both have parts, and the other question stands before."""
    return q.type in _FILTERED and bool(make.offered) and code != q.code and bool(make.variables.parts(code))


def _filtered(make: Making, other: str, code: str, wanted: bool) -> str:
    """What the other question says about a part; nothing where it has none of that code."""
    found = [make.variables.at(alias) for alias in make.variables.parts(other)]
    ranked = [one for one in found if one.kind.ordered and code in one.kind.ids]
    if ranked:
        return _chosen(f"'{ranked[0].kind.ids[code]}' in {ranked[0].question}", ranked[0].question, wanted)
    rows = [one for one in found if one.codes[:1] == (code,)]
    return some(map(_answered, rows)) if wanted else every(map(_unanswered, rows))


def _answered(one: Variable) -> str:
    return one.cel if " in " in one.cel else f"answered({one.cel})"


def _unanswered(one: Variable) -> str:
    return _chosen(one.cel, one.question, False) if " in " in one.cel else f"!answered({one.cel})"


def _chosen(cel: str, id: str, wanted: bool) -> str:
    return cel if wanted else f"!answered({id}) || !({cel})"
