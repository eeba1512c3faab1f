"""A journey's north star and its guardrails: does the star rise, and does anything break meanwhile?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.bank.schemes import NorthStar
from cx.insight.stages import monthly
from cx.insight.stages.monthly import Line
from cx.measure.scope import Scope
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class View:
    """A journey's star and guardrails; those without values are in ``silent``."""

    star: NorthStar
    line: Line
    guards: tuple[Line, ...]
    silent: tuple[str, ...]

    @property
    def broken(self) -> tuple[Line, ...]:
        return tuple(guard for guard in self.guards if guard.state == "broken")

    @property
    def traded(self) -> tuple[Line, ...]:
        """Guardrails that are broken, or getting worse, while the star rises."""
        if self.line.trend != "better":
            return ()
        return tuple(guard for guard in self.guards if guard.state == "broken" or guard.trend == "worse")


def view(con: Connection, scope: Scope, model: Model) -> tuple[View, ...]:
    """Every journey's."""
    stars = model.schemes.north_stars
    lines = monthly.lines(con, scope, model, (name for s in stars for name in (s.indicator, *s.guardrails)))
    return tuple(
        View(
            star,
            lines[star.indicator],
            tuple(lines[name] for name in star.guardrails if lines[name].figure.months),
            tuple(name for name in star.guardrails if not lines[name].figure.months),
        )
        for star in stars
    )
