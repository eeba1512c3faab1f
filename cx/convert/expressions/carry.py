"""The way in: an expression of another tool → CEL that compiles, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from cx.convert.expressions import limesurvey, surveyjs, xpath
from cx.convert.expressions.kinds import Kind, NotCarried
from cx.convert.expressions.logic import Tree, written
from cx.convert.expressions.meaning import Meaning
from cx.convert.expressions.terms import Term
from cx.convert.expressions.tree import Node
from cx.survey import expression
from cx.words import Refused

Dialect = Literal["surveyjs", "xpath", "limesurvey"]
Use = Literal["condition", "rule", "value"]

_DIALECTS: Mapping[str, tuple[Callable[[str], Node], type[Meaning]]] = {
    "surveyjs": (surveyjs.parse, surveyjs.Meaning),
    "xpath": (xpath.parse, xpath.Meaning),
    "limesurvey": (limesurvey.parse, limesurvey.Meaning),
}


def to_cel(
    source: str, dialect: Dialect, kinds: Mapping[str, Kind], name: Callable[[str], str], use: Use = "condition"
) -> str:
    """An expression as CEL. ``kinds`` are by their names; ``name`` gives our id for one (KeyError: there is none).

    ``use``: a ``condition`` (unknown counts as no: ``a > 5``), a ``rule`` (always yes or no:
    ``answered(a) && a > 5``) or a ``value`` (a computed question; unknown where theirs gives nothing). What is always
    so, or never, is ``true`` or ``false``. Raises NotCarried.
    """
    try:
        parse, meaning = _DIALECTS[dialect]
        term, tree = meaning(kinds, name).carried(parse(source))
        cel = _written(term, tree, use)
        if len(cel) > expression.LONGEST:
            raise NotCarried("too_long")
        expression.compile(cel)
    except RecursionError:
        raise NotCarried("too_deep") from None
    except Refused as refused:
        raise NotCarried("too_complex") from refused
    return cel


def _written(term: Term, tree: Tree | None, use: Use) -> str:
    if use == "value":
        if term.tree is not None and term.type == "flag" and not term.variable:
            return written(term.tree, total=True)
        if term.type == "null":
            raise NotCarried("nothing")
        return term.cel
    if tree is None:
        raise NotCarried("no_condition")
    return written(tree, total=use == "rule")
