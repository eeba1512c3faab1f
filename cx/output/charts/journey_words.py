"""What is said of a journey in words: the answer, its touchpoints' indicators, whole and parts, peak and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.insight.journey import Step, View
from cx.insight.journey_map import Map
from cx.insight.readings import Reading
from cx.measure.statistics import Estimate
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def answer(view: View, model: Model, t: Translator) -> str:
    """Where it hurts most and where it delights, with interval and base; names in bold (Markdown)."""
    worst = view.worst
    if worst is None or worst.estimate.value is None:
        return t("journey.answer_none")
    words = t(
        "journey.answer_worst", name=name(worst, model, t), value=t.number(worst.estimate.value, 2),
        reach=t.number(worst.estimate.plus_minus, 2), n=t.number(worst.estimate.base), moved=_moved(worst, t),
    )  # fmt: skip
    if len(worst.key) > 1:
        words += t("journey.answer_stage", stage=model.label("stage", worst.key[0], t))
    for reading in worst.readings[:2]:
        if reading.verdict == "beyond":
            values = figures(reading, model, t)
            called = values.pop("name")
            called = called[:1].lower() + called[1:] if called[1:2].islower() else called
            words += t("journey.answer_indicator", verdict=t("journey.beyond"), indicator=called, **values)
    words += t("journey.answer_end")
    if worst.estimate.state == "small":
        words += t("journey.answer_small")
    if view.best_stage:
        best = view.best_stage
        words += t("journey.answer_best", name=name(best, model, t), value=t.number(best.estimate.value, 1))
    return words


def name(step: Step, model: Model, t: Translator) -> str:
    """The touchpoint's or stage's name."""
    return model.label("touchpoint" if len(step.key) > 1 else "stage", step.key[-1], t)


def figures(reading: Reading, model: Model, t: Translator) -> dict[str, str]:
    """Name, value and target of an indicator, with unit."""
    one, value = reading.indicator, reading.estimate.value
    unit = model.unit(one.id, t)
    join = "" if unit in ("%", "") else " "
    target = "–" if one.target is None else f"{t.number(one.target, _digits(one.target))}{join}{unit}"
    return {"name": t.pick(one.name), "value": f"{t.number(value, _digits(value))}{join}{unit}", "target": target}


def score(estimate: Estimate, t: Translator, digits: int = 2) -> str:
    """``3.45 ± 0.04``; why not where there is none."""
    if estimate.value is None:
        return t("journey.hidden") if estimate.state == "hidden" else t("journey.no_data")
    if estimate.plus_minus is None:
        return t.number(estimate.value, digits)
    return t("nps.plus_minus", value=t.number(estimate.value, digits), reach=t.number(estimate.plus_minus, digits))


def whole(found: Map, t: Translator) -> str:
    """Whether the journey as a whole and its touchpoints tell the same, with the test that says so."""
    it = found.whole
    if it.verdict in ("below", "above"):
        return t(
            f"journey.whole_{it.verdict}", own=score(it.own, t), parts=score(it.parts, t),
            diff=t.number(abs(it.gap.diff or 0.0), 2), low=t.number(it.gap.low, 2, signed=True),
            high=t.number(it.gap.high, 2, signed=True),
        )  # fmt: skip
    if it.content.value is None or it.others.value is None:
        if it.verdict == "agree":
            return t("journey.whole_level", own=score(it.own, t), parts=score(it.parts, t))
        return t("journey.whole_too_few" if it.score.value is not None else "journey.whole_unasked")
    return t(
        f"journey.whole_{it.verdict}", n=t.number(it.walked.content), content=t.percent(it.content.value),
        low=t.percent(it.content.low), high=t.percent(it.content.high), others=t.percent(it.others.value),
        others_n=t.number(it.walked.others),
    )  # fmt: skip


def memory(found: Map, model: Model, t: Translator) -> list[str]:
    """Peak and end by name, and whether they or all steps go more closely with people's score."""
    said = []
    peaks, ends = found.marked("peak"), found.marked("end")
    if peaks and ends:
        top, last = peaks[0].step, ends[0].step
        said.append(
            t(
                f"journey.peak_{top.feeling}", name=name(top, model, t), value=t.number(top.estimate.value, 2),
                end=name(last, model, t), end_value=t.number(last.estimate.value, 2),
                end_feeling=t(f"journey.end_{last.feeling}"),
            )
        )  # fmt: skip
    elif ends:
        last = ends[0].step
        said.append(t("journey.peak_none", end=name(last, model, t), end_value=t.number(last.estimate.value, 2)))
    kept = found.whole.memory
    if kept:
        said.append(
            t(
                f"journey.memory_{kept.closer}", all=t.number(kept.all, 2), ends=t.number(kept.peak_end, 2),
                n=t.number(found.whole.walked.n),
            )
        )  # fmt: skip
    return said


def _moved(step: Step, t: Translator) -> str:
    if step.broken:
        return t("journey.moved_broken")
    return t(f"journey.moved_{step.change.verdict}_short", diff=t.number(abs(step.change.diff or 0.0), 2))


def _digits(value: float | None) -> int:
    return 0 if value is None or abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
