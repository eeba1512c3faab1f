"""Did it work? Before the start: what can be seen; at the end: pilots against controls, with a word; after: does it
hold.

See ``docs/verification.md`` for the rules and their limits.
"""

from cx.act.verification.comparing import (
    MINIMUM_PERIODS,
    Asked,
    BeforeAfter,
    Elsewhere,
    as_json,
    ask,
    baseline,
    baseline_period,
    before_after,
    of_json,
)  # fmt: skip
from cx.act.verification.designing import design
from cx.act.verification.outlook import Outlook, of_design, outlook, outlook_json, outlook_of
from cx.act.verification.proving import proof
from cx.act.verification.records import proof_json, proof_of
from cx.act.verification.shapes import (
    Adjusted,
    Beside,
    Check,
    Design,
    Difference,
    Hint,
    Match,
    Payback,
    Plain,
    Point,
    Proof,
    Reason,
    Seen,
    Side,
    Verdict,
    Word,
)  # fmt: skip
from cx.act.verification.watching import Month, Watch, watch

__all__ = [
    "MINIMUM_PERIODS", "Adjusted", "Asked", "BeforeAfter", "Beside", "Check", "Design", "Difference", "Elsewhere",
    "Hint", "Match", "Month", "Outlook", "Payback", "Plain", "Point", "Proof", "Reason", "Seen", "Side", "Verdict",
    "Watch", "Word", "as_json", "ask", "baseline", "baseline_period", "before_after", "design", "of_design", "of_json",
    "outlook", "outlook_json", "outlook_of", "proof", "proof_json", "proof_of", "watch",
]  # fmt: skip
