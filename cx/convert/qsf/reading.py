"""A Qualtrics survey as its elements say it: questions, blocks, and the flow through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cx.convert.jsonfile import parsed
from cx.convert.names import language
from cx.words import Problem, Refused

_DEEPEST = 20
_MOST_LISTED = 1000


@dataclass
class Asked:
    """A question: ``id`` as QID1, ``tag`` its name in exports, ``body`` as the file says it."""

    id: str
    tag: str
    body: Mapping[str, Any]

    @property
    def type(self) -> tuple[str, str, str]:
        """Type, selector, sub-selector."""
        return tuple(str(self.body.get(key) or "") for key in ("QuestionType", "Selector", "SubSelector"))  # type: ignore[return-value]

    def entries(self, key: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Choices or answers in their order, each with its number."""
        found = self.body.get(key)
        named = {str(number): one for number, one in enumerate(found)} if isinstance(found, list) else mapping(found)
        given = {str(number): one if isinstance(one, dict) else {"Display": one} for number, one in named.items()}
        order = self.body.get("ChoiceOrder" if key == "Choices" else "AnswerOrder")
        numbers = [str(number) for number in order] if isinstance(order, list) else []
        listed = [number for number in dict.fromkeys([*numbers, *given]) if number in given]
        return [(number, given[number]) for number in listed[:_MOST_LISTED]]

    @property
    def settings(self) -> Mapping[str, Any]:
        """Validation settings."""
        return mapping(mapping(self.body.get("Validation")).get("Settings"))

    @property
    def configuration(self) -> Mapping[str, Any]:
        """Settings of looks and scales."""
        return mapping(self.body.get("Configuration"))


@dataclass
class Block:
    """A block: question ids and page breaks (None) in order; ``skips`` by question."""

    id: str
    name: str
    trash: bool
    items: list[str | None] = field(default_factory=list)
    skips: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    shuffled: bool = False
    repeated: bool = False


@dataclass
class Form:
    """A whole survey; ``languages`` maps their codes to ours, its own first."""

    name: str
    languages: Mapping[str, str]
    questions: Mapping[str, Asked]
    blocks: Mapping[str, Block]
    flow: list[Mapping[str, Any]]
    options: Mapping[str, Any]
    quotas: int


def read_form(data: bytes, name: str) -> Form:
    """Read a file. Raises :class:`Refused` when it is not built as Qualtrics builds it."""
    found = parsed(data, name)
    elements = [one for one in sequence(mapping(found).get("SurveyElements")) if isinstance(one, dict)]
    entry = mapping(mapping(found).get("SurveyEntry"))
    bodies: dict[str, list[Any]] = {}
    for one in elements:
        bodies.setdefault(str(one.get("Element")), []).append(one.get("Payload"))
    questions = _questions(elements)
    if not questions:
        raise Refused(Problem("convert_no_questions", name))
    blocks = {block.id: block for body in bodies.get("BL", ()) for block in _blocks(body)}
    flow = next((mapping(body) for body in bodies.get("FL", ()) if body), {})
    steps = [one for one in sequence(flow.get("Flow")) if isinstance(one, dict)]
    if not steps:
        steps = [{"Type": "Block", "ID": block.id} for block in blocks.values() if not block.trash]
    if not blocks:
        blocks = {"": Block("", "", False, list(questions))}
        steps = [{"Type": "Block", "ID": ""}]
    options = next((mapping(body) for body in bodies.get("SO", ()) if body), {})
    return Form(
        str(entry.get("SurveyName") or ""), _languages(entry, questions), questions, blocks, steps, options,
        len(bodies.get("QO", ())),
    )  # fmt: skip


def _questions(elements: list[dict[str, Any]]) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for one in elements:
        body = one.get("Payload")
        if one.get("Element") == "SQ" and isinstance(body, dict):
            id = str(body.get("QuestionID") or one.get("PrimaryAttribute") or f"QID{len(found) + 1}")
            found.setdefault(id, Asked(id, str(body.get("DataExportTag") or id), body))
    return found


def _blocks(body: Any) -> Iterator[Block]:
    for one in sequence(body) or list(mapping(body).values()):
        if not isinstance(one, dict):
            continue
        block = Block(str(one.get("ID") or ""), str(one.get("Description") or ""), one.get("Type") == "Trash")
        for item in sequence(one.get("BlockElements")):
            if not isinstance(item, dict):
                continue
            if item.get("Type") == "Page Break":
                block.items.append(None)
            elif item.get("QuestionID"):
                id = str(item["QuestionID"])
                block.items.append(id)
                block.skips[id] = [skip for skip in sequence(item.get("SkipLogic")) if isinstance(skip, dict)]
        options = mapping(one.get("Options"))
        block.shuffled = _on(options.get("RandomizeQuestions"))
        block.repeated = _on(options.get("Looping"))
        yield block


def _on(value: Any) -> bool:
    return str(value or "false").lower() not in ("false", "none", "no")


def _languages(entry: Mapping[str, Any], questions: Mapping[str, Asked]) -> dict[str, str]:
    own = str(entry.get("SurveyLanguage") or "EN")
    codes = [own, *(code for asked in questions.values() for code in mapping(asked.body.get("Language")))]
    found: dict[str, str] = {}
    for code in codes:
        ours = language(str(code))
        if ours and code not in found and ours not in found.values():
            found[str(code)] = ours
    return found or {own: "en"}


def walk(
    steps: list[Mapping[str, Any]], depth: int = 0
) -> Iterator[tuple[str, Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Steps of a flow with their kind and the steps within; nothing below a sane depth."""
    for one in steps if depth < _DEEPEST else ():
        inner = [step for step in sequence(one.get("Flow")) if isinstance(step, dict)]
        yield str(one.get("Type") or ""), one, inner


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping; empty where it is none."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """A list; empty where it is none."""
    return value if isinstance(value, list) else []
