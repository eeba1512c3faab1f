"""What one running cx holds. One a process: DuckDB lets no second process open the file."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from cx.access.accounts import Accounts
from cx.act.case_watch import Watch as CaseWatch
from cx.act.experiments.serving import Serving
from cx.bank.model import Model
from cx.bank.watch import Followed, Watched
from cx.collect.reach import Reach
from cx.collect.watching import Watch
from cx.demo.names import PEOPLE
from cx.store import audit
from cx.store.database import Database
from cx.store.journal import Journal
from cx.store.place import ROOT, Place
from cx.survey.shelf import Shelf

if TYPE_CHECKING:
    from cx.bank.rules import Rules
    from cx.publish.dictionary import Desk

_AFTER_START = 1.5  # seconds: then the first pages are out
_lock = threading.Lock()
_current: Workbench | None = None


@dataclass(frozen=True)
class Workbench:
    """What is open of one place: database, journal, shelf, bank model, accounts, reach, watch over quality, and the
    experiments that give out versions of surveys, the watch that opens cases."""

    place: Place
    database: Database
    journal: Journal
    shelf: Shelf
    models: Watched
    accounts: Accounts
    reach: Reach
    watch: Watch
    serving: Serving
    cases: CaseWatch

    @property
    def model(self) -> Model:
        """The bank's model as its files say now."""
        return self.models.now()

    @property
    def rules(self) -> Rules:
        """When cases open by themselves, as the file says now."""
        return _rules(self.place)

    @property
    def fresh(self) -> bool:
        """Whether nobody has yet chosen between the demo bank and an empty start."""
        return not self._started.exists()

    def look(self) -> None:
        """Read all surveys, and note what was changed by hand since the last look."""
        from cx.publish import versions  # not before the first answers

        versions.look(self.database, self.shelf)

    @property
    def dictionary(self) -> Desk:
        """Where the indicator dictionary is drafted and published."""
        from cx.publish.dictionary import Desk

        return Desk(self.database, self.place.model, self._own_model)

    def _own_model(self) -> Path:
        """The folder of this place's own model; begun as a copy of the shipped one, by whose last file it counts."""
        shipped, own = self.place.model, self.place.data / "model"
        if shipped != own:
            own.mkdir(exist_ok=True)
            for file in sorted(shipped.glob("*.yaml"), key=lambda file: file.name == "branches.yaml"):
                shutil.copyfile(file, own / file.name)
            self.models.move(own, self.place.data)
        return own

    def start(self) -> None:
        """Remember that the choice was made."""
        self._started.touch()

    @property
    def _started(self) -> Path:
        return self.place.data / "started"

    def close(self) -> None:
        """Land what the journal holds, write everything down, let go of the database."""
        self.journal.close()
        self.reach.close()
        self.watch.close()
        self.cases.close()
        self.database.close()
        self.accounts.close()


def open(place: Place) -> Workbench:
    """Open a place, creating what is missing. Raises :class:`Refused`: database locked, broken model or users file."""
    place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    models = Watched(place.model, place.data)
    model = models.now()
    database = Database(place.database)
    audit.take_in(database)
    accounts = Accounts(
        place.data, place.users, lambda: models.now().branches, partial(audit.record, database), PEOPLE
    )  # fmt: skip
    journal = Journal(place.journal, database)
    known = {each.id for journey in model.journeys.values() for stage in journey.stages for each in stage.touchpoints}
    shelf = Shelf(place.surveys, place.data / "surveys", known)
    reach, watch, serving = Reach(database), Watch(database), Serving(database)
    cases = CaseWatch(database, partial(_rules, place), models.now, accounts, partial(_read_comments, place, database),
                      wait=_AFTER_START)  # fmt: skip
    return Workbench(place, database, journal, shelf, models, accounts, reach, watch, serving, cases)


def _rules(place: Place) -> Rules:
    return _followed(place).now()


@lru_cache(maxsize=4)
def _followed(place: Place) -> Followed[Rules]:
    from cx.bank import rules  # not before the first answers

    def folders() -> tuple[Path, Path]:
        return place.model, ROOT / "data" / "model"  # anew: a place may get a model of its own

    return Followed(lambda: rules.load(*folders()), lambda: (folder / rules.FILE for folder in folders()))


def _read_comments(place: Place, database: Database, since: dt.datetime) -> int:
    from cx.insight import voices_filling, voices_lexicon  # not before the first comment

    return voices_filling.fill_recent(database, partial(voices_lexicon.lexicon, place), since)


def current() -> Workbench:
    """The process's own workbench, opened at the first call from ``CX_DATA`` and ``CX_SURVEYS``.

    From then on what the process writes, only its owner can read.
    """
    global _current
    with _lock:
        if _current is None:
            os.umask(0o077)
            _current = open(Place.from_environment())
        return _current


def close() -> None:
    """Close the process's workbench; the next :func:`current` opens it again."""
    global _current
    with _lock:
        if _current is not None:
            _current.close()
            _current = None
