"""The proof: the pilots against their controls, what was so before, what else moved, and the word for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.verification import alone, checks, comparing, history, panel
from cx.act.verification.comparing import BeforeAfter
from cx.act.verification.history import Groups
from cx.act.verification.judging import Compared, compare
from cx.act.verification.panel import Panel, Window
from cx.act.verification.shapes import Beside, Check, Difference, Hint, Payback, Proof, Reason, Verdict
from cx.measure.scope import Rights
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class Times:
    """The first day, the last day looked at, and the days planned."""

    start: dt.date
    until: dt.date
    days: int

    @property
    def before(self) -> Window:
        """As long as planned, up to the day before the start."""
        return Window(self.start, self.start).before(self.days)

    @property
    def after(self) -> Window:
        """From the start to the last day looked at."""
        return Window(self.start, self.until)

    @property
    def past(self) -> Window:
        """Twice as long as planned, up to the day before the start."""
        return Window(self.start, self.start).before(2 * self.days)


@dataclass(frozen=True, eq=False)
class Judged:
    """A comparison, its checks and its word. Pure."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    compared: Compared
    pretrend: Check | None
    placebo: Check | None


def proof(con: Connection, charter: Charter, rights: Rights, today: dt.date, model: Model) -> Proof:
    """Judge a quick win by what is there today. Reads only what the rights cover.

    Raises :class:`Refused` (``quick_win_not_yours``) where pilots or controls reach beyond the rights.
    """
    if not charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours"))
    charter = facing(charter, model)
    plain = comparing.before_after(con, charter, rights, today)
    times = Times(charter.start, plain.after_end, charter.length.days)
    branches = (*charter.pilots, *charter.controls) if charter.controls else None
    read = panel.read(con, charter, rights, Window(times.past.first, times.until), branches)
    groups = grouped(read, charter, times)
    found = judge(read, groups, times, charter.direction == "higher", charter.least, barred(plain), second=True)
    shown = found.compared
    hint = _hint(read, groups, times, charter.direction == "higher", plain) if shown.difference is None else None
    return Proof(
        found.verdict, found.reasons, plain, shown.difference, shown.pilots, shown.controls,
        matched=not charter.controls, left_out=shown.left_out, least=charter.least, pretrend=found.pretrend,
        placebo=found.placebo, cuped=shown.cuped,
        guardrails=_others(con, _guardrails(charter), groups, times, rights, model),
        beside=_others(con, _beside(charter, model), groups, times, rights, model),
        series=checks.series(read, shown, (times.past, times.after)) if shown.difference or hint else (),
        payback=_payback(charter), hint=hint,
    )  # fmt: skip


def _hint(read: Panel, groups: Groups, times: Times, higher: bool, plain: BeforeAfter) -> Hint | None:
    """What is left where nothing can be compared; nothing where the metric changed its meaning, or has few values."""
    small = any(side.state != "ok" for side in (plain.before, plain.after))
    return None if small or plain.broken else alone.hint(read, groups, (times.past, times.after), higher)


def facing(charter: Charter, model: Model) -> Charter:
    """The charter with the direction of its indicator, which is frozen at the start only."""
    if not charter.indicator or charter.baseline is not None or charter.indicator not in model.indicators:
        return charter
    return replace(charter, better="lower" if model.indicators[charter.indicator].direction == "lower" else "higher")


def grouped(read: Panel, charter: Charter, times: Times) -> Groups:
    """Pilots, and the charter's controls; without such, those most alike in the time before."""
    if charter.controls:
        return Groups(charter.pilots, charter.controls)
    return Groups(charter.pilots, tuple(m.branch for m in history.alike(read, charter.pilots, times.past)))


def barred(plain: BeforeAfter) -> tuple[Reason, ...]:
    """Why nothing can be proven, whatever the figures."""
    found: list[Reason] = [] if plain.complete else ["early"]
    found += ["broken"] if plain.breaks else []
    return tuple(found + (["redefined"] if plain.redefined is not None else []))


