"""Many quick wins in words: how they stand, when each is due, what they cost and save."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.quick_wins import Limits, QuickWin, crowded, sums
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_ORDER = ("proven", "improved", "too_small", "not_proven", "not_shown", "harmed", "worse", "too_few")


def answer(t: Translator, wins: Sequence[QuickWin], today: dt.date) -> str:
    """The state of all wins in one or two sentences."""
    states = Counter(win.state for win in wins)
    verdicts = Counter(win.verdict for win in wins if win.verdict)
    said = [t("quick_win.answer_none_closed", total=len(wins))]
    if states["closed"]:
        listed = [
            t(f"quick_win.answer_{word}", n=n)
            for word, n in sorted(verdicts.items(), key=lambda pair: _ORDER.index(pair[0]))
        ]
        hidden = states["closed"] - sum(verdicts.values())
        listed += [t("quick_win.answer_not_yours", n=hidden)] if hidden else []
        words = t("quick_win.comma").join(listed)
        said = [t("quick_win.answer_closed", total=len(wins), closed=states["closed"], verdicts=words)]
    if active := states["running"] + states["measuring"]:
        late = sum(overdue(win, today) > 0 for win in wins)
        said.append(t("quick_win.answer_active_late" if late else "quick_win.answer_active", n=active, late=late))
    if states["idea"]:
        said.append(t("quick_win.answer_ideas", n=states["idea"]))
    return t("quick_win.join").join(said)


def overdue(win: QuickWin, today: dt.date) -> int:
    """Days that a running or measuring win is past its end; 0 where it is not."""
    return max(0, (today - win.charter.end).days) if win.state in ("running", "measuring") else 0


def timing(t: Translator, win: QuickWin, today: dt.date) -> str:
    """When: weeks until it starts, left, overdue, or the day it was closed."""
    charter = win.charter
    if win.state == "closed":
        return t("quick_win.closed_on", day=t.date(win.result.closed_on if win.result else win.recorded_at.date()))
    if late := overdue(win, today):
        return t("quick_win.overdue", days=late)
    if today < charter.start or win.state == "idea":
        return t("quick_win.starts", day=t.date(charter.start))
    return t("quick_win.weeks_left", weeks=t.number((charter.end - today).days / 7, 1))


def rank(t: Translator, charter: Charter) -> str:
    """The score that ranks it, with how it comes about."""
    parts = {"impact": charter.impact, "confidence": charter.confidence, "ease": 6 - charter.effort}
    return t("quick_win.rank", score=charter.score, **parts)


def money(t: Translator, wins: Sequence[QuickWin]) -> str:
    """What the wins cost and save together: proven apart from promised; empty where nobody wrote down any money."""
    found = sums(wins)
    if not any(vars(found).values()):
        return ""
    said = t("quick_win.money", **{name: t.number(amount) for name, amount in vars(found).items()})
    lost = t("quick_win.money_lost", lost=t.number(found.lost)) if found.lost else ""
    return said + (t("quick_win.join") + lost if lost else "")


def crowding(t: Translator, wins: Sequence[QuickWin], most: Limits, model: Model) -> str:
    """The warning where too much is under way at once, in all or at one branch; else empty."""
    total, full = crowded(wins, most)
    said = [t("quick_win.crowded", n=total, most=most.total)] if total else []
    if full:
        names = [t("quick_win.crowded_one", branch=model.label("branch", branch, t), n=n) for branch, n in full[:5]]
        listed = t("quick_win.comma").join(names)
        said.append(t("quick_win.crowded_branches", branches=listed, most=most.branch))
    return t("quick_win.join").join(said)
