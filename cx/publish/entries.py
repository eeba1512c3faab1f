"""Entries of files that several people keep: value cases, claims, names of personas. Each is saved by itself, one at a
time, with an entry in the audit log, and never over what somebody else saved meanwhile."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cx.insight import personas_settings, value, value_claims
from cx.insight.personas_settings import Named
from cx.insight.value import Book, Case
from cx.insight.value_claims import Claim
from cx.publish import files
from cx.store import audit
from cx.store.database import Database
from cx.words import Label, Problem, Refused

_LOCK = threading.RLock()
_ID = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Desk:
    """Where is saved, and by whom. Files are read from the first of the ``folders`` that has them and written to the
    first, which is the bank's own."""

    db: Database
    folders: Sequence[Path]
    who: str


def stamp(said: Mapping[str, Any] | Sequence[Any]) -> str:
    """What is equal exactly while an entry says the same."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)


def save_case(desk: Desk, case: Case, seen: str | None) -> str:
    """Keep a value case that was made of the one with the stamp ``seen``; None: a new one. Returns its id.

    Raises :class:`Refused`: it is not sound (as :func:`cx.insight.value.check`), or somebody else changed or removed it
    meanwhile (``entry_conflict``, ``entry_gone``); then nothing is written.
    """
    with _LOCK:
        book = value.book(desk.folders)
        now = next((one for one in book.cases if one.id == case.id), None)
        if seen is None:
            case = replace(case, id=_free(case.name, {one.id for one in book.cases}))
        else:
            _unmoved(now and value.plain(now), seen, case.name)
        mine = replace(case, by=desk.who, at=_moment())
        _write(desk, value.FILE, value.dumped(value.kept(book, mine)), "value_saved", case.id, {})
        return case.id


def save_book(desk: Desk, book: Book, seen: str, name: str) -> None:
    """Put all cases of a file called ``name`` in the place of the book with the stamp ``seen``. Raises
    :class:`Refused` (``entry_conflict``)."""
    with _LOCK:
        now = value.book(desk.folders)
        if stamp(value.dumped(now)) != seen:
            last = max(now.cases, key=lambda one: one.at, default=None)
            raise Refused(_conflict(last.by if last else "", last.at if last else "", value.FILE))
        _write(desk, value.FILE, value.dumped(book), "value_loaded", name, {"cases": len(book.cases)})


def save_claim(desk: Desk, claim: Claim, seen: str | None) -> str:
    """Keep a claim that was made of the one with the stamp ``seen``; None: a new one. Returns its id. Raises
    :class:`Refused` as :func:`save_case`, ``claim_text`` where it is not sound."""
    with _LOCK:
        found = value_claims.claims(desk.folders)
        if seen is None:
            claim = replace(claim, id=value_claims.fresh(found, "").id)
        else:
            now = next((one for one in found if one.id == claim.id), None)
            _unmoved(now and value_claims.plain(now), seen, claim.text)
        mine = replace(claim, by=desk.who, day=_moment()[:10])
        text = value_claims.dumped(value_claims.judged(found, mine))
        _write(desk, value_claims.FILE, text, "claim_judged", claim.id, {"verdict": claim.verdict})
        return claim.id


def save_names(desk: Desk, survey: str, given: Sequence[tuple[Mapping[str, float], str, str]]) -> None:
    """Name groups of a survey: profile, new name, and the name that was there when it was begun ("": none).

    Raises :class:`Refused` (``persona_name``, ``entry_conflict``); then none of them is kept.
    """
    with _LOCK:
        found = personas_settings.names(desk.folders)
        for profile, name, seen in given:
            now = personas_settings.named(found, survey, profile)
            if (now.name if now else "") != seen:
                raise Refused(_conflict(now.by if now else "", now.day if now else "", seen or name))
        for profile, name, _ in given:
            new = Named(survey, name.strip(), "", dict(profile), desk.who, _moment()[:10])
            found = personas_settings.renamed(found, new)
        names = [name.strip() for _, name, _ in given]
        text = personas_settings.dumped(found)
        _write(desk, personas_settings.NAMES, text, "persona_named", survey, {"name": ", ".join(names)})


def _moment() -> str:
    return dt.datetime.now().isoformat(sep=" ", timespec="minutes")


def _free(name: Label, taken: set[str]) -> str:
    """An id that no other entry has, from the letters of a name."""
    said = name if isinstance(name, str) else " ".join(name.values())
    stem = _ID.sub("-", said.lower()).strip("-")[:30] or "case"
    return next(id for n in range(1, 1000) if (id := stem if n == 1 else f"{stem}-{n}") not in taken)


def _unmoved(now: Mapping[str, Any] | None, seen: str, title: Label) -> None:
    if now is None:
        raise Refused(Problem("entry_gone", "", {"title": title}))
    if stamp(now) != seen:
        raise Refused(_conflict(str(now.get("by", "")), str(now.get("at") or now.get("day") or ""), title))


def _conflict(who: str, at: str, title: Label) -> Problem:
    return Problem("entry_conflict", "", {"who": who or "?", "at": at or "?", "title": title})


def _write(desk: Desk, name: str, text: str, action: str, subject: str, detail: dict[str, Any]) -> None:
    with desk.db.writing(counted=False) as con:  # what screens measure has not changed
        audit.write(con, desk.who, action, subject, detail)
        files.write(desk.folders[0] / name, text)
    audit.mark(desk.db)
