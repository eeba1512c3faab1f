"""What XPath 1.0 means, as JavaRosa reads it in XLSForms, in CEL.

An unanswered question is an empty text, and so no number (NaN): not equal to, less or more than any number. A date is
the number of days since 1970 where a number is needed. A division by zero is taken as no number.
"""

from __future__ import annotations

from cx.convert.expressions.terms import Term
from cx.convert.expressions.tree import Node
from cx.convert.expressions.xpath.functions import call
from cx.convert.expressions.xpath.parser import parse as parse
from cx.convert.expressions.xpath.values import Values


class Meaning(Values):
    """The meaning of one expression's parts."""

    def called(self, name: str, args: tuple[Node, ...]) -> Term:
        return call(self, name, args)
