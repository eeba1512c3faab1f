"""Which experiments give out versions of a survey now, held in memory: a respondent never waits for the database."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.act.experiments import assigning
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.act.experiments.keeping import Experiment

PAUSE = 1.0
"""Seconds between two looks at the table, which are taken only when something was written."""


@dataclass(frozen=True)
class Shared:
    """Surveys that share their links: the versions of one experiment. ``experiment`` is None once it has ended: then
    only what was begun is finished in its version."""

    surveys: frozenset[str]
    experiment: Experiment | None

    def version(self, key: str, today: dt.date) -> str | None:
        """The survey that a respondent gets; None for the one of the link."""
        if self.experiment is None or not self.experiment.shows(today):
            return None
        definition = self.experiment.definition
        return definition.surveys[assigning.arm(self.experiment.id, key, definition.weights)]

    def on_device(self, key: str, today: dt.date) -> str | None:
        """The same at a kiosk or staff tablet: the first arm for all where these do not take part."""
        if self.experiment is None or self.experiment.definition.devices:
            return self.version(key, today)
        return self.experiment.definition.surveys[0] if self.experiment.shows(today) else None

    def deals(self, survey_id: str, today: dt.date) -> bool:
        """Whether a kiosk with a link of this survey must come back to the server for every customer."""
        if self.experiment is None or not self.experiment.shows(today):
            return False
        definition = self.experiment.definition
        return definition.devices or definition.surveys[0] != survey_id


class Serving:
    """For any thread. A call costs one clock reading and one look into a dictionary."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._next, self._seen = 0.0, -1
        self._stamp: object = None
        self._shared: Mapping[str, Shared] = {}

    def of(self, survey_id: str) -> Shared | None:
        """What a survey shares its links with; None where it never was in an experiment."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PAUSE
            self._look()
        return self._shared.get(survey_id)

    def refresh(self) -> None:
        """Look at the table at the next call."""
        self._next = 0.0

    def _look(self) -> None:
        seen = self._db.version
        if seen == self._seen:
            return
        with self._db.cursor() as con:
            stamp = con.execute("SELECT count(*), max(recorded_at) FROM experiment").fetchall()[0]
            if stamp != self._stamp:
                self._shared = _shared(_all(con)) if stamp[0] else {}
        self._stamp, self._seen = stamp, seen


def _all(con: Connection) -> tuple[Experiment, ...]:
    from cx.act.experiments import keeping  # a start without experiments does without

    return keeping.all(con, WHOLE_BANK)


def _shared(experiments: tuple[Experiment, ...]) -> Mapping[str, Shared]:
    together: dict[str, set[str]] = {}
    running: dict[str, Experiment] = {}
    for one in experiments:
        if one.state == "draft" or not one.definition.on_survey:
            continue
        for survey in one.definition.surveys:
            together.setdefault(survey, set()).update(one.definition.surveys)
            if one.state == "running":
                running[survey] = one
    return {survey: Shared(frozenset(all), running.get(survey)) for survey, all in together.items()}
