"""One change between two versions of a survey, and the small comparisons that find it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, Protocol, TypeVar

from cx.survey import wording
from cx.survey.expression import Expression
from cx.survey.schema import Skip, Text
from cx.survey.wording import Size

Level = Literal["major", "minor", "patch"]
LEVELS: tuple[Level, ...] = ("patch", "minor", "major")

Grade = Mapping[Size, Level]
"""The level of a changed text by how far it changed."""
ALWAYS_PATCH: Grade = {"punctuation": "patch", "slip": "patch", "reworded": "patch"}
READ: Grade = {"punctuation": "patch", "slip": "patch", "reworded": "minor"}
COUNTED: Grade = {"punctuation": "patch", "slip": "patch", "reworded": "major"}
SCORED: Grade = {"punctuation": "patch", "slip": "major", "reworded": "major"}


@dataclass(frozen=True)
class Change:
    """One difference. ``code`` names its words; ``question`` is None where it is about the whole survey.

    ``values`` hold plain values, texts (one or by language) and tuples of them; ``name`` is the question's label.
    """

    code: str
    question: str | None
    values: Mapping[str, object] = field(default_factory=dict)
    level: Level = "patch"

    def about(self, question: str, name: Text) -> Change:
        """The same change, of that question."""
        return replace(self, question=question, values={"name": name, **self.values})


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Part = TypeVar("Part", bound=_Identified)


def differs(code: str, old: object, new: object, level: Level) -> Iterator[Change]:
    """A value that changed; one that is switched on or off is told as ``<code>_on`` or ``<code>_off``."""
    if old == new:
        return
    if isinstance(new, bool):
        yield Change(f"{code}_{'on' if new else 'off'}", None, {}, level)
    else:
        yield Change(code, None, {"old": plain(old), "new": plain(new)}, level)


def reworded(
    code: str, old: Text | None, new: Text | None, languages: Collection[str], grade: Grade, **values: object
) -> Iterator[Change]:
    """A text that changed, and languages it gained or lost that the survey spoke before and still speaks."""
    found = wording.compare(old, new, languages)
    if found.reworded is not None:
        told = {**values, "old": found.reworded.old, "new": found.reworded.new}
        yield Change(code, None, told, grade[found.reworded.size])
    for lang in found.gained:
        yield Change("translated", None, {"lang": lang, "text": new}, "minor")
    for lang in found.lost:
        yield Change("untranslated", None, {"lang": lang, "text": old}, "minor")


def keyed(old: Sequence[Part], new: Sequence[Part]) -> tuple[list[Part], list[Part], list[tuple[Part, Part]]]:
    """What was removed, what was added, and the pairs that stayed, in the new order."""
    before, after = {part.id: part for part in old}, {part.id: part for part in new}
    removed = [part for part in old if part.id not in after]
    added = [part for part in new if part.id not in before]
    return removed, added, [(before[part.id], part) for part in new if part.id in before]


def reordered(old: Sequence[Part], new: Sequence[Part]) -> bool:
    """Whether those that stayed stand in another order."""
    _, _, pairs = keyed(old, new)
    stayed = {part.id for _, part in pairs}
    return [part.id for part in old if part.id in stayed] != [part.id for _, part in pairs]


def plain(value: object) -> object:
    """A value as words can show it."""
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Skip):
        return f"{value.when.source} → {value.to}"
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    return value
