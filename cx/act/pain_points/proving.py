"""What verifies a pain point: quick wins that were made for it, or before and after of its own indicator."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from cx.act import quick_wins, verification
from cx.act.charter import Charter
from cx.act.pain_points.shape import Check, PainPoint, Proof
from cx.act.quick_wins import QuickWin
from cx.measure.scope import Rights
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

SHORTEST = dt.timedelta(days=28)


def wins(con: Connection, point: PainPoint, rights: Rights) -> tuple[QuickWin, ...]:
    """The quick wins whose charters name it, as far as these rights see them."""
    return tuple(win for win in quick_wins.all(con, rights) if win.charter.pain_point == point.id)


def proofs(con: Connection, point: PainPoint, rights: Rights) -> tuple[Proof, ...]:
    """What it may be closed on, the latest first. What was recorded before it was opened again,
    and what it was closed on then, proves nothing now."""
    found = [
        Proof("win", win.id, win.verdict, win.recorded_at.date())
        for win in wins(con, point, rights)
        if win.state == "closed" and win.verdict is not None
    ]
    found += [
        Proof("check", str(at), check.verdict, check.on) for at, check in enumerate(point.checks)
    ]  # fmt: skip
    kept = [proof for proof in found if proof != point.proof and proof.on >= point.since.date()]
    return tuple(sorted(kept, key=lambda proof: proof.on, reverse=True))


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
