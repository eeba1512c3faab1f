"""Quick wins in words, the same on screen and on paper: values in the metric's unit, verdicts, whole sentences."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.quick_wins import QuickWin
from cx.act.verification import MINIMUM_PERIODS, BeforeAfter, Elsewhere, Verdict
from cx.measure.metrics import METRICS
from cx.measure.scope import WHOLE_BANK, Scope
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


def verdict(t: Translator, word: Verdict) -> str:
    """The honest word."""
    return t(f"quick_win.verdict_{word}")


def finding(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> str:
    """What the comparison says, in one sentence with interval and bases."""
    if found.verdict == "too_few":
        minimum = MINIMUM_PERIODS if charter.indicator else Scope(WHOLE_BANK).small_base
        key = "quick_win.finding_too_few_periods" if charter.indicator else "quick_win.finding_too_few"
        return t(key, before=_base(t, found.before), after=_base(t, found.after), minimum=minimum)
    if found.breaks:
        b = found.breaks[-1]
        return t("quick_win.finding_broken", survey=b.survey, before=b.before, after=b.after)
    if found.redefined is not None:
        return t("quick_win.finding_redefined", metric=metric(t, charter, model), version=found.redefined)
    return t(
        f"quick_win.finding_{found.verdict}",
        metric=metric(t, charter, model),
        before=value(t, charter, found.before.value, model),
        after=value(t, charter, found.after.value, model),
        change=_change(t, charter, found.change, model),
        n_before=t.number(found.before.n),
        n_after=t.number(found.after.n),
    )


def notes(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> list[str]:
    """What else an honest reader must know: target, the other branches, an unfinished period, late facts."""
    said = [_target(t, charter, found, model)]
    if not found.broken:
        said.append(_elsewhere(t, charter, found, model))
    if not found.complete:
        said.append(t("quick_win.note_interim", days=(charter.end - found.after_end).days))
    late = found.baseline_now.n - found.before.n
    if charter.baseline is not None and late and found.baseline_now.value is not None:
        now = estimate(t, charter, found.baseline_now, model)
        said.append(t("quick_win.note_late", n=t.number(late, signed=True), now=now))
    return said


def answer(t: Translator, wins: Sequence[QuickWin], today: dt.date) -> str:
    """The state of all wins in one or two sentences."""
    states = Counter(win.state for win in wins)
    verdicts = Counter(win.result.verdict for win in wins if win.result)
    said = [t("quick_win.answer_none_closed", total=len(wins))]
    if states["closed"]:
        listed = [t(f"quick_win.answer_{word}", n=n) for word, n in sorted(verdicts.items(), key=_by_rank)]
        hidden = states["closed"] - sum(verdicts.values())
        listed += [t("quick_win.answer_not_yours", n=hidden)] if hidden else []
        words = t("quick_win.comma").join(listed)
        said = [t("quick_win.answer_closed", total=len(wins), closed=states["closed"], verdicts=words)]
    if active := states["running"] + states["measuring"]:
        late = sum(overdue(win, today) > 0 for win in wins)
        said.append(t("quick_win.answer_active_late" if late else "quick_win.answer_active", n=active, late=late))
    if states["idea"]:
        said.append(t("quick_win.answer_ideas", n=states["idea"]))
    return t("quick_win.join").join(said)


def overdue(win: QuickWin, today: dt.date) -> int:
    """Days that a running or measuring win is past its end; 0 where it is not."""
    return max(0, (today - win.charter.end).days) if win.state in ("running", "measuring") else 0


def timing(t: Translator, win: QuickWin, today: dt.date) -> str:
    """When: weeks until it starts, left, overdue, or the day it was closed."""
    charter = win.charter
    if win.state == "closed":
        return t("quick_win.closed_on", day=t.date(win.result.closed_on if win.result else win.recorded_at.date()))
    if late := overdue(win, today):
        return t("quick_win.overdue", days=late)
    if today < charter.start or win.state == "idea":
        return t("quick_win.starts", day=t.date(charter.start))
    return t("quick_win.weeks_left", weeks=t.number((charter.end - today).days / 7, 1))


def _base(t: Translator, found: Estimate) -> str:
    return t("quick_win.fewer_than", n=Scope(WHOLE_BANK).minimum_base) if found.state == "hidden" else t.number(found.n)


def _by_rank(pair: tuple[Verdict, int]) -> int:
    return ("improved", "not_shown", "worse", "too_few").index(pair[0])


def _digits(number: float) -> int:
    return 0 if abs(number) >= 1000 else 1 if abs(number) >= 10 else 2


def _change(t: Translator, charter: Charter, change: Change, model: Model) -> str:
    ends = [value(t, charter, end, model, signed=True) for end in (change.low, change.high)]
    return t("quick_win.change", diff=value(t, charter, change.diff, model, signed=True), low=ends[0], high=ends[1])


def _target(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> str:
    key = {True: "reached", False: "missed", None: "unknown"}[found.reached]
    return t(f"quick_win.target_{key}", target=value(t, charter, charter.target, model))


def _elsewhere(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> str:
    other = found.elsewhere
    if other is None or other.change.diff is None:
        return t("quick_win.elsewhere_none")
    text = t(
        "quick_win.elsewhere",
        change=_change(t, charter, other.change, model),
        n_before=t.number(other.before.n),
        n_after=t.number(other.after.n),
    )
    return text + t(f"quick_win.elsewhere_{_trend(found, other)}")


def _trend(found: BeforeAfter, other: Elsewhere) -> str:
    """What the other branches suggest: ``shared`` (they moved the same way), ``opposite`` or ``still``."""
    if other.change.verdict not in ("up", "down"):
        return "still"
    same = (other.change.diff or 0.0) * (found.change.diff or 0.0) > 0
    return "shared" if same else "opposite"