def judge(
    read: Panel,
    groups: Groups,
    times: Times,
    higher: bool,
    least: float = 0.0,
    bars: tuple[Reason, ...] = (),
    second: bool = False,
) -> Judged:
    """Compare, check, and find the word; ``bars`` are reasons against any proof that the figures do not show."""
    found = compare(read, groups, times.before, times.after, higher, second)
    if found.difference is None:
        return Judged("too_few", found.reasons, found, None, None)
    pretrend = checks.pretrend(read, found, times.start, times.days)
    placebo = checks.placebo(read, found, times.start, times.days)
    named: tuple[tuple[Reason, Check | None], ...] = (("pretrend", pretrend), ("placebo", placebo))
    failed = tuple(name for name, check in named if check is not None and not check.passed)
    verdict, reasons = word(found.difference, higher, least, bars, failed)
    return Judged(verdict, reasons, found, pretrend, placebo)


def word(
    found: Difference, higher: bool, least: float, bars: tuple[Reason, ...], failed: tuple[Reason, ...]
) -> tuple[Verdict, tuple[Reason, ...]]:
    """The verdict. Across a change of meaning, or with groups that were apart before, nothing is said of the effect; a
    stop before the planned end proves nothing, but does not hide harm."""
    void = tuple(reason for reason in (*bars, *failed) if reason != "early")
    if void:
        return "not_proven", (*void, *(("early",) if "early" in bars else ()))
    low, high = (found.low, found.high) if higher else (_minus(found.high), _minus(found.low))
    small = least > 0 and high is not None and high < least
    if found.word == "worse" and not (small and low is not None and low > -least):
        return "harmed", bars
    if small and not bars:
        return "too_small", ()
    if found.word == "noise":
        return "not_proven", ("noise", *bars)
    return ("not_proven", bars) if bars else ("proven", ())


def _minus(end: float | None) -> float | None:
    return None if end is None else -end


def _others(
    con: Connection, asked: tuple[Charter, ...], groups: Groups, times: Times, rights: Rights, model: Model
) -> tuple[Beside, ...]:
    return tuple(_other(con, facing(each, model), groups, times, rights) for each in asked)


def _other(con: Connection, charter: Charter, groups: Groups, times: Times, rights: Rights) -> Beside:
    window = Window(times.past.first, times.until)
    read = panel.read(con, charter, rights, window, (*groups.pilots, *groups.controls))
    found = compare(read, groups, times.before, times.after, charter.direction == "higher")
    kind = charter.nps_kind if charter.metric == "nps" else None
    bars = comparing.broken(con, charter, rights, times.before.first, times.until)
    return Beside(charter.metric, kind, None if bars else found.difference)


def _guardrails(charter: Charter) -> tuple[Charter, ...]:
    """Of a whole branch, not of the touchpoint alone: harm is done elsewhere."""
    return tuple(_measured_by(charter, *_metric(name, charter), touchpoint=None) for name in charter.guardrails)


def _metric(name: str, charter: Charter) -> tuple[str, str | None]:
    """A guardrail as metric and NPS kind: ``nps:relational``; without a kind the charter's, else transactional."""
    metric, _, kind = name.partition(":")
    return metric, (kind or charter.nps_kind or "transactional") if metric == "nps" else None


def _beside(charter: Charter, model: Model) -> tuple[Charter, ...]:
    """The other kind of outcome at the same touchpoint: its indicators for a survey metric, else its satisfaction."""
    if charter.indicator:
        return (_measured_by(charter, "satisfaction", None, touchpoint=charter.touchpoint),)
    names = (name for name, each in model.indicators.items() if each.touchpoint == charter.touchpoint)
    return tuple(_measured_by(charter, name, None, touchpoint=charter.touchpoint) for name in sorted(names))


def _measured_by(charter: Charter, metric: str, kind: str | None, touchpoint: str | None) -> Charter:
    return replace(
        charter, metric=metric, nps_kind=kind, touchpoint=touchpoint, voice="customer", survey=None, question=None,
        baseline=None,
    )  # fmt: skip


def _payback(charter: Charter) -> Payback | None:
    if not charter.saving:
        return None
    return Payback(charter.cost, charter.saving, 12 * charter.cost / charter.saving)
