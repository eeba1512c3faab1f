"""Experiments in words, for the screen: figures, what was found, when it stops."""

from __future__ import annotations

import datetime as dt

from cx.act.experiments import boundary
from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import FEWEST, Found, Pair, Side
from cx.act.experiments.keeping import Experiment
from cx.measure.sequential import Look
from cx.words import Translator

_LETTERS = "ABCD"


def name(t: Translator, definition: Definition, arm: int) -> str:
    """``A: the question as it is``."""
    return t("experiments.arm", letter=_LETTERS[arm], name=t.pick(definition.arms[arm].name))


def metric(t: Translator, definition: Definition) -> str:
    """What is measured, with the question where it is one."""
    said = t(f"experiments.metric_{definition.metric}")
    return t("experiments.metric_of", metric=said, question=definition.question) if definition.question else said


def value(t: Translator, definition: Definition, found: float | None) -> str:
    """A figure of the metric."""
    if found is None:
        return "–"
    if definition.kind == "share":
        return t.percent(found, 1)
    return t.number(found, 1 if definition.kind == "points" else 2)


def difference(t: Translator, definition: Definition, found: float, signed: bool = True) -> str:
    """A difference in the metric's unit: percentage points, points, or the mean's own."""
    said = bare(t, definition, found, signed)
    units = {"share": "experiments.percent_points", "points": "experiments.points"}
    return t(units[definition.kind], value=said) if definition.kind in units else said


def bare(t: Translator, definition: Definition, found: float, signed: bool = True) -> str:
    """A difference without its unit."""
    shown = 100 * found if definition.kind == "share" else found
    return t.number(shown, 2 if definition.kind == "mean" else 1, signed)


def edges(definition: Definition, look: Look) -> tuple[float, float]:
    """The interval of a look, as far as two arms can differ at all."""
    least, most = definition.ends
    return max(least - most, look.low), min(most - least, look.high)


def side(t: Translator, definition: Definition, found: Side) -> str:
    """``46.2% (44.1% to 48.3%), n 2,310``; in words where it is hidden."""
    if found.hidden:
        return t("experiments.hidden")
    shown = value(t, definition, found.value)
    if found.low is not None and found.high is not None:
        shown = t(
            "experiments.within",
            value=shown,
            low=value(t, definition, found.low),
            high=value(t, definition, found.high),
        )
    return t("experiments.base", value=shown, n=t.number(found.n))


def answer(t: Translator, experiment: Experiment, found: Found, pair: Pair, today: dt.date) -> str:
    """What an arm did against the first, in one or two sentences."""
    definition = experiment.definition
    verdict = pair.verdict
    if verdict == "running" and experiment.state in ("stopped", "concluded"):
        verdict_key = "stopped_early"
    elif verdict == "running" and not pair.looks:
        verdict_key = "begun" if today >= definition.start else "ahead"
    else:
        verdict_key = verdict
    values = {
        "arm": name(t, definition, pair.arm), "first": name(t, definition, 0), "metric": metric(t, definition),
        "start": t.date(definition.start), "end": t.date(definition.end),
        "least": difference(t, definition, definition.least, signed=False),
    }  # fmt: skip
    if not pair.looks:
        hidden = verdict in ("better", "worse", "same", "not_shown")
        if hidden:
            values |= {"outcome": t(f"experiments.short_{verdict}"), "fewest": FEWEST}
        return t(f"experiments.answer_{'hidden' if hidden else verdict_key}", **values)
    last = pair.looks[-1]
    one, other = pair.sides or (found.sides[0], found.sides[pair.arm])
    low, high = edges(definition, last)
    values |= {
        "value": value(t, definition, other.value), "against": value(t, definition, one.value),
        "n": t.number(other.n), "n_first": t.number(one.n), "day": t.date(last.day),
        "diff": difference(t, definition, last.diff), "low": bare(t, definition, low),
        "high": bare(t, definition, high), "share": t.percent(min(1.0, last.time)),
    }  # fmt: skip
    if last.reach == float("inf"):
        return t("experiments.answer_early", **values)
    said = t(f"experiments.answer_{verdict_key}", **values)
    early = last.crossed and last.time < 1 and last.day < definition.end
    return t("experiments.early_large", said=said) if early else said


def meaning(t: Translator, experiment: Experiment, found: Found | None, today: dt.date) -> str:
    """What it means today, and what to do."""
    definition = experiment.definition
    winners = [name(t, definition, arm) for arm in better(found)]
    values = {
        "start": t.date(definition.start), "end": t.date(definition.end), "first": name(t, definition, 0),
        "arm": t("experiments.comma").join(winners), "next": t.date(_next(definition, today)),
    }  # fmt: skip
    return t(f"experiments.do_{_stage(experiment, found, today)}", **values)


