"""Expressions of other survey tools as CEL: the same yes, no or value for the same answers, or a reason why not.

``carry`` is the way in. Each dialect is a package: ``parser`` (text → ``tree``), ``values`` (when its values are equal,
less, yes or no), ``functions``, and the dialect's ``Meaning`` (tree → typed ``terms`` and conditions, ``logic``). What
dialects share is in ``meaning``, ``functions`` and ``patterns``; ``kinds`` is what a caller says about the questions.
"""

from cx.convert.expressions.carry import to_cel as to_cel
from cx.convert.expressions.kinds import Kind as Kind
from cx.convert.expressions.kinds import NotCarried as NotCarried
