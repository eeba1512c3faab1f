"""From a survey back to its file: load → dump → load gives the same survey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml

from cx.survey.schema import Page, Question, Sampling, Scale, Survey
from cx.survey.types import TYPES

ORDER = (
    *("id", "type", "version", "kind", "title", "label", "if", "rule", "when", "value", "as", "intro", "help"),
    *("nps_kind", "about", "purpose", "retention_days", "prefill", "opens", "closes", "embed"),
    *("required", "required_if", "show_if", "order", "shuffle", "rows", "choices", "exclusive", "other", "fixed"),
    *("points", "labels", "not_applicable", "min_choices", "max_choices", "per_set", "max_photos"),
    *("min", "max", "step", "decimals", "unit", "long", "max_length", "validate", "skip", "to"),
    *("asks", "brand", "journey", "stage", "touchpoint", "links", "eligible", "share", "quarantine_days"),
    *("limit", "message", "quotas", "sampling", "thanks", "questions", "pages"),
)
"""Keys as a file names them, from top to bottom."""
_PLACE = {key: place for place, key in enumerate(ORDER)}
_FREE = ("title", "label", "intro", "help", "thanks", "purpose", "message", "unit", "labels")


def dump(survey: Survey) -> str:
    """The survey as YAML."""
    return text(definition(survey))


def text(definition: Mapping[str, Any]) -> str:
    """A plain definition as YAML: keys in the house's order, one a line; what is empty is left out."""
    return yaml.dump(
        _ordered(definition), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=110
    )


def definition(survey: Survey) -> dict[str, Any]:
    """The survey as its file would say it: every key that is not at its default."""
    found = {
        "id": survey.id, "version": survey.version, "title": survey.title,
        "kind": _unless(survey.kind, "customer"), "intro": survey.intro, "thanks": survey.thanks,
        "nps_kind": survey.nps_kind, "about": survey.about, "purpose": survey.purpose,
        "retention_days": survey.retention_days,
        "prefill": [name for name in survey.prefill if name not in ("branch", "channel")],
        "opens": survey.opens, "closes": survey.closes, "embed": survey.embed,
        "quotas": [
            {"id": quota.id, "when": quota.when.source, "limit": quota.limit, "message": quota.message}
            for quota in survey.quotas
        ],
        "sampling": _sampling(survey.sampling),
    }  # fmt: skip
    pages = [_page(page) for page in survey.pages]
    if len(pages) == 1 and set(pages[0]) == {"questions"}:
        found |= pages[0]
    else:
        found["pages"] = pages
    return _said(found)


def _said(found: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is absent, false or empty; a number 0 stays."""
    return {key: value for key, value in found.items() if value or (value == 0 and value is not False)}


def _unless(value: object, default: object) -> object:
    return None if value == default else value


def _sampling(sampling: Sampling | None) -> dict[str, Any] | None:
    if sampling is None:
        return None
    return {
        "eligible": sampling.eligible.source if sampling.eligible else None,
        "share": Decimal(repr(sampling.share)),
        "quarantine_days": sampling.quarantine_days,
    }


def _page(page: Page) -> dict[str, Any]:
    return _said(
        {
            "title": page.title,
            "show_if": page.show_if.source if page.show_if else None,
            "order": _unless(page.order, "written"),
            "shuffle": page.shuffle,
            "questions": [question_definition(question) for question in page.questions],
        }
    )


def question_definition(question: Question) -> dict[str, Any]:
    """One question as the file would say it."""
    entry = TYPES[question.type]
    found = {
        "id": question.id, "type": question.type, "label": question.label, "help": question.help,
        "required": question.required, "required_if": _source(question.required_if),
        "show_if": _source(question.show_if),
        "validate": [{"rule": rule.holds.source, "message": rule.message} for rule in question.validate],
        "choices": [
            _said({"id": c.id, "label": c.label, "exclusive": c.exclusive, "other": c.other, "fixed": c.fixed,
                   "show_if": _source(c.show_if)})
            for c in question.choices
        ],
        "rows": [
            _said({"id": row.id, "label": row.label, "touchpoint": row.touchpoint, "show_if": _source(row.show_if)})
            for row in question.rows
        ],
        "order": _unless(question.order, "written"),
        "not_applicable": question.not_applicable, "min_choices": question.min_choices,
        "max_photos" if question.type == "photo" else "max_choices": question.max_choices,
        "min": question.minimum, "max": question.maximum, "step": question.step,
        "decimals": _unless(question.decimals, 0), "unit": question.unit, "long": question.long,
        "max_length": _unless(question.max_length, 2000),
        "skip": [{"if": skip.when.source, "to": skip.to} for skip in question.skip],
        "value": _source(question.value), "as": _unless(question.kind, "number"),
        "per_set": _unless(question.per_set, 4),
        "journey": question.journey, "stage": question.stage, "touchpoint": question.touchpoint,
        "brand": question.brand, "asks": question.asks, "links": question.links,
        **_scale(question.scale, entry.points), **({"labels": question.ends} if question.ends else {}),
    }  # fmt: skip
    return _said(found)


def _source(condition: Any) -> str | None:
    return condition.source if condition else None


def _scale(scale: Scale | None, usual: tuple[int, int] | None) -> dict[str, Any]:
    if scale is None:
        return {}
    ends = {scale.low: "low", scale.high: "high"}
    labels = {ends.get(point, str(point)): label for point, label in sorted(scale.labels.items())}
    return {"points": None if usual == (scale.low, scale.high) else scale.high, "labels": labels}


def _ordered(value: object, free: bool = False) -> object:
    """Mappings in the house's order of keys; those of texts and labels as they are."""
    if isinstance(value, Mapping):
        said = {str(key): part for key, part in value.items() if part is not None and part not in ((), [], {})}
        keys: Iterable[str] = said if free else sorted(said, key=lambda key: _PLACE.get(key, len(_PLACE)))
        return {key: _ordered(said[key], free or key in _FREE) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(each, free) for each in value]
    return value


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes numbers as they are, and the same list twice as two lists."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _decimal(dumper: Any, value: Decimal) -> yaml.ScalarNode:
    plain = format(value.normalize() if value else Decimal(0), "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in plain else 'int'}", plain)  # type: ignore[no-any-return]


def _day(dumper: Any, value: dt.date) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())  # type: ignore[no-any-return]


_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(dt.date, _day)
