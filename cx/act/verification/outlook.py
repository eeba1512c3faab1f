"""What a pilot can show, as it was known when its charter was signed: frozen with the signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cx.act.charter import Charter
from cx.act.verification.designing import design
from cx.act.verification.shapes import Design, Reason
from cx.measure.scope import Rights
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class Outlook:
    """``visible``: the smallest change found in four pilots of five, None where none can be promised (``reasons``).
    ``aimed``: the change that counts: with ``named`` the smallest worth having, else what the target asks for;
    ``chance`` to prove it where it is the true one. Reckoned on ``day`` from what was there then."""

    day: dt.date
    weeks: int
    pilots: int
    controls: int
    visible: float | None
    aimed: float | None
    named: bool
    chance: float | None
    reasons: tuple[Reason, ...] = ()

    @property
    def compared(self) -> bool:
        """Whether pilots are held against other branches at all: without, before and after is all there is."""
        return not {"pilots", "controls"} & set(self.reasons)

    @property
    def blind(self) -> bool:
        """Whether what counts will probably be missed, so that somebody must say that they know."""
        return self.visible is None or (self.aimed is not None and self.aimed < self.visible)


def outlook(
    con: Connection, charter: Charter, rights: Rights, today: dt.date, model: Model, exclude: tuple[str, ...] = ()
) -> Outlook:
    """What is known today of what these pilots can show. ``exclude`` as of :func:`design`."""
    return of_design(charter, design(con, charter, rights, today, model, exclude), today)


def of_design(charter: Charter, found: Design, today: dt.date) -> Outlook:
    """The same of a design that is known already. Pure."""
    weeks, pilots, named = round(charter.length.days / 7), len(charter.pilots), bool(charter.least)
    controls = len(charter.controls or {match.branch for match in found.controls})
    return Outlook(today, weeks, pilots, controls, found.visible, found.aimed, named, found.chance, found.reasons)


def outlook_json(found: Outlook) -> dict[str, Any]:
    """As plain JSON values."""
    return {**asdict(found), "day": found.day.isoformat(), "reasons": list(found.reasons)}


def outlook_of(plain: Mapping[str, Any]) -> Outlook:
    """What :func:`outlook_json` wrote."""
    return Outlook(**{**plain, "day": dt.date.fromisoformat(plain["day"]), "reasons": tuple(plain["reasons"])})
