"""Signals in words, the same on screen and in a terminal: what left which range, and how often chance does that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.alarms import Board
from cx.insight.signals import Alarm, Watched
from cx.insight.signals.limits import Limited
from cx.insight.signals.series import Subject
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def answer(t: Translator, board: Board) -> str:
    """How many figures leave their range, handled or not, beside how many would by chance."""
    view = board.view
    limited = sum(each.limits.chart is not None for each in view.watched)
    chance = [alarm for alarm in view.alarms if not alarm.agreed]
    out, worse = {alarm.subject for alarm in chance}, {alarm.subject for alarm in chance if not alarm.better}
    waiting = {s.alarm.subject for s in board.standing if not s.alarm.agreed}
    key = "answer" if out else "answer_none"
    said = [
        t(f"signals.{key}", n=t.number(len(out)), total=t.number(limited), worse=t.number(len(worse)),
          chance=about(t, view.by_chance), year=about(t, view.per_year))
    ]  # fmt: skip
    if handled := len(out - waiting):
        said.append(t("signals.answer_handled", n=t.number(handled), left=t.number(len(waiting))))
    if agreed := sum(s.alarm.agreed for s in board.standing):
        said.append(t("signals.answer_agreed", n=t.number(agreed)))
    if back := sum(s.returned for s in board.standing):
        said.append(t("signals.answer_returned", n=t.number(back)))
    if board.phases:
        said.append(t("signals.answer_phases", n=t.number(len(board.phases))))
    if without := len(view.watched) - limited:
        said.append(t("signals.answer_without", n=t.number(without)))
    said += [t("signals.answer_crowded", grain=t(f"signals.grain_{grain}")) for grain in view.crowded]
    return ("" if t.lang == "zh" else " ").join(said)


def about(t: Translator, count: float) -> str:
    """An expected count: with a decimal while it is small."""
    return t.number(count, 0 if count >= 9.95 else 1)


def name(t: Translator, subject: Subject, model: Model) -> str:
    """What is watched and where: ``Average queueing time · Lujiazui``."""
    if subject.kind == "survey":
        what = t(f"metric.{subject.name}")
        if subject.nps_kind:
            what = t("signals.of_kind", what=what, kind=t(f"bank.kind_{subject.nps_kind}"))
    else:
        what = t.pick(model.indicators[subject.name].name) if subject.name in model.indicators else subject.name
    where = model.label("branch", subject.branch, t) if subject.branch else t("signals.whole_bank")
    return f"{what} · {where}"


def value(t: Translator, subject: Subject, number: float | None, model: Model, digits: int | None = None) -> str:
    """A value with its unit; ``digits`` after the point, else by its size."""
    if number is None:
        return "–"
    survey = subject.kind == "survey"
    unit = ("%" if subject.name == "csat" else "") if survey else model.unit(subject.name, t)
    shown = digits if digits is not None else 1 if survey else _digits(number)
    return f"{t.number(number, shown)}{'' if unit in ('', '%') else ' '}{unit}"


def _digits(number: float) -> int:
    return 0 if abs(number) >= 1000 else 1 if abs(number) >= 10 else 2


def _telling_apart(number: float, ends: tuple[float | None, ...]) -> int:
    """Digits that show a value apart from the limits it lies beyond."""
    digits = _digits(number)
    while digits < 4 and any(end is not None and round(end, digits) == round(number, digits) != end for end in ends):
        digits += 1
    return digits


def sentence(t: Translator, alarm: Alarm, model: Model) -> str:
    """What happened, with value, usual range and periods."""

    digits = _telling_apart(alarm.value, (alarm.low, alarm.high))

    def shown(number: float | None) -> str:
        return value(t, alarm.subject, number, model, digits)

    grain = alarm.subject.grain
    values = {
        "period": t.period(alarm.worst, grain), "since": t.period(alarm.first, grain), "value": shown(alarm.value),
        "usual": shown(alarm.usual), "low": shown(alarm.low), "high": shown(alarm.high), "n": t.number(alarm.periods),
    }  # fmt: skip
    if alarm.agreed:
        return t("signals.said_threshold" if alarm.periods > 1 else "signals.said_threshold_one", **values)
    said = [t(f"signals.said_{alarm.rules[0]}_{alarm.side}", **values)]
    if alarm.periods > 1:
        said.append(t("signals.said_lasting" if alarm.ongoing else "signals.said_lasted", **values))
    elif not alarm.ongoing:
        said.append(t("signals.said_over"))
    return ("" if t.lang == "zh" else " ").join(said)


def chance(t: Translator, each: Watched) -> str:
    """How often this chart alarms by chance; what makes that uncertain is told by :func:`notes`."""
    if each.per_year >= 0.95:
        return t("signals.chance_year", n=t.number(each.per_year, 1))
    if each.per_year <= 0:
        return t("signals.chance_never")
    return t("signals.chance_years", years=t.number(1 / each.per_year))


def method(t: Translator, each: Watched) -> str:
    """Which chart with which limits, from which phase."""
    limits, grain = each.limits, each.subject.grain
    if limits.chart is None or limits.phase is None:
        return refusal(t, limits)
    first, last = (t.period(day, grain) for day in limits.phase)
    phase = t("signals.phase", first=first, last=last, n=t.number(limits.chart.size))
    rules = t("signals.rules_all" if len(each.rules) > 1 else "signals.rules_limit", width=t.number(each.width, 1))
    return t(f"signals.chart_{limits.chart.kind}") + ("" if t.lang == "zh" else " ") + phase + rules


def refusal(t: Translator, limits: Limited) -> str:
    """Why a figure has no limits, and what to do."""
    few = limits.refusal
    if few is None:
        return ""
    said = t("signals.refused_alike" if few.alike else "signals.refused_few", have=few.have, need=few.need)
    return ("" if t.lang == "zh" else " ").join([said, *_since(t, limits)])


def notes(t: Translator, each: Watched) -> list[str]:
    """What an honest reader must know of this chart."""
    limits, chart = each.limits, each.limits.chart
    if chart is None:
        return []
    said = []
    if chart.alike:
        said.append(t("signals.note_alike", r=t.number(chart.likeness, 2)))
    elif chart.size < 24:
        said.append(t("signals.note_short", n=t.number(chart.size)))
    if chart.kind == "laney":
        said.append(t("signals.note_laney", times=t.number(chart.dispersion, 1)))
    if limits.season:
        said.append(t("signals.note_season"))
    if limits.skipped:
        said.append(t("signals.note_skipped", n=t.number(len(limits.skipped))))
    if limits.noisy:
        said.append(t("signals.note_noisy", n=t.number(limits.noisy)))
    return said + _since(t, limits)


def _since(t: Translator, limits: Limited) -> list[str]:
    """From when the figure means what it means now."""
    since, subject = limits.series.since, limits.subject
    if since is None:
        return []
    if subject.kind == "survey":
        return [t("signals.note_since", day=t.period(since, subject.grain))]
    return [t("signals.note_meaning", day=t.date(since))]


def agreed(t: Translator, each: Watched, model: Model) -> str:
    """The dictionary's watch and alarm values, and where the last value lies; empty without them, and where the last
    value is from before the indicator changed its meaning."""
    entry = model.indicators.get(each.subject.name) if each.subject.kind == "indicator" else None
    if entry is None or not {"watch", "alarm"} <= set(entry.thresholds):
        return ""
    point, since = each.limits.series.points[-1], each.limits.series.since
    if since is not None and point.day < since:
        return ""
    last, sign = point.value, 1 if entry.direction == "lower" else -1
    reached = [name for name in ("alarm", "watch") if sign * (last - entry.thresholds[name]) >= 0]
    ends = {name: value(t, each.subject, entry.thresholds[name], model) for name in ("watch", "alarm")}
    return t(f"signals.agreed_{(*reached, 'within')[0]}", last=value(t, each.subject, last, model), **ends)
