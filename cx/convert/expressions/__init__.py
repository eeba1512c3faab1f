"""Expressions of other survey tools as CEL: the same yes, no or value for the same answers, or a reason why not."""

from cx.convert.expressions.carry import to_cel as to_cel
from cx.convert.expressions.kinds import Kind as Kind
from cx.convert.expressions.kinds import NotCarried as NotCarried
