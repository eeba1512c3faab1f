"""What every chapter of a report works with, and the words they share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.insight.breaks import Break
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import Change, Estimate
from cx.output.charts import theme
from cx.output.report.paper import Cell, Paper
from cx.publish import versions
from cx.store.query import Connection
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class Sheet:
    """The question of the whole report. ``first`` and ``last``: the days between which there are responses at all."""

    con: Connection
    model: Model
    t: Translator
    scope: Scope
    paper: Paper
    today: dt.date
    first: dt.date | None
    last: dt.date | None

    @property
    def period(self) -> Period:
        """The scope's days as a period, a calendar one where they fill it."""
        start, end = self.scope.start, self.scope.end
        if start is None or end is None:
            return periods.ALL
        tokens = (f"{start.year}Q{(start.month + 2) // 3}", f"{start:%Y-%m}", f"{start.year:04}")
        for found in (periods.parse(token, end) for token in tokens):
            if found is not None and (found.start, found.end) == (start, end):
                return found
        return periods.between(start, end)

    def label(self, dimension: str, value: str | None) -> str:
        """A dimension's value in the report's language."""
        return self.model.label(dimension, value, self.t)

    def labels(self, dimension: str) -> Callable[[str | None], str]:
        """Names of one dimension's values."""
        return lambda value: self.label(dimension, value)

    def named(self, period: Period | None) -> str:
        """A period in words."""
        if period is None or period.start is None or period.end is None:
            return self.t("report.all_time")
        if period.grain in ("quarter", "month"):
            return self.t.period(period.start, period.grain)
        return self.t("report.from_to", start=self.t.date(period.start), end=self.t.date(period.end))

    def place(self) -> str:
        """The scope's filters and rights in words."""
        t, said = self.t, []
        if self.scope.rights.branches is not None:
            names = [self.label("branch", branch) for branch in sorted(self.scope.rights.branches)]
            said.append(t("report.own_branches", names=t("report.comma").join(names)))
        for dimension, values in self.scope.where:
            names = t("report.comma").join(self.label(dimension, value) for value in values)
            said.append(t("report.filter", dimension=t(f"dimension.{dimension}"), names=names))
        return t("report.semicolon").join(said) or t("report.whole_bank")

    def value(self, estimate: Estimate, digits: int) -> str:
        """``32 (95% interval 29 to 35, n 812)``, marked when small; why not where there is none."""
        t = self.t
        if estimate.value is None:
            return t("report.hidden" if estimate.state == "hidden" else "report.empty_value")
        low, high = (t.number(end, digits) for end in (estimate.low, estimate.high))
        key = "report.value_small" if estimate.state == "small" else "report.value"
        return t(key, value=t.number(estimate.value, digits), low=low, high=high, n=t.number(estimate.n))

    def change(self, change: Change, digits: int) -> str:
        """The change in a few words: more than noise, or not."""
        size = self.t.number(abs(change.diff or 0.0), digits)
        signed = self.t.number(change.diff, digits, signed=True)
        return self.t(f"report.change_{change.verdict}", size=size, diff=signed)

    def titles(self, breaks: Iterable[Break]) -> dict[str, str]:
        """Titles of the surveys whose meaning changed; their ids where no version of them is kept."""
        wanted, known = {b.survey for b in breaks}, versions.latest(self.con)
        return {
            id: self.t.pick(known[id].read().title, id) if id in known and known[id].intact else id for id in wanted
        }

    def broken(self, breaks: Iterable[Break]) -> list[str]:
        """A sentence for each survey that changed its meaning."""
        breaks = tuple(breaks)
        names = self.titles(breaks)
        return [
            self.t(
                "nps.trend_break", period=self.t.period(b.day, "month"), survey=names[b.survey], before=b.before,
                after=b.after,
            )
            for b in breaks
        ]  # fmt: skip

    def moved(self, broken: bool, change: Change, digits: int) -> Cell:
        """The change for a table, or the word that there is none because the meaning changed."""
        return (self.t("journey.change_broken"), theme.MUTED) if broken else self.changed(change, digits)

    def changed(self, change: Change, digits: int) -> Cell:
        """The change for a table, coloured only where it is more than noise."""
        if change.diff is None:
            return "–"
        text = self.t.number(change.diff, digits, signed=True)
        if change.verdict == "noise":
            return self.t("report.in_noise", diff=text), theme.MUTED
        return text, theme.GOOD if change.verdict == "up" else theme.BAD
