"""Our conditions in the languages of SurveyJS and XLSForm.

With us a comparison over an unanswered question is unknown, and so is its opposite; with them it is false, and its
opposite true. So "not" is carried inward to the comparisons, and one that could hold without an answer asks for it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from cx.convert.cel import parse
from cx.convert.expressions import NotCarried
from cx.convert.expressions.logic import MIRRORED, TURNED
from cx.convert.expressions.tree import Apply, Call, Items, Literal, Name, Node


class Writer(ABC):
    """Writes conditions. ``name`` gives their variable for ours (KeyError: none); ``types`` are our question types."""

    sign: Mapping[str, str]
    functions: Mapping[str, str]

    def __init__(self, name: Callable[[str], str], types: Mapping[str, str]) -> None:
        self._name, self._types = name, types

    def condition(self, cel: str) -> str:
        """A condition. Raises NotCarried."""
        return self._unbracketed(self._truth(parse(cel), True))

    def value(self, cel: str) -> str:
        """A computed value. Raises NotCarried."""
        node = parse(cel)
        return self._unbracketed(self._value(node)) if not self._is_truth(node) else self.flag(self.condition(cel))

    @abstractmethod
    def flag(self, condition: str) -> str:
        """A condition as the value of a computed question."""

    @abstractmethod
    def variable(self, id: str) -> str:
        """A question."""

    @abstractmethod
    def text(self, value: str) -> str:
        """A text between quotes."""

    @abstractmethod
    def yes_no(self, value: bool) -> str:
        """What a yes/no question holds."""

    @abstractmethod
    def empty(self, variable: str, is_empty: bool) -> str:
        """Whether there is no answer."""

    @abstractmethod
    def has(self, variable: str, value: str, positive: bool) -> str:
        """Whether a list holds a value."""

    @abstractmethod
    def call(self, name: str, args: tuple[Node, ...]) -> str:
        """A function that only one of the two has, or has differently. Raises NotCarried."""

    @staticmethod
    def _unbracketed(text: str) -> str:
        """Without brackets around the whole."""
        if not (text.startswith("(") and text.endswith(")")):
            return text
        depth = 0
        for place, sign in enumerate(text):
            depth += (sign == "(") - (sign == ")")
            if depth == 0 and place < len(text) - 1:
                return text
        return text[1:-1]

    def _is_truth(self, node: Node) -> bool:
        compares = isinstance(node, Apply) and (node.sign in ("&&", "||", "!", "in") or node.sign in TURNED)
        return compares or (isinstance(node, Call) and node.name in ("answered", "matches", "same", "is_number"))

    def _truth(self, node: Node, positive: bool) -> str:
        if isinstance(node, Apply):
            return self._applied(node, positive)
        if isinstance(node, Name):
            return f"{self._variable(node)} {self.sign['==']} {self.yes_no(positive)}"
        if isinstance(node, Literal) and isinstance(node.value, bool):
            return f"1 {self.sign['==' if node.value is positive else '!=']} 1"
        if isinstance(node, Call):
            return self._asked(node, positive)
        raise NotCarried("syntax")

    def _applied(self, node: Apply, positive: bool) -> str:
        sign, args = node.sign, node.args
        if sign == "!":
            return self._truth(args[0], not positive)
        if sign in ("&&", "||"):
            joint = "and" if (sign == "&&") is positive else "or"
            return f"({f' {joint} '.join(self._truth(arg, positive) for arg in args)})"
        if sign == "in":
            return self._in(args[0], args[1], positive)
        if sign in TURNED:
            return self._compared(sign if positive else TURNED[sign], *args)
        raise NotCarried("syntax")

    def _asked(self, node: Call, positive: bool) -> str:
        if node.name == "answered" and len(node.args) == 1:
            return self.empty(self._variable(node.args[0]), not positive)
        if node.name == "same" and len(node.args) == 2:
            return self._compared("==" if positive else "!=", *node.args)
        found = self.call(node.name, node.args)
        return found if positive else self._there(node, f"not({found})")

    def _there(self, node: Node, text: str) -> str:
        """``text``, where everything it mentions is answered."""
        names = list(dict.fromkeys(self._mentioned(node)))
        return f"({' and '.join([*(self.empty(name, False) for name in names), text])})" if names else text

    def _mentioned(self, node: Node) -> list[str]:
        if isinstance(node, Name):
            return [self._variable(node)]
        return [] if isinstance(node, Literal) else [name for arg in node.args for name in self._mentioned(arg)]

    def _in(self, one: Node, other: Node, positive: bool) -> str:
        if isinstance(other, Items):
            each = [self._compared("==" if positive else "!=", one, item) for item in other.args]
            return f"({(' or ' if positive else ' and ').join(each)})"
        if not isinstance(other, Name):
            raise NotCarried("syntax")
        found = self.has(self._variable(other), self._value(one), positive)
        return found if positive else self._there(other, found)

    def _compared(self, sign: str, one: Node, other: Node) -> str:
        if isinstance(one, Literal) and not isinstance(other, Literal):
            sign, one, other = MIRRORED.get(sign, sign), other, one
        if isinstance(other, Literal) and isinstance(other.value, bool):
            return self._truth(one, other.value is (sign == "==")) if sign in ("==", "!=") else self._no()
        text = f"{self._value(one)} {self.sign[sign]} {self._value(other)}"
        return self._there(Items((one, other)), text) if sign == "!=" else text

    def _no(self) -> str:
        raise NotCarried("syntax")

    def reference(self, id: str) -> str:
        """How they repeat an answer in a text. Raises KeyError."""
        return self.variable(self._name(id))

    def _variable(self, node: Node) -> str:
        if not isinstance(node, Name):
            raise NotCarried("syntax")
        try:
            return self.reference(node.text)
        except KeyError:
            raise NotCarried("name_unknown") from None

    def _value(self, node: Node) -> str:
        if isinstance(node, Literal):
            return self._literal(node.value)
        if isinstance(node, Name):
            return self._variable(node)
        if isinstance(node, Items):
            raise NotCarried("list")
        if isinstance(node, Apply):
            return self._computed(node)
        if node.name in self.functions:
            return f"{self.functions[node.name]}({', '.join(map(self._value, node.args))})"
        return self.call(node.name, node.args)

    def _literal(self, value: str | float | bool | None) -> str:
        if isinstance(value, bool):
            return self.yes_no(value)
        return self.text(value) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)

    def _computed(self, node: Apply) -> str:
        if node.sign == "?":
            condition, one, other = node.args
            values = f"{self._value(one)}, {self._value(other)}"
            return f"{self.functions['?']}({self._unbracketed(self._truth(condition, True))}, {values})"
        if node.sign == "-" and len(node.args) == 1:
            return f"-{self._value(node.args[0])}"
        if node.sign in self.sign and node.sign not in TURNED:
            return f"({f' {self.sign[node.sign]} '.join(map(self._value, node.args))})"
        raise NotCarried("syntax")

    def _members(self, args: tuple[Node, ...]) -> list[str]:
        """The values of a list that is written out."""
        if len(args) != 1 or not isinstance(args[0], Items):
            raise NotCarried("list")
        return [self._value(item) for item in args[0].args]


class SurveyJS(Writer):
    """The expressions of SurveyJS."""

    sign = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="} | {sign: sign for sign in "+-*/%"}
    functions = {"?": "iif", "today": "today", "round": "round", "power": "power"}

    def flag(self, condition: str) -> str:
        return condition

    def variable(self, id: str) -> str:
        return f"{{{id}}}"

    def text(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def yes_no(self, value: bool) -> str:
        return "true" if value else "false"

    def empty(self, variable: str, is_empty: bool) -> str:
        return f"{variable} {'empty' if is_empty else 'notempty'}"

    def has(self, variable: str, value: str, positive: bool) -> str:
        return f"{variable} {'contains' if positive else 'notcontains'} {value}"

    def call(self, name: str, args: tuple[Node, ...]) -> str:
        many = {"average": "avg", "total": "sum", "smallest": "min", "largest": "max"}
        if name in many:
            return f"{many[name]}({', '.join(self._members(args))})"
        if name in ("size", "length") and len(args) == 1:
            return self._variable(args[0]).replace("}", ".length}")
        if name == "days" and len(args) == 2:
            return f"dateDiff({self._value(args[0])}, {self._value(args[1])}, 'days')"
        raise NotCarried("function_unknown")


class XPath(Writer):
    """The expressions of XLSForm."""

    sign = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*", "/": "div",
            "%": "mod"}  # fmt: skip
    functions = {"?": "if", "today": "today", "round": "round", "number": "number", "text": "string", "power": "pow",
                 "absolute": "abs"}  # fmt: skip

    def flag(self, condition: str) -> str:
        return f"if({condition}, 'yes', 'no')"

    def variable(self, id: str) -> str:
        return f"${{{id}}}"

    def text(self, value: str) -> str:
        if "'" not in value:
            return f"'{value}'"
        if '"' in value:
            raise NotCarried("quotes")
        return f'"{value}"'

    def yes_no(self, value: bool) -> str:
        return "'yes'" if value else "'no'"

    def empty(self, variable: str, is_empty: bool) -> str:
        return f"{variable} {'=' if is_empty else '!='} ''"

    def has(self, variable: str, value: str, positive: bool) -> str:
        found = f"selected({variable}, {value})"
        return found if positive else f"not({found})"

    def call(self, name: str, args: tuple[Node, ...]) -> str:
        if name == "total":
            return f"({' + '.join(self._members(args))})"
        if name == "average":
            members = self._members(args)
            return f"(({' + '.join(members)}) div {len(members)})"
        if name in ("smallest", "largest"):
            return f"{'min' if name == 'smallest' else 'max'}({', '.join(self._members(args))})"
        if name in ("size", "length") and len(args) == 1 and isinstance(args[0], Name):
            several = self._types.get(args[0].text) in ("multiple", "ranking")
            return f"{'count-selected' if several else 'string-length'}({self._variable(args[0])})"
        if name == "matches" and len(args) == 2:
            return f"regex({self._value(args[0])}, {self._value(args[1])})"
        raise NotCarried("function_unknown")
