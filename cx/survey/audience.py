"""Reading whom a survey asks and when it has asked enough: quotas and sampling."""

from __future__ import annotations

from cx.survey.reading import Condition, Fields
from cx.survey.schema import Quota, Sampling, Survey
from cx.survey.types import TYPES

QUOTA_KEYS = ("id", "when", "limit", "message")
SAMPLING_KEYS = ("eligible", "share", "quarantine_days")
MOST_QUOTAS = 100
AFTER_ALL = 10**6
"""The place of what may look at every answer."""
_ID = r"[A-Za-z][A-Za-z0-9_-]{0,59}"


_PLAIN = ("score", "number", "choice", "choices", "flag", "text", "date")
_RECOUNTED = frozenset(name for name, entry in TYPES.items() if entry.storage in _PLAIN)


def recountable(survey: Survey, quota: Quota) -> bool:
    """Whether responses that are in can be counted by the quota's condition: all it asks for is kept as it was said."""
    asked = [survey.question(name) for name in quota.when.names]
    return all(each is not None and each.type in _RECOUNTED for each in asked)


def read_quotas(top: Fields) -> tuple[Quota, ...]:
    """The quotas, each id once."""
    found: dict[str, Quota] = {}
    entries = top.maps("quotas")
    if len(entries) > MOST_QUOTAS:
        top.add("many_quotas", "quotas", limit=MOST_QUOTAS)
    for entry in entries[:MOST_QUOTAS]:
        entry.only(QUOTA_KEYS)
        entry.need("id", "when", "limit")
        id = entry.string("id", _ID, "quota_id") or ""
        if id and id in found:
            entry.add("choice_twice", "id", value=id)
        when = entry.condition("when")
        limit = entry.whole("limit", 1, 100_000_000)
        message = entry.text("message")
        if when:
            line, path = entry.line("when"), entry.at("when")
            entry.notes.conditions.append(Condition(when, "quota", AFTER_ALL, AFTER_ALL, "", line, path))
            found[id] = Quota(id, when, limit or 1, message)
    return tuple(found.values())


def read_sampling(top: Fields) -> Sampling | None:
    """Who of an invitation list is invited. Its condition is over the list's own columns, not over questions."""
    fields = top.map("sampling")
    if fields is None:
        return None
    fields.only(SAMPLING_KEYS)
    share = fields.number("share")
    if share is not None and not 0 < share <= 1:
        fields.add("share", "share", value=share)
    return Sampling(
        fields.condition("eligible"),
        1.0 if share is None else float(share),
        fields.whole("quarantine_days", 0, 3_650) or 0,
    )
