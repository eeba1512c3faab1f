"""What customers' keys and links become before anything is kept: hashes that lead nowhere without the secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import string
import unicodedata
from pathlib import Path

_LETTERS = string.digits + string.ascii_letters  # no mark that a phone would cut off the end of a link
TOKEN_LENGTH = 22
"""Letters of a token: 128 random bits take 21.5 of 62 letters."""


def load(folder: Path) -> bytes:
    """The secret of this data folder, made at the first call; only its owner can read the file.

    Without it no list can be compared with earlier ones: it belongs into the backup of the folder.
    """
    file = folder / "invitation.key"
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return bytes.fromhex(file.read_text(encoding="ascii").strip())
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_bytes(32).hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    return load(folder)


def plain_key(text: str) -> str:
    """A customer's key without what differs between two exports of the same system: width of digits, blanks around,
    the apostrophe that keeps a spreadsheet from reading a formula."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain[1:] if plain.startswith("'") else plain


def customer(secret: bytes, key: str) -> str:
    """The keyed hash (HMAC-SHA-256) that stands for a customer."""
    return hmac.new(secret, b"customer:" + plain_key(key).encode(), hashlib.sha256).hexdigest()


def chance(secret: bytes, draw: str, customer: str) -> float:
    """A number in 0..1 that is the customer's own in this draw: always the same, whoever else is listed."""
    digest = hmac.new(secret, f"draw:{draw}:{customer}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def token() -> str:
    """A fresh token: 128 random bits."""
    number, letters = secrets.randbits(128), ""
    while len(letters) < TOKEN_LENGTH:
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def is_token(text: str) -> bool:
    """Whether a text has the form of a token."""
    return len(text) == TOKEN_LENGTH and all(letter in _LETTERS for letter in text)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(b"invitation:" + token.encode()).hexdigest()


def submission_id(token: str) -> str:
    """The one submission that a token stands for, on whatever phone; it does not follow from the token's hash."""
    said = hashlib.sha256(b"answer:" + token.encode()).hexdigest()
    return f"{said[:8]}-{said[8:12]}-8{said[13:16]}-a{said[17:20]}-{said[20:32]}"
