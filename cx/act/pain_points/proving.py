"""What verifies a pain point: quick wins that were made for it, or before and after of its own indicator; and in how
many of its branches what was verified is in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cx.act import quick_wins, rollout, verification
from cx.act.charter import Charter
from cx.act.pain_points.closing import GOOD, Check, Proof, Reach
from cx.act.pain_points.shape import PainPoint
from cx.act.quick_wins import QuickWin
from cx.measure.scope import Rights
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

SHORTEST = dt.timedelta(days=28)


def wins(con: Connection, point: PainPoint, rights: Rights) -> tuple[QuickWin, ...]:
    """The quick wins whose charters name it, as far as these rights see them."""
    return naming(point, quick_wins.all(con, rights))


def naming(point: PainPoint, known: Iterable[QuickWin]) -> tuple[QuickWin, ...]:
    """Those of some quick wins whose charters name it."""
    return tuple(win for win in known if win.charter.pain_point == point.id)


def proofs(con: Connection, point: PainPoint, rights: Rights) -> tuple[Proof, ...]:
    """What it may be closed on, the latest first."""
    return proven(point, wins(con, point, rights))


def proven(point: PainPoint, own: Iterable[QuickWin]) -> tuple[Proof, ...]:
    """What it may be closed on by its ``own`` quick wins and its checks, the latest first. What was recorded before it
    was opened again, and what it was closed on then, proves nothing now; but where it was closed by decision, nobody
    had said that it was solved, and what was verified still stands."""
    found = [
        Proof("win", win.id, win.verdict, win.recorded_at.date())
        for win in own
        if win.state == "closed" and win.verdict is not None
    ]
    found += [
        Proof("check", str(at), check.verdict, check.on) for at, check in enumerate(point.checks)
    ]  # fmt: skip
    decided = point.ending is not None and point.ending.decided
    kept = [p for p in found if (decided if p == point.proof else p.on >= point.since.date())]
    return tuple(sorted(kept, key=lambda proof: proof.on, reverse=True))


def reach(
    point: PainPoint, proof: Proof, own: Iterable[QuickWin], steps: Iterable[rollout.Step], model: Model
) -> Reach:
    """In how many of the branches that the entry is about the matter of a proof is in place: pilots, and where the
    rollout is recorded as done. A check is about all of them."""
    about = {point.branch} if point.branch else set(model.branches)
    charter = next((win.charter for win in own if proof.kind == "win" and win.id == proof.id), None)
    if charter is None:
        return Reach(len(about), len(about), len(about))
    pilots = about & set(charter.pilots)
    here = [step for step in steps if step.win == proof.id and step.branch in about - pilots]
    done = sum(step.state == "done" for step in here)
    out = sum(step.state == "withdrawn" and bool(step.note) for step in here)
    return Reach(len(about), len(pilots), len(pilots) + done, out)


def solved(proof: Proof, reached: Reach) -> bool:
    """Whether an entry may be closed on it without anybody's decision: it worked, and is in place everywhere."""
    return proof.verdict in GOOD and reached.whole


def indicators(point: PainPoint, model: Model) -> tuple[str, ...]:
    """Its own indicators: those among its evidence, then those of its touchpoint; computed ones have no values."""
    own = [name for piece in point.pieces for key, names in piece.where if key == "indicator" for name in names]
    own += [evidence.subject.split(":")[1] for evidence in point.signals]
    if point.touchpoint is not None:
        own += [entry.id for entry in model.indicators.values() if entry.touchpoint == point.touchpoint]
    known = [name for name in own if name in model.indicators and not model.indicators[name].computed]
    return tuple(dict.fromkeys(known))


def checked(
    con: Connection, point: PainPoint, indicator: str, started: dt.date, *, rights: Rights, model: Model,
    today: dt.date, by: str,
) -> Check:  # fmt: skip
    """Before and after of one indicator around ``started``, equally long. Raises :class:`Refused`."""
    if indicator not in indicators(point, model) or today < started + SHORTEST:
        raise Refused(Problem("pain_point_check", "started", {"days": SHORTEST.days}))
    branches = (point.branch,) if point.branch else tuple(model.branches)
    lower = model.indicators[indicator].direction == "lower"
    charter = Charter(
        title="", hypothesis="", touchpoint=point.touchpoint or "", metric=indicator, target=0.0, owner=by,
        start=started, end=today, pilots=branches, better="lower" if lower else "higher",
    )  # fmt: skip
    found = verification.before_after(con, charter, rights, today)
    return Check(
        indicator, started, (found.before.value, found.before.n), (found.after.value, found.after.n),
        found.change.diff, found.change.low, found.change.high, found.verdict, today, by, found.sql,
    )  # fmt: skip
