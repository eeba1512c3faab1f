"""What stands for a submission towards the respondent and in the tables: receipt code and response id.

Both are derived from the submission id (122 random bits that only the respondent's form knows), so a resubmission has
the same ones, and neither leads back to the submission.
"""

from __future__ import annotations

import hashlib
import re
import uuid

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U: read aloud and written down without doubt
_LENGTH = 10
_SPACE = uuid.UUID("6f0b7c1e-6f55-4f0e-9d3c-5f6a52b1c0a7")
_CODE = re.compile(f"[{_LETTERS}]{{5}}-[{_LETTERS}]{{5}}")


def code(submission_id: str) -> str:
    """Ten letters in two groups, 48 bits: among a million responses any two are alike with odds of 1 in 500."""
    number = int.from_bytes(hashlib.sha256(b"receipt:" + submission_id.encode()).digest()[:16], "big")
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def is_code(text: str) -> bool:
    """Whether a text has the form of a receipt code."""
    return _CODE.fullmatch(text) is not None


def response_id(submission_id: str) -> str:
    """The response's id in the tables."""
    return str(uuid.uuid5(_SPACE, submission_id))


def submission_id(text: str | None) -> str | None:
    """A submission id in its one spelling; None for anything else."""
    if text is None or len(text) != 36:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
