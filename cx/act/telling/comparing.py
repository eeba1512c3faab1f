"""Before and after in the pilots alone, in words: what the figures say, and what else an honest reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.telling.values import change, estimate, metric, value
from cx.act.verification import MINIMUM_PERIODS, BeforeAfter, Elsewhere, Word
from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.statistics import Estimate
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def verdict(t: Translator, word: Word) -> str:
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
        change=change(t, charter, found.change, model),
        n_before=t.number(found.before.n),
        n_after=t.number(found.after.n),
    )


def notes(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> list[str]:
    """What else an honest reader must know: target, the other branches, an unfinished period, late facts."""
    said = [target(t, charter, found, model)]
    if not found.broken:
        said.append(_elsewhere(t, charter, found, model))
    if not found.complete:
        said.append(t("quick_win.note_interim", days=(charter.end - found.after_end).days))
    late = found.baseline_now.n - found.before.n
    if charter.baseline is not None and late and found.baseline_now.value is not None:
        now = estimate(t, charter, found.baseline_now, model)
        said.append(t("quick_win.note_late", n=t.number(late, signed=True), now=now))
    return said


def target(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> str:
    """Whether the target is reached, by the value alone."""
    key = {True: "reached", False: "missed", None: "unknown"}[found.reached]
    return t(f"quick_win.target_{key}", target=value(t, charter, charter.target, model))


def _base(t: Translator, found: Estimate) -> str:
    return t("quick_win.fewer_than", n=Scope(WHOLE_BANK).minimum_base) if found.state == "hidden" else t.number(found.n)


def _elsewhere(t: Translator, charter: Charter, found: BeforeAfter, model: Model) -> str:
    other = found.elsewhere
    if other is None or other.change.diff is None:
        return t("quick_win.elsewhere_none")
    text = t(
        "quick_win.elsewhere",
        change=change(t, charter, other.change, model),
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
