"""Values in the metric's unit, with interval and base; the metric's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.verification import Difference
from cx.measure.metrics import METRICS
from cx.measure.statistics import Change, Estimate
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def metric(t: Translator, charter: Charter, model: Model) -> str:
    """The metric's name; an NPS with its kind, an indicator by its own name."""
    if charter.indicator:
        return model.label("indicator", charter.indicator, t)
    if charter.voice == "staff":
        return t("quick_win.metric_staff", question=t.pick(charter.asked))
    if charter.metric == "nps":
        return t("quick_win.metric_nps", kind=t(f"quick_win.kind_{charter.nps_kind}"))
    return t(f"quick_win.metric_{charter.metric}")


def value(t: Translator, charter: Charter, number: float | None, model: Model, signed: bool = False) -> str:
    """A value of the charter's metric with its unit; ``signed`` for a difference (percentage points for shares)."""
    if number is None:
        return "–"
    if charter.indicator:
        unit = model.unit(charter.indicator, t)
        if signed and unit == "%":
            return t("quick_win.points_of_percent", value=t.number(number, _digits(number), signed))
        return f"{t.number(number, _digits(number), signed)}{'' if unit in ('', '%') else ' '}{unit}"
    if is_share(charter):
        text = t.number(100 * number, 1, signed)
        return t("quick_win.points_of_percent", value=text) if signed else f"{text}%"
    return t.number(number, 1 if METRICS[charter.metric].unit == "points" else 2, signed)


def is_share(charter: Charter) -> bool:
    """Whether the metric's values are shares of 1, written as per cent."""
    return charter.indicator is None and METRICS[charter.metric].unit == "share"


def estimate(t: Translator, charter: Charter, found: Estimate, model: Model) -> str:
    """A value with its interval and base; why there is none where there is none."""
    if found.value is None:
        return t("quick_win.no_value_hidden" if found.state == "hidden" else "quick_win.no_value_empty")
    ends = [value(t, charter, end, model) for end in (found.low, found.high)]
    interval = t("quick_win.interval", low=ends[0], high=ends[1]) if found.low is not None else ""
    return t("quick_win.estimate", value=value(t, charter, found.value, model), interval=interval, n=t.number(found.n))


def change(t: Translator, charter: Charter, moved: Change, model: Model) -> str:
    ends = [value(t, charter, end, model, signed=True) for end in (moved.low, moved.high)]
    return t("quick_win.change", diff=value(t, charter, moved.diff, model, signed=True), low=ends[0], high=ends[1])


def _digits(number: float) -> int:
    return 0 if abs(number) >= 1000 else 1 if abs(number) >= 10 else 2


def effect(t: Translator, charter: Charter, found: Difference, model: Model) -> str:
    """An effect with its interval, of which an end may be open."""
    said = value(t, charter, found.effect, model, signed=True)
    low, high = (value(t, charter, end, model, signed=True) for end in (found.low, found.high))
    if found.low is None and found.high is None:
        return said
    key = "effect_upto" if found.low is None else "effect_from" if found.high is None else "change"
    return t(f"quick_win.{key}", diff=said, low=low, high=high)
