"""What indicators know of a scope, and which side of its target a value lies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from cx.measure.dimensions import DIMENSIONS
from cx.measure.scope import Scope

if TYPE_CHECKING:
    from cx.bank.model import Indicator


def projected(scope: Scope) -> tuple[Scope, tuple[str, ...]]:
    """The scope without the filters that indicators do not know (segment, product …), and their names.

    The place on the journey is not counted among them: an indicator's definition says where it belongs.
    """
    place = {"journey", "stage", "touchpoint"}
    known = tuple(pair for pair in scope.where if "v_indicator" in DIMENSIONS[pair[0]].views)
    left_out = tuple(name for name, _ in scope.where if (name, _) not in known and name not in place)
    return replace(scope, where=known, nps_kind=None), left_out


def verdict(indicator: Indicator, value: float | None) -> Literal["within", "beyond", "untold"]:
    """Which side of its target a value lies; on it is within."""
    if indicator.target is None or value is None:
        return "untold"
    target = float(indicator.target)
    return "within" if (value <= target if indicator.direction == "lower" else value >= target) else "beyond"
