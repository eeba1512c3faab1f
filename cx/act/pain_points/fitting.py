"""The state that fits what exists: proposed to people, never set by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cx.act.pain_points.shape import STATES, PainPoint, State
from cx.act.quick_wins import QuickWin

_FITS: Mapping[str, State] = {
    "idea": "identify", "running": "optimise", "measuring": "optimise", "closed": "verify",
}  # fmt: skip
"""By the state of the latest quick win that was made for it."""


@dataclass(frozen=True)
class Fit:
    """The state ``to`` which an entry should go, because of a quick win, or (None) a recorded before and after."""

    to: State
    win: QuickWin | None


def fit(point: PainPoint, own: Iterable[QuickWin]) -> Fit | None:
    """What fits an open entry with its ``own`` quick wins, where it stands elsewhere. Backwards only where another
    trial runs after the last was over: who is ahead of the records may know why."""
    if not point.open:
        return None
    now = [win for win in own if win.state != "closed" or _stands(point, win)]
    latest = max(now, key=lambda win: win.recorded_at, default=None)
    if latest is None:
        checked = any(check.on >= point.since.date() for check in point.checks)
        return Fit("verify", None) if checked and point.state == "optimise" else None
    to = _FITS[latest.state]
    ahead = STATES.index(to) > STATES.index(point.state)
    again = to == "optimise" and point.state == "verify"
    return Fit(to, latest) if ahead or again else None


def _stands(point: PainPoint, win: QuickWin) -> bool:
    """Whether a closed win still says something: recorded since the entry was opened, or what a decision rested on."""
    decided = point.ending is not None and point.ending.decided
    return win.recorded_at >= point.since or bool(decided and point.proof and point.proof.id == win.id)
