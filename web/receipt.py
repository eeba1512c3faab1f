"""What stands for a submission towards the respondent and in the tables: receipt code and response id.

Both are derived from the submission id (122 random bits that only the respondent's form knows), so a resubmission has
the same ones, and neither leads back to the submission.
"""

from __future__ import annotations

import hashlib
import re

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U: read aloud and written down without doubt
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_SUBMISSION = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CODE = re.compile(f"[{_LETTERS}]{{5}}-[{_LETTERS}]{{5}}")


def code(submission_id: str) -> str:
    """Ten letters in two groups, 48 bits: among a million responses any two are alike with odds of 1 in 500."""
    number = int.from_bytes(hashlib.sha256(b"receipt:" + submission_id.encode()).digest()[:16], "big")
    letters = ""
    for _ in range(5):
        number, place = divmod(number, len(_PAIRS))
        letters += _PAIRS[place]
    return f"{letters[:5]}-{letters[5:]}"


def is_code(text: str) -> bool:
    """Whether a text has the form of a receipt code."""
    return _CODE.fullmatch(text) is not None


def response_id(submission_id: str) -> str:
    """The response's id in the tables."""
    said = hashlib.sha256(b"response:" + submission_id.encode()).hexdigest()
    return f"{said[:8]}-{said[8:12]}-8{said[13:16]}-a{said[17:20]}-{said[20:32]}"  # a UUID of version 8: our own making


def submission_id(text: str | None) -> str | None:
    """The text if it is a submission id in its one spelling, else None."""
    if text is None:
        return None
    return text if _SUBMISSION.fullmatch(text) else None
