"""What stands for a submission: its id, and towards the respondent and in the tables the receipt code and response id.

Code and response id are halves of one digest of the submission id (120 random bits that only the respondent's form
knows), so a resubmission has the same ones, and neither leads to the other or back to the submission.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U: read aloud and written down without doubt
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_SUBMISSION = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-79a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_CODE = re.compile(f"[{_LETTERS}]{{5}}-[{_LETTERS}]{{5}}")
_GOING_ON = 25  # 30 ** 25 > 2 ** 120
_AT_ONCE = 64  # asking the system lets other threads in, and waiting for them costs more than the bytes
_ready: list[str] = []


def fresh() -> str:
    """A submission id that nobody has: a random UUID."""
    while True:
        try:
            return _ready.pop()
        except IndexError:
            said = os.urandom(16 * _AT_ONCE).hex()
            _ready.extend(_uuid(said[start : start + 32], "4") for start in range(0, len(said), 32))


def code(submission_id: str) -> str:
    """Ten of 30 letters in two groups: 5.9 * 10**14 codes. Among a million responses any two are alike with odds of
    10**12 / (2 * 5.9 * 10**14), 1 in 1,200."""
    number = int.from_bytes(_digest(submission_id)[16:24], "big")
    letters = ""
    for _ in range(5):
        number, place = divmod(number, len(_PAIRS))
        letters += _PAIRS[place]
    return f"{letters[:5]}-{letters[5:]}"


def going_on(submission_id: str) -> str:
    """The submission id as 25 letters in groups of five, to go on with a draft on another phone. It is the secret
    itself: whoever has it sees what was said, until it is sent."""
    digits = submission_id.replace("-", "")
    number = int(digits[:12] + digits[13:16] + digits[17:], 16)
    letters = ""
    for _ in range(_GOING_ON):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return "-".join(letters[start : start + 5] for start in range(0, _GOING_ON, 5))


def submission_of(text: str) -> str | None:
    """The submission id of such a code, however it was typed; None for what is none."""
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text[:100])).upper()
    if len(letters) != _GOING_ON or not set(letters) <= set(_LETTERS):
        return None
    number = 0
    for letter in reversed(letters):
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    if number >= 1 << 120:
        return None
    digits = f"{number:030x}"
    return _uuid(f"{digits[:12]}4{digits[12:15]}a{digits[15:]}", "4")


def is_code(text: str) -> bool:
    """Whether a text has the form of a receipt code."""
    return _CODE.fullmatch(text) is not None


def response_id(submission_id: str) -> str:
    """The response's id in the tables."""
    return _uuid(_digest(submission_id)[:16].hex(), "8")  # a UUID of version 8: our own making


def submission_id(text: str | None) -> str | None:
    """The text if it is a submission id in its one spelling, else None. Those of personal links (version 8) are none:
    only ``/i/{token}`` leads to them, where it is known whether they may still be answered."""
    if text is None:
        return None
    return text if _SUBMISSION.fullmatch(text) else None


def _digest(submission_id: str) -> bytes:
    return hashlib.sha256(b"submission:" + submission_id.encode()).digest()


def _uuid(said: str, version: str) -> str:
    return f"{said[:8]}-{said[8:12]}-{version}{said[13:16]}-a{said[17:20]}-{said[20:32]}"
