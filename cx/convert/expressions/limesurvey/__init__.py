"""What LimeSurvey's expressions mean, in CEL.

Types are loose, as in PHP: texts written like numbers are compared as numbers. What is unanswered is an empty text: it
is equal to nothing else, and neither less nor more than a number. A tick of a multiple question is ``Y`` or empty.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.limesurvey.functions import call
from cx.convert.expressions.limesurvey.parser import parse as parse
from cx.convert.expressions.limesurvey.values import Values
from cx.convert.expressions.logic import both, negation, test
from cx.convert.expressions.terms import Term, flag, variable
from cx.convert.expressions.tree import Node

_ATTRIBUTE = re.compile(r"\.(NAOK|valueNAOK|value|code|shown)$")
_TICK = re.compile(r"\(?'[^']*' in ([a-z]\w*)\)?")
_ANSWERS = {"Y": "true", "1": "true", "N": "false", "0": "false"}


class Meaning(Values):
    """The meaning of one expression's parts."""

    def called(self, name: str, args: tuple[Node, ...]) -> Term:
        return call(self, name, args)

    def variable(self, name: str) -> Term:
        plain = _ATTRIBUTE.sub("", name)
        if "." in plain:
            raise NotCarried("attribute")
        id = self.id(plain)
        kind = self._kinds.get(plain)
        if name.endswith(".shown") and (kind is None or kind.name not in ("text", "number", "whole")):
            raise NotCarried("attribute")
        tick = _TICK.fullmatch(id)
        if tick:
            answered = test(f"answered({tick.group(1)})")
            ticked = both(answered, test(id, {answered.cel}, loose=not id.startswith("(")))
            return replace(flag(ticked), absent=negation(ticked), values={"Y": "true"})
        term = variable(id, kind)
        if term.type == "flag":
            return replace(term, values=kind.ids if kind and kind.ids else _ANSWERS)
        return term
