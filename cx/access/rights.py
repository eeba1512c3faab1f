"""Who may do what: the rights table as data. ``docs/rights.md`` prints it, and a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cx.measure.scope import Rights

_READ = ("headline", "overview", "understand", "report", "act_view")
_WORK = (
    *(*_READ, "quick_survey", "surveys_view", "surveys_edit", "surveys_approve", "invite", "quality", "upload"),
    *("comments", "act_edit", "bank_data", "feeds", "dictionary_edit", "dictionary_approve", "boards_share"),
)

# What each right opens. The order is the order of docs/rights.md.
RIGHTS = (
    "headline",  # the score of what one may see
    "overview",
    "understand",  # NPS and journeys
    "comments",  # what customers wrote, in their own words
    "report",
    "boards_share",  # dashboards: share one's own by role, change those that are shared
    "quick_survey",
    "surveys_view",
    "surveys_edit",  # write and submit; four eyes: not approve one's own
    "surveys_approve",
    "invite",  # invitation lists: who was asked, never what a person answered
    "quality",  # flag and unflag responses
    "upload",
    "dictionary_edit",  # what each indicator means: write and submit
    "dictionary_approve",
    "act_view",
    "act_edit",
    "bank_data",  # the demo bank: load and remove
    "feeds",  # what other systems send, and what was refused
    "tokens",  # let other systems in and shut them out
    "people",
    "audit",  # who did what
)

ROLES: Mapping[str, frozenset[str]] = {
    "admin": frozenset((*_WORK, "tokens", "people", "audit")),
    "cx_manager": frozenset(_WORK),
    "analyst": frozenset(
        (*_READ, "comments", "boards_share", "surveys_view", "surveys_edit", "quality", "upload", "dictionary_edit")
    ),
    "branch_manager": frozenset((*_READ, "comments", "quick_survey", "act_edit")),
    "branch_staff": frozenset(("headline", "quick_survey")),
    "viewer": frozenset(_READ),
}

# Roles that see their own branches only; without a branch they see nothing, never everything.
BRANCH_ROLES = frozenset(("branch_manager", "branch_staff"))


@dataclass(frozen=True)
class User:
    """Someone signed in. ``branches`` None means the whole bank; an empty set means nothing."""

    name: str
    display: str
    role: str
    branches: frozenset[str] | None
    lang: str
    must_change: bool = False


def may(user: User, right: str) -> bool:
    """Whether the user's role has a right. Raises ``KeyError`` for a right that does not exist."""
    if right not in RIGHTS:
        raise KeyError(right)
    return right in ROLES.get(user.role, frozenset())


def scope(user: User) -> Rights:
    """What every question of this user is limited to; it goes into ``Scope`` and is enforced under the door."""
    branches = user.branches
    if user.role in BRANCH_ROLES and branches is None:
        branches = frozenset()
    return Rights(branches=branches, comments=may(user, "comments"), act=may(user, "act_edit"))
