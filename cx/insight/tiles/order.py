"""The order in which the values of a dimension stand: days by the calendar, the rest as the bank's model lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cx.bank.model import Model

_LISTS = {
    "branch": "branches", "region": "regions", "channel": "channels", "business_line": "business_lines",
    "segment": "segments", "product": "products", "brand": "brands", "journey": "journeys", "indicator": "indicators",
}  # fmt: skip


def ordered(
    dimension: str, values: Iterable[Any], model: Model, where: Mapping[str, tuple[str, ...]]
) -> tuple[Any, ...]:  # fmt: skip
    """The values, each once; those that the model does not know by name after the others, nothing last. ``where`` are
    filters: several journeys may have stages of the same name."""
    known = {value: at for at, value in enumerate(_known(dimension, model, where.get("journey", ())))}
    return tuple(sorted(set(values), key=lambda v: (v is None, known.get(v, len(known)), v if v is not None else "")))


def _known(dimension: str, model: Model, journeys: tuple[str, ...]) -> Iterable[str]:
    if dimension in _LISTS:
        return getattr(model, _LISTS[dimension])  # type: ignore[no-any-return]
    stages = [
        stage
        for journey in model.journeys.values()
        if not journeys or journey.id in journeys
        for stage in journey.stages
    ]
    if dimension == "stage":
        return dict.fromkeys(stage.id for stage in stages)
    if dimension == "touchpoint":
        return [touchpoint.id for stage in stages for touchpoint in stage.touchpoints]
    return ()
