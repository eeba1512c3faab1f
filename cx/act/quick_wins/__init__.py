"""Quick wins (速赢): small improvements with a charter, walked from idea to a recorded result.

Owner of the tables ``quick_win`` and ``quick_win_entry``, which are append-only: a change is a new row, so that the
history says who did what when. Writes take ``rights``: all pilot and control branches must lie within them.
"""

from cx.act.charter import Charter
from cx.act.quick_wins.entries import comment, comments, foreseen, sign, tick
from cx.act.quick_wins.planning import (
    AGAIN,
    Limits,
    Sums,
    busy,
    clashes,
    crowded,
    limits,
    set_limits,
    sums,
    watched,
)  # fmt: skip
from cx.act.quick_wins.proposing import FEWEST, drawn
from cx.act.quick_wins.shapes import (
    PROVEN,
    STATES,
    STEPS,
    Comment,
    QuickWin,
    Result,
    Signature,
    State,
    Step,
)  # fmt: skip
from cx.act.quick_wins.steps import close, drop, propose, reopen, revise, start, to_measuring
from cx.act.quick_wins.stored import all, get, history

__all__ = [
    "AGAIN", "FEWEST", "PROVEN", "STATES", "STEPS", "Charter", "Comment", "Limits", "QuickWin", "Result",
    "Signature", "State", "Step", "Sums", "all", "busy", "clashes", "close", "comment", "comments", "crowded",
    "drawn", "drop", "foreseen", "get", "history", "limits", "propose", "reopen", "revise", "set_limits", "sign",
    "start", "sums", "tick", "to_measuring", "watched",
]  # fmt: skip
