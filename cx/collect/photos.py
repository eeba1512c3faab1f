"""Photos of walk-throughs: what comes in is decoded and written anew, so that nothing but the picture is kept.

A photo lies in ``<data>/photos`` under the first 24 hex digits of the SHA-256 of the file as it is kept.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import warnings
from functools import lru_cache
from pathlib import Path

from cx.store import partials
from cx.store.database import Database
from cx.store.place import Place
from cx.words import Problem, Refused

LARGEST = 8 << 20
"""Bytes of a photo as it comes in."""
MOST_PIXELS = 40_000_000
MOST_SIDE = 20_000
LONGEST_SIDE = 1_600
SMALL_SIDE = 360
_QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")
_NAME = re.compile(r"[0-9a-f]{24}")


def keep(place: Place, data: bytes) -> str:
    """Keep a photo as a JPEG of at most 1,600 pixels a side, upright, without metadata; returns its name.

    Raises :class:`Refused`: too large, no image, too many pixels.
    """
    if len(data) > LARGEST:
        raise Refused(Problem("photo_large", values={"limit": LARGEST >> 20}))
    jpeg = _written_anew(data)
    name = hashlib.sha256(jpeg).hexdigest()[:24]
    folder = place.data / "photos"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.utime(_file(place, name))  # sent again: as young as a new one
    except FileNotFoundError:
        _write(_file(place, name), jpeg)
    return name


def forget(db: Database, now: float) -> int:
    """Remove photos that no response and no draft names, once they are older than a draft is kept; how many. ``now`` is
    in seconds since 1970."""
    if db.path is None:
        return 0
    with db.cursor() as con:
        named = partials.photos(con)
    gone = 0
    for file in (db.path.parent / "photos").glob("*"):
        if file.stem not in named and now - file.stat().st_mtime > partials.DRAFT_DAYS * 86_400:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def find(place: Place, name: str) -> Path | None:
    """The file of a photo; None for what is no name and for photos that are not there."""
    file = _file(place, name) if _NAME.fullmatch(name) else None
    return file if file is not None and file.is_file() else None


def small(place: Place, name: str) -> bytes | None:
    """A photo as a JPEG of at most 360 pixels a side, for lists; None where :func:`find` has none."""
    file = find(place, name)
    return _small(file) if file else None


@lru_cache(maxsize=256)
def _small(file: Path) -> bytes:
    from PIL import Image

    image = Image.open(file, formats=("JPEG",))
    image.draft("RGB", (2 * SMALL_SIDE, 2 * SMALL_SIDE))
    image.thumbnail((SMALL_SIDE, SMALL_SIDE))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


def _file(place: Place, name: str) -> Path:
    return place.data / "photos" / f"{name}.jpg"


def _written_anew(data: bytes) -> bytes:
    from PIL import Image, ImageOps  # when a photo comes: it would be a tenth of our start

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MOST_PIXELS is lower than its error
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_SIDE:
                raise Refused(Problem("photo_pixels", values={"limit": MOST_PIXELS // 1_000_000}))
            image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a JPEG is then decoded smaller, and faster
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            target = io.BytesIO()
            _on_white(ImageOps.exif_transpose(image)).save(target, "JPEG", quality=_QUALITY, optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused(Problem("photo_unreadable")) from error
    return target.getvalue()


def _on_white(image):  # type: ignore[no-untyped-def]
    """Without transparency, palette and metadata: pixels only."""
    from PIL import Image

    page = Image.new("RGB", image.size, "white")
    whole = image.convert("RGBA") if "A" in image.getbands() or "transparency" in image.info else image.convert("RGB")
    page.paste(whole, mask=whole.getchannel("A") if whole.mode == "RGBA" else None)
    return page


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    part = file.with_name(f"{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
