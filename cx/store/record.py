"""What the journal holds: a submission as it was received."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cx.store.facts import Facts

# What an answer does not share with its response: a line names these once an answer, and the rest once.
OWN = (
    *("journey", "stage", "touchpoint", "brand", "question_id", "type"),
    *("score", "points", "satisfaction", "choice", "number", "text"),
)

# Made once: json.dumps with options makes a new encoder a call. Dates, decimals and ids become their text.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


@dataclass(frozen=True)
class Record:
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
        """The record as one line of JSON, with the hash of its content."""
        known: dict[str, Any] = {
            "kind": self.kind,
            "submission_id": self.submission_id,
            "survey_id": self.survey_id,
            "received_at": self.received_at.isoformat(),
            "hash": hashlib.sha256(_encode(self.content).encode()).hexdigest(),
            "content": self.content,
        }
        if self.facts is not None:
            known["response"] = self.facts.response
            known["answers"] = [{name: row.get(name) for name in OWN} for row in self.facts.answers]
        return _encode(known).encode()


@dataclass(frozen=True)
class Latest:
    """The last thing known of a submission: ``kind`` (response or draft) and its ``content``."""

    kind: str
    survey_id: str
    content: Mapping[str, Any]
