"""You said, we did: what was promised and done at a branch, in words that its staff and customers may read."""

from __future__ import annotations

import datetime as dt

from components import cards
from components.page import Context
from cx.act import actions, quick_wins
from cx.act.actions import Action

_SHOWN = 5


def show(ctx: Context, branch: str) -> None:
    """Done first, then what is under way."""
    t = ctx.t
    found = [action for action in ctx.ask(actions.everything, ctx.rights) if action.promise.branch == branch]
    wins = [win for win in ctx.ask(quick_wins.all, ctx.rights) if branch in win.charter.pilots]
    told = [_did(ctx, action) for action in found if action.state == "done"]
    told += [t("my_branch.did_win", title=t.pick(win.charter.title)) for win in wins if win.state == "closed"]
    today = dt.date.today()
    doing = [_under_way(ctx, t.pick(a.promise.title), a.promise.due, a.late(today)) for a in found if a.open]
    doing += [
        _under_way(ctx, t.pick(w.charter.title), w.charter.end) for w in wins if w.state in ("running", "measuring")
    ]
    cards.heading(t("my_branch.done"))
    for line in told[:_SHOWN]:
        cards.said(line)
    if not told:
        cards.said(t("my_branch.done_none"))
    if doing:
        cards.heading(t("my_branch.doing"))
        for line in doing[:_SHOWN]:
            cards.said(line)


def _did(ctx: Context, action: Action) -> str:
    """What was written for staff and customers; the note of the step is for those who act."""
    title, answer = ctx.t.pick(action.promise.title), ctx.t.pick(action.answer)
    return ctx.t("my_branch.did", title=title, text=answer) if answer else title


def _under_way(ctx: Context, title: str, day: dt.date, late: bool = False) -> str:
    return ctx.t("my_branch.overdue" if late else "my_branch.under_way", title=title, day=ctx.t.date(day))
