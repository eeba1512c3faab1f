"""Values in the metric's unit, with interval and base; the metric's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.verification import Difference, Hint
from cx.measure.metrics import METRICS
from cx.measure.statistics import Change, Estimate
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_FINEST = 4  # digits


def metric(t: Translator, charter: Charter, model: Model) -> str:
    """The metric's name; an NPS with its kind, an indicator by its own name."""
    if charter.indicator:
        return model.label("indicator", charter.indicator, t)
    if charter.voice == "staff":
        return t("quick_win.metric_staff", question=t.pick(charter.asked))
    if charter.metric == "nps":
        return t("quick_win.metric_nps", kind=t(f"quick_win.kind_{charter.nps_kind}"))
    return t(f"quick_win.metric_{charter.metric}")


def scaled(t: Translator, charter: Charter, model: Model) -> str:
    """The metric's name with the scale that its values lie on, where the unit does not tell."""
    name = metric(t, charter, model)
    if charter.indicator or METRICS[charter.metric].unit == "share":
        return name
    return t(f"quick_win.scale_{charter.metric if charter.metric in ('nps', 'ces') else 'mean'}", metric=name)


def value(
    t: Translator, charter: Charter, number: float | None, model: Model, signed: bool = False, unit: bool = True
) -> str:
    """A value of the charter's metric with its unit; ``signed`` for a difference (points; percentage points for
    shares), which is never rounded to nothing. Without ``unit`` the bare difference, for the ends of an interval."""
    if number is None:
        return "–"
    name, digits = _unit(t, charter, number, model)
    number = 100 * number if is_share(charter) else number
    if not signed:
        ended = "" if name in ("", "%", "points") else " "
        return t.number(number, digits) + ("" if name == "points" else ended + name)
    text = t.number(number, _fine(number, digits), signed)
    if not unit or not name:
        return text
    word = {"points": "points", "%": "points_of_percent"}.get(name)
    return t(f"quick_win.{word}", value=text) if word else f"{text} {name}"


def size(t: Translator, charter: Charter, number: float | None, model: Model) -> str:
    """How large a change is, without direction, in its unit."""
    said = value(t, charter, None if number is None else abs(number), model, signed=True)
    return said.removeprefix("+")


def _unit(t: Translator, charter: Charter, number: float, model: Model) -> tuple[str, int]:
    """The unit and how many digits are shown."""
    if charter.indicator:
        return model.unit(charter.indicator, t), _digits(number)
    kind = METRICS[charter.metric].unit
    return {"share": ("%", 1), "points": ("points", 1), "mean": ("points", 2)}[kind]


def _fine(number: float, digits: int) -> int:
    """So many digits that a difference that is there does not look like none."""
    while number and digits < _FINEST and round(number, digits) == 0:
        digits += 1
    return digits


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
    ends = [value(t, charter, end, model, signed=True, unit=False) for end in (moved.low, moved.high)]
    return t("quick_win.change", diff=value(t, charter, moved.diff, model, signed=True), low=ends[0], high=ends[1])


def _digits(number: float) -> int:
    return 0 if abs(number) >= 1000 else 1 if abs(number) >= 10 else 2


def effect(t: Translator, charter: Charter, found: Difference | Hint, model: Model) -> str:
    """An effect with its interval, of which an end may be open."""
    said = value(t, charter, found.effect, model, signed=True)
    low, high = (value(t, charter, end, model, signed=True, unit=False) for end in (found.low, found.high))
    if found.low is None and found.high is None:
        return said
    key = "effect_upto" if found.low is None else "effect_from" if found.high is None else "change"
    return t(f"quick_win.{key}", diff=said, low=low, high=high)
