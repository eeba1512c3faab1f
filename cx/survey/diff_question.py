"""What changed in one question: its wording, scale, choices, rows, conditions, and what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cx.survey.change import (
    ALWAYS_PATCH,
    COUNTED,
    READ,
    SCORED,
    Change,
    Grade,
    Level,
    differs,
    keyed,
    reordered,
    reworded,
)
from cx.survey.schema import Choice, Question, Row, Rule, Scale, Text

SCORED_TYPES = frozenset(
    ("nps", "csat", "ces", "rating", "yes_no", "matrix", "slider", "kano", "maxdiff", "computed")
)  # fmt: skip
"""Questions whose answers become a score that is followed over time."""
COUNTED_TYPES = SCORED_TYPES | {"single", "multiple", "ranking", "number"}
"""Those and the questions whose answers are counted or added up."""

# Level of a changed field for a scored question, for one that is only counted, and for any other.
_FIELDS: Mapping[str, tuple[Level, Level, Level]] = {
    "required": ("minor", "minor", "minor"),
    "required_if": ("minor", "minor", "minor"),
    "show_if": ("major", "minor", "minor"),
    "not_applicable": ("major", "major", "minor"),
    "min_choices": ("major", "major", "minor"),
    "max_choices": ("major", "major", "minor"),
    "minimum": ("major", "minor", "patch"),
    "maximum": ("major", "minor", "patch"),
    "step": ("major", "minor", "patch"),
    "decimals": ("minor", "minor", "patch"),
    "long": ("patch", "patch", "patch"),
    "max_length": ("patch", "patch", "patch"),
    "order": ("minor", "minor", "patch"),
    "value": ("major", "major", "minor"),
    "kind": ("major", "major", "minor"),
    "per_set": ("major", "major", "minor"),
    "journey": ("major", "major", "minor"),
    "stage": ("major", "major", "minor"),
    "touchpoint": ("major", "major", "minor"),
    "brand": ("major", "major", "minor"),
    "asks": ("major", "major", "minor"),
    "links": ("patch", "patch", "patch"),
}
_ORDINAL = ("single", "matrix")  # their choices may form a scale: the order carries meaning


def scored(question: Question) -> bool:
    """Whether its answers become a score."""
    return question.type in SCORED_TYPES


def changes(old: Question, new: Question, languages: Collection[str]) -> Iterator[Change]:
    """Every change of one question, its conditions to skip apart: what those mean depends on what comes after."""
    kind = 0 if scored(old) or scored(new) else 1 if {old.type, new.type} & COUNTED_TYPES else 2
    for change in _changes(old, new, languages, kind):
        yield change.about(new.id, new.label)


def _changes(old: Question, new: Question, languages: Collection[str], kind: int) -> Iterator[Change]:
    said: Grade = COUNTED if kind < 2 else READ
    label = (SCORED, READ, READ)[kind] if new.type != "computed" else ALWAYS_PATCH
    yield from differs("type", old.type, new.type, "major" if kind < 2 else "minor")
    yield from reworded("label", old.label, new.label, languages, label)
    yield from reworded("help", old.help, new.help, languages, ALWAYS_PATCH)
    yield from reworded("unit", old.unit, new.unit, languages, said)
    for name, levels in _FIELDS.items():
        yield from differs(name, getattr(old, name), getattr(new, name), levels[kind])
    yield from _rules(old.validate, new.validate, languages)
    yield from differs("scale", _reach(old.scale), _reach(new.scale), said["reworded"])
    yield from _points(_labels(old), _labels(new), languages, said)
    yield from _choices(old, new, languages, said)
    yield from _rows(old, new, languages, label)


def _rules(old: tuple[Rule, ...], new: tuple[Rule, ...], languages: Collection[str]) -> Iterator[Change]:
    before, after = ({rule.holds.source: rule for rule in rules} for rules in (old, new))
    for source in before.keys() - after.keys():
        yield Change("rule_removed", None, {"rule": source}, "minor")
    for source, rule in after.items():
        if source not in before:
            yield Change("rule_added", None, {"rule": source}, "minor")
        else:
            yield from reworded("rule_message", before[source].message, rule.message, languages, ALWAYS_PATCH)


def _points(
    old: Mapping[str, Text], new: Mapping[str, Text], languages: Collection[str], said: Grade
) -> Iterator[Change]:
    for point in dict.fromkeys((*old, *new)):
        yield from reworded("scale_label", old.get(point), new.get(point), languages, said, point=point)


def _labels(question: Question) -> dict[str, Text]:
    named = question.scale.labels if question.scale else {}
    return {**{str(point): text for point, text in named.items()}, **question.ends}


def _reach(scale: Scale | None) -> str | None:
    return f"{scale.low}–{scale.high}" if scale else None


def _choices(old: Question, new: Question, languages: Collection[str], said: Grade) -> Iterator[Change]:
    removed, added, pairs = keyed(old.choices, new.choices)
    if removed:
        yield Change("choices_removed", None, _counts(old.choices, new.choices, removed), said["reworded"])
    if added:
        yield Change("choices_added", None, _counts(old.choices, new.choices, added), "minor")
    if reordered(old.choices, new.choices):
        yield Change("choices_order", None, {}, "major" if new.type in _ORDINAL else "minor")
    for before, after in pairs:
        yield from reworded("choice_label", before.label, after.label, languages, said, choice=after.id)
        for name, level in (("exclusive", "minor"), ("other", "minor"), ("fixed", "patch")):
            for change in differs(f"choice_{name}", getattr(before, name), getattr(after, name), level):  # type: ignore[arg-type]
                yield Change(change.code, None, {"choice": after.label}, change.level)
        for change in differs("choice_show_if", before.show_if, after.show_if, said["reworded"]):
            yield Change(change.code, None, {"choice": after.label, **change.values}, change.level)


def _rows(old: Question, new: Question, languages: Collection[str], label: Grade) -> Iterator[Change]:
    removed, added, pairs = keyed(old.rows, new.rows)
    worst: Level = "major" if scored(old) or scored(new) else "minor"
    if removed:
        yield Change("rows_removed", None, _counts(old.rows, new.rows, removed), worst)
    if added:
        yield Change("rows_added", None, _counts(old.rows, new.rows, added), "minor")
    if reordered(old.rows, new.rows):
        yield Change("rows_order", None, {}, "minor")
    for before, after in pairs:
        yield from reworded("row_label", before.label, after.label, languages, label, row=after.id)
        for name in ("touchpoint", "show_if"):
            for change in differs(f"row_{name}", getattr(before, name), getattr(after, name), worst):
                yield Change(change.code, None, {"row": after.label, **change.values}, change.level)


def _counts(
    old: tuple[Choice, ...] | tuple[Row, ...],
    new: tuple[Choice, ...] | tuple[Row, ...],
    named: list[Choice] | list[Row],
) -> dict[str, object]:
    return {"old": len(old), "new": len(new), "names": tuple(part.label for part in named)}
