"""What the journal holds: a submission as it was received."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from cx.store.facts import Facts

KINDS = ("response", "draft")


class Record(NamedTuple):
    """One submission. ``kind`` is ``response`` or ``draft``.

    ``content`` is what the respondent said and where (JSON values): the same content again changes nothing, other
    content under the same submission id supersedes. ``facts`` are the rows to land, None for a draft.
    ``received_at`` is UTC without zone.
    """

    kind: str
    submission_id: str
    survey_id: str
    received_at: dt.datetime
    content: Mapping[str, Any]
    facts: Facts | None = None

    def body(self) -> bytes:
        """The record as a journal line holds it: :class:`Head` in words, then one JSON object."""
        said = orjson.dumps(self.content)
        digest = hashlib.sha256(said).hexdigest()
        head = f"{self.kind} {self.submission_id} {self.survey_id} {self.received_at.isoformat()} {digest}"
        if self.facts is None:
            return b'%b {"content":%b}' % (head.encode(), said)
        rows: dict[str, Any] = {"response": self.facts.response, "answers": self.facts.answers}
        if self.facts.beside:
            rows["beside"] = self.facts.beside
        return b'%b {"content":%b,%b' % (head.encode(), said, orjson.dumps(rows, default=str)[1:])  # str: decimals


class Head(NamedTuple):
    """What the journal itself needs to know of a record, readable without parsing its JSON (``json``).

    ``hash`` is of the content: equal where the respondent said the same.
    """

    kind: str
    submission_id: str
    survey_id: str
    received_at: str
    hash: str
    json: str


def read(body: bytes | None) -> Head | None:
    """The record of a line; None where there is none."""
    if body is None:
        return None
    words = body.decode("utf-8", "replace").split(" ", 5)
    return Head(*words) if len(words) == 6 and words[0] in KINDS else None


@dataclass(frozen=True)
class Latest:
    """The last thing known of a submission: ``kind`` (response or draft) and its ``content``."""

    kind: str
    survey_id: str
    content: Mapping[str, Any]
