"""How a value of a metric is written: points, shares as per cent, means, counts, indicators with their units."""

from __future__ import annotations

from dataclasses import dataclass

from cx.measure.metrics import Metric
from cx.measure.statistics import Estimate
from cx.words import Translator

_DIGITS = {"points": 0, "count": 0, "mean": 1, "value": 1}


def digits(value: float | None) -> int:
    """How many digits of an indicator's value say enough."""
    return 0 if value is None or abs(value) >= 1000 or float(value).is_integer() else 1 if abs(value) >= 10 else 2


@dataclass(frozen=True)
class Amounts:
    """Writes values of one metric in one language. ``unit`` is that of an indicator, in words; None: of no single one.

    ``precise`` is the number of digits of the metric's own where all values of a chart are to have the same.
    """

    metric: Metric
    t: Translator
    unit: str | None = None
    precise: int | None = None

    def say(self, value: float | None, signed: bool = False, fine: bool = False) -> str:
        """A value with its unit; ``fine`` with one digit more."""
        t, metric = self.t, self.metric
        if value is None:
            return "–"
        if metric.unit == "share":
            return t.percent(value, int(fine))
        if self.unit is not None:
            places = digits(value) if self.precise is None else self.precise
            return f"{t.number(value, places + fine, signed)}{'' if self.unit in ('%', '') else ' '}{self.unit}"
        return t.number(value, _DIGITS[metric.unit] + fine, signed)

    def estimate(self, found: Estimate, interval: bool = True) -> str:
        """An estimate without base: ``32 ± 3``, ``81% ± 2%``; the word for hidden or empty."""
        t = self.t
        if found.value is None:
            return t("why.hidden") if found.state == "hidden" else t("why.empty")
        reach = self.reach(found) if interval else ""
        if not reach:
            return self.say(found.value)
        return t("nps.plus_minus", value=self.say(found.value, fine=self.metric.unit == "mean"), reach=reach)

    def reach(self, found: Estimate) -> str:
        """How far the interval reaches; nothing for counts and the bank's own figures, which are no draws."""
        reach = found.plus_minus
        if reach is None or self.metric.unit in ("count", "value"):
            return ""
        return self.say(reach, fine=self.metric.unit == "mean" or (self.metric.unit == "share" and reach < 0.005))

    @property
    def axis(self) -> tuple[str, float]:
        """The format of an axis (d3) and its smallest step."""
        if self.metric.unit == "share":
            return ".0%", 0.01
        places = (self.precise if self.precise is not None else 1) if self.unit is not None else None
        places = _DIGITS[self.metric.unit] if places is None else places
        return f",.{places}f", 10.0**-places
