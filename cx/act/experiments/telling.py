"""Experiments in words, for the screen: figures, what was found, when it stops."""

from __future__ import annotations

import datetime as dt

from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Found, Pair, Side
from cx.act.experiments.keeping import Experiment
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


def side(t: Translator, definition: Definition, found: Side) -> str:
    """``46.2% (44.1% to 48.3%), n 2,310``."""
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
        return t(f"experiments.answer_{verdict_key}", **values)
    last = pair.looks[-1]
    one, other = found.sides[0], found.sides[pair.arm]
    values |= {
        "value": value(t, definition, other.value), "against": value(t, definition, one.value),
        "n": t.number(other.n), "n_first": t.number(one.n), "day": t.date(last.day),
        "diff": difference(t, definition, last.diff), "low": bare(t, definition, last.low),
        "high": bare(t, definition, last.high), "share": t.percent(min(1.0, last.time)),
    }  # fmt: skip
    if last.reach == float("inf"):
        return t("experiments.answer_early", **values)
    return t(f"experiments.answer_{verdict_key}", **values)


def waiting(t: Translator, experiment: Experiment, found: Found) -> str:
    """How long it takes still; nothing once decided."""
    if experiment.state != "running" or found.decided:
        return ""
    if found.days_left is None:
        return t("experiments.wait_unknown", end=t.date(experiment.definition.end))
    weeks = found.days_left / 7
    span = t("experiments.days", n=found.days_left) if weeks < 2 else t("experiments.weeks", n=round(weeks))
    return t("experiments.wait", span=span, end=t.date(experiment.definition.end))


def rule(t: Translator, definition: Definition) -> str:
    """When it stops, agreed before the first day."""
    needed = " / ".join(t.number(n) for n in definition.needed())
    looks = t(f"experiments.looks_{definition.every}")
    error = t.percent(definition.alpha * (len(definition.arms) - 1))
    key = "rule" if definition.unit == "respondent" else "rule_units"
    return t(
        f"experiments.{key}", looks=looks, error=error, needed=needed, end=t.date(definition.end),
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
