"""Cases: something that somebody must see to for a customer, a branch or a figure, by a moment, until it is closed.

Opened by rules, on signals, by hand or from a file of complaints. One response makes one case, one signal makes one,
however many people or threads are at it; a step on top of a colleague's that one has not seen is refused.
"""

from __future__ import annotations

from cx.act.cases.counting import by_kind, closing, recovery, root_causes
from cx.act.cases.reading import get, history, hot, listed, names, of_signals, said, said_again, standing, waiting
from cx.act.cases.shape import (
    COMPLAINT,
    HAND,
    INVALID,
    OUTCOMES,
    SIGNAL,
    About,
    Case,
    Cause,
    Contact,
    Given,
    Listed,
    Said,
    Standing,
    State,
    Step,
    Waiting,
    Wanted,
    missing,
    of_alarm,
)  # fmt: skip
from cx.act.cases.working import invite_again, open_case, step

__all__ = [
    "COMPLAINT", "HAND", "INVALID", "OUTCOMES", "SIGNAL", "About", "Case", "Cause", "Contact", "Given",
    "Listed", "Said", "Standing", "State", "Step", "Waiting", "Wanted", "by_kind", "closing", "get", "history", "hot",
    "invite_again", "listed", "missing", "names", "of_alarm", "of_signals", "open_case", "recovery", "root_causes",
    "said", "said_again", "standing", "step", "waiting",
]  # fmt: skip
