"""How every survey stands: in service or not, with a draft or not, and who has to act now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cx.access.rights import User, may
from cx.publish import drafts, versions
from cx.publish.drafts import Draft
from cx.publish.versions import Version
from cx.store.query import Connection
from cx.survey.schema import Survey

Service = Literal["new", "early", "open", "closing", "closed", "retired", "removed"]
Act = Literal["submit", "mend", "approve", "publish"]
_SOON = 14  # days before the last one from which a survey counts as closing


@dataclass(frozen=True)
class Standing:
    """One survey: what is served, its last known version, its draft, and its state on ``day``."""

    survey_id: str
    served: Survey | None
    version: Version | None
    draft: Draft | None
    day: dt.date

    @property
    def survey(self) -> Survey | None:
        """What to show of it: what is served, else the draft where it can be read."""
        return self.served or (self.draft.read() if self.draft else None)

    @property
    def service(self) -> Service:
        """Whether it takes answers."""
        if self.served is None:
            return "new" if self.version is None else "removed"
        if self.version is not None and self.version.origin == "retired":
            return "retired"
        if self.served.opens is not None and self.day < self.served.opens:
            return "early"
        if self.served.closes is None:
            return "open"
        if self.day > self.served.closes:
            return "closed"
        return "closing" if (self.served.closes - self.day).days <= _SOON else "open"

    @property
    def turn(self) -> dt.date | None:
        """The day on which that changes, or changed."""
        if self.served is None or self.service in ("open", "retired"):
            return None
        return self.served.opens if self.service == "early" else self.served.closes

    @property
    def outside(self) -> bool:
        """Whether the file in service was changed by hand, past everybody who approves."""
        return self.version is not None and self.version.origin == "outside"

    @property
    def next(self) -> Act | None:
        """What has to be done with the draft."""
        if self.draft is None:
            return None
        steps: dict[str, Act] = {
            "draft": "submit", "returned": "mend", "submitted": "approve", "approved": "publish"
        }  # fmt: skip
        return steps[self.draft.state]

    def waits_for(self, user: User) -> bool:
        """Whether it is this user's turn: an author's to go on, a colleague's to approve, an approver's to publish."""
        if self.draft is None:
            return False
        own = user.name in self.draft.authors
        if self.next in ("submit", "mend"):
            return own and may(user, "surveys_edit")
        return may(user, "surveys_approve") and (self.next == "publish" or not own)


def all(con: Connection, served: Iterable[Survey], day: dt.date) -> tuple[Standing, ...]:
    """Every survey that is served, was ever published, or has a draft, by id."""
    on_shelf = {survey.id: survey for survey in served}
    known = versions.latest(con)
    open_drafts = {draft.survey_id: draft for draft in drafts.all(con)}
    return tuple(
        Standing(id, on_shelf.get(id), known.get(id), open_drafts.get(id), day)
        for id in sorted(on_shelf.keys() | known.keys() | open_drafts.keys())
    )