def better(found: Found | None) -> tuple[int, ...]:
    """The arms that were shown to be better than the first."""
    return tuple(pair.arm for pair in found.pairs if pair.verdict == "better") if found else ()


def _stage(experiment: Experiment, found: Found | None, today: dt.date) -> str:
    definition, won = experiment.definition, bool(better(found))
    if experiment.state == "draft":
        return "draft" if today < definition.start else "late"
    if experiment.state == "concluded":
        return ("adopt" if definition.on_survey else "win") if won else "learn"
    if experiment.state == "stopped":
        return "stopped"
    if found is None or today <= definition.start:
        return "ahead"
    if found.broken:
        return "broken"
    if not found.decided:
        return "some" if any(pair.verdict != "running" for pair in found.pairs) else "wait"
    return "better" if won else "none"


def _next(definition: Definition, today: dt.date) -> dt.date:
    """The day on which the next look can be seen: looks are at whole days."""
    day = dt.timedelta(days=1)
    return next((look + day for look in boundary.days(definition) if look + day > today), definition.end + day)


def waiting(t: Translator, experiment: Experiment, found: Found | None) -> str:
    """How long it takes still; nothing once decided."""
    if experiment.state != "running" or found is None or found.decided:
        return ""
    if found.days_left is None:
        return t("experiments.wait_unknown", end=t.date(experiment.definition.end))
    weeks = found.days_left / 7
    span = t("experiments.days", n=found.days_left) if weeks < 2 else t("experiments.weeks", n=round(weeks))
    return t("experiments.wait", span=span, end=t.date(experiment.definition.end))


def looks(t: Translator, definition: Definition, pair: Pair) -> str:
    """How the picture is read, and how many looks there were of how many."""
    done, whole = len(pair.looks), len(boundary.days(definition))
    return t("experiments.chart_note", done=t.number(done), whole=t.number(whole))


def letter(arm: int) -> str:
    """``B``"""
    return _LETTERS[arm]


def needed(t: Translator, definition: Definition) -> str:
    """``A 1,204, B 1,204``: answers an arm."""
    parts = (f"{_LETTERS[arm]} {t.number(n)}" for arm, n in enumerate(definition.needed()))
    return t("experiments.comma").join(parts)


def rule(t: Translator, definition: Definition) -> str:
    """When it stops, agreed before the first day."""
    looks = t(f"experiments.looks_{definition.every}")
    error = t.percent(definition.alpha * (len(definition.arms) - 1))
    key = "rule" if definition.unit == "respondent" else "rule_units"
    return t(
        f"experiments.{key}", looks=looks, error=error, needed=needed(t, definition), end=t.date(definition.end),
        least=difference(t, definition, definition.least, signed=False), power=t.percent(0.8),
    )  # fmt: skip


def warnings(t: Translator, experiment: Experiment, found: Found) -> list[str]:
    """What speaks against believing the figures."""
    definition, said = experiment.definition, []
    if found.broken:
        sizes = " / ".join(t.number(n) for n in found.arrived)
        wanted = " : ".join(str(weight) for weight in definition.weights)
        said.append(t("experiments.broken", sizes=sizes, weights=wanted))
    if found.changed:
        said.append(t("experiments.changed"))
    return said


def board(t: Translator, experiments: tuple[Experiment, ...]) -> str:
    """All experiments in one sentence."""
    running = sum(one.state == "running" for one in experiments)
    done = [one for one in experiments if one.found is not None]
    better = sum(any(p.verdict == "better" for p in one.found.pairs) for one in done if one.found)
    worse = sum(any(p.verdict == "worse" for p in one.found.pairs) for one in done if one.found)
    if not experiments:
        return t("experiments.board_none")
    return t("experiments.board", running=running, done=len(done), better=better, worse=worse)


def standing(t: Translator, found: Found) -> str:
    """How a running experiment stands, in short."""
    if found.broken:
        return t("experiments.short_broken")
    if found.decided:
        return t("experiments.short_decided", outcome=outcome(t, found))
    time = min(pair.looks[-1].time if pair.looks else 0.0 for pair in found.pairs if pair.verdict == "running")
    return t("experiments.short_running", share=t.percent(min(1.0, time)))


def outcome(t: Translator, found: Found | None) -> str:
    """The verdicts of a stopped experiment, in short."""
    if found is None:
        return ""
    words = [
        (t("experiments.short_stopped") if p.verdict == "running" else t(f"experiments.short_{p.verdict}"))
        for p in found.pairs
    ]
    return (
        words[0]
        if len(words) == 1
        else " · ".join(f"{_LETTERS[p.arm]}: {w}" for p, w in zip(found.pairs, words, strict=True))
    )
