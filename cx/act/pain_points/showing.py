"""Evidence then and now: the frozen figure, the same question asked again, and asked of the latest days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cx.act.pain_points import gathering
from cx.act.pain_points.shape import Piece
from cx.insight.signals import series as signal_series
from cx.measure.scope import Rights, Scope
from cx.measure.statistics import EMPTY, Change, Estimate, change, share
from cx.store import query
from cx.store import voices as texts
from cx.store.query import Connection

_TOLERANCE = 1e-9
_COUNTS = ("risk", "cases")


@dataclass(frozen=True)
class Shown:
    """One piece today. ``again``: its own days asked again, where that differs from what was frozen (facts came in
    later or were taken out); ``now``: as many days up to the last with data, from ``start`` to ``end``; empty where
    nothing newer is there. ``change`` from then to now. ``asked`` is whether it can be asked again at all."""

    piece: Piece
    asked: bool
    again: Estimate | None
    now: Estimate
    start: dt.date | None
    end: dt.date | None
    change: Change | None


def shown(con: Connection, piece: Piece, rights: Rights) -> Shown:
    """A piece of evidence with what it says today under these rights."""
    if piece.signal is not None:
        return _signal(con, piece, rights)
    if piece.figure == "said" or piece.start is None or piece.end is None:
        return Shown(piece, False, None, EMPTY, None, None, None)
    then = _ask(con, piece, rights, piece.start, piece.end)
    last = _last(con, piece, rights)
    again = then if _differs(then, piece) else None
    if last is None or last <= piece.end:
        return Shown(piece, True, again, EMPTY, None, None, None)
    start = last - (piece.end - piece.start)
    now = _ask(con, piece, rights, start, last)
    return Shown(piece, True, again, now, start, last, change(then, now) if piece.figure not in _COUNTS else None)


def _differs(then: Estimate, piece: Piece) -> bool:
    if then.value is None or piece.value is None:
        return then.value != piece.value
    return abs(then.value - piece.value) > _TOLERANCE or (then.base != piece.n and then.n != piece.n)


def _scope(piece: Piece, rights: Rights, start: dt.date | None, end: dt.date | None) -> Scope:
    voice = "walk" if piece.voice == "walk" else "staff" if piece.voice == "staff" else "customer"
    kept = tuple((name, values) for name, values in piece.where if name not in ("theme", "risk"))
    return Scope(rights, start, end, piece.nps_kind, kept, voice=voice)


def _ask(con: Connection, piece: Piece, rights: Rights, start: dt.date, end: dt.date) -> Estimate:
    named = dict(piece.where)
    if piece.figure == "cases":
        n = gathering.counted(con, rights, piece, start, end)
        return Estimate(float(n), None, None, n)
    scope = _scope(piece, rights, start, end)
    if piece.figure == "theme":
        whole = query.measure(con, "comment_negative", scope).total
        part = query.measure(con, "theme_negative", scope.narrowed(theme=named["theme"])).total
        if part.state == "hidden" or not whole.n:
            return part
        return share(part.n, whole.n).guarded(scope.minimum_base, scope.small_base)
    if piece.figure == "risk":
        n = texts.named(con, scope, "risks").get(named["risk"][0], 0)
        return Estimate(float(n), None, None, n)
    return query.measure(con, piece.figure, scope).total


def _last(con: Connection, piece: Piece, rights: Rights) -> dt.date | None:
    if piece.figure == "cases":
        return dt.date.today()
    metric = "indicator" if piece.figure == "indicator" else "checklist" if piece.voice == "walk" else "responses"
    where = {name: values for name, values in piece.where if name == "indicator"}
    voice = "walk" if piece.voice == "walk" else "customer"
    return query.contents(con, Scope(rights, voice=voice).narrowed(**where), (), metric).last


def _signal(con: Connection, piece: Piece, rights: Rights) -> Shown:
    """The latest period of the chart, beside its worst one then."""
    assert piece.signal is not None
    watched = signal_series.subject(piece.signal.subject)
    if watched is None or not watched.within(rights):
        return Shown(piece, False, None, EMPTY, None, None, None)
    cells = [c for c in signal_series.measured(con, rights, watched).cells if c.estimate.value is not None]
    by_day = {cell.key[-1]: cell.estimate for cell in cells}
    scale = 100.0 if watched.name == "csat" else 1.0  # charted in per cent
    then, last = by_day.get(piece.signal.worst, EMPTY), max(by_day, default=None)
    value = None if then.value is None else then.value * scale
    again = None
    if value is not None and abs(value - piece.signal.value) > 1e-6 * max(1.0, abs(value)):
        again = Estimate(value, None, None, then.n)
    if last is None or last <= piece.signal.last:
        return Shown(piece, True, again, EMPTY, None, None, None)
    now = by_day[last]
    assert now.value is not None
    return Shown(piece, True, again, Estimate(now.value * scale, None, None, now.n), last, last, None)
