"""Waves of invitations: who was asked to answer what until when. Owner of ``invitation_wave`` and ``invitation``.

A token is known to its customer alone: here lies its SHA-256. Its one submission follows from the token itself, so
neither the tables nor their owner can tell which response a customer gave.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cx.collect import sampling
from cx.collect import secret as hashing
from cx.collect.people import DIMENSIONS, Person
from cx.collect.sampling import Chosen, History
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.schema import Sampling, Survey
from cx.words import Problem, Refused

LONGEST_DAYS = 366
EVENTS = ("opened", "started", "completed")


@dataclass(frozen=True)
class Wave:
    """One list that was invited. ``left`` counts who was left out by reason, ``channels`` holds listed, eligible and
    invited by channel; ``events`` how many opened, started and completed. Moments are UTC without zone."""

    wave_id: str
    name: str
    survey_id: str
    survey_version: str
    created_by: str
    created_at: dt.datetime
    last_day: dt.date
    left: Mapping[str, int]
    channels: Mapping[str, tuple[int, int, int]]
    revoked_at: dt.datetime | None
    invited: int
    events: Mapping[str, int]

    def state(self, today: dt.date) -> str:
        """``revoked``, ``over`` or ``open``."""
        return "revoked" if self.revoked_at else "over" if today > self.last_day else "open"


@dataclass(frozen=True)
class Invitation:
    """What a link stands for. ``dims`` are those of the list; ``state``: open, answered, over or revoked."""

    token_hash: str
    wave_id: str
    survey_id: str
    dims: Mapping[str, str]
    state: str


@dataclass(frozen=True)
class Created:
    """A wave as it was made. ``tokens`` by row of the list exist here and with the bank's sender, nowhere else."""

    wave_id: str
    chosen: Chosen
    tokens: Mapping[int, str]


@dataclass(frozen=True)
class Order:
    """What is to be sent: the survey, a name for the wave, the last day its links answer, and the rule."""

    survey: Survey
    name: str
    last_day: dt.date
    rule: Sampling

    @property
    def draw(self) -> str:
        """Names the draw: the same wave again draws the same people, the next wave others."""
        return f"{self.survey.id}/{self.name}"


def plan(con: Connection, people: Sequence[Person], order: Order, secret: bytes, today: dt.date) -> Chosen:
    """Whom an order would invite today."""
    return sampling.choose(people, order.rule, _history(con, people, order, today), order.draw, secret)


def create(
    db: Database, people: Sequence[Person], order: Order, secret: bytes, by: str, today: dt.date
) -> Created:  # fmt: skip
    """Invite: store hashes, return the tokens, this once.

    Everything that takes long is done before the transaction, because answers land in between. There it is done again
    only when another wave came first, so that two managers at the same time do not both invite a customer.

    Raises :class:`Refused`: no name, a name used before, a last day that is past or too far, nobody left to invite.
    """
    _check(order, today)
    with db.cursor() as con:
        history = _history(con, people, order, today)
    made = _made(people, order, history, secret)
    with audit.writing(db) as con:
        if con.execute("SELECT 1 FROM invitation_wave WHERE name = ?", [order.name]).fetchall():
            raise Refused(Problem("invite_name_taken", values={"name": order.name}))
        now = _history(con, people, order, today)
        if now != history:
            made = _made(people, order, now, secret)
        created, rows = made
        if not created.tokens:
            raise Refused(Problem("invite_nobody", values={"rows": len(people)}))
        _insert(con, created.wave_id, rows, today)
        _insert_wave(con, created.wave_id, order, created.chosen, by)
        detail = {
            "survey": order.survey.id, "listed": len(people), "invited": len(created.tokens),
            "last_day": order.last_day,
        }  # fmt: skip
        audit.write(con, by, "invitations_created", order.name, detail)
    return created


def _made(people: Sequence[Person], order: Order, history: History, secret: bytes) -> tuple[Created, Any]:
    """The wave with its tokens, and its invitations as an Arrow table."""
    import pyarrow as pa

    chosen = sampling.choose(people, order.rule, history, order.draw, secret)
    tokens = {person.row: hashing.token() for person in chosen.invited}
    columns: dict[str, list[Any]] = {
        "token_hash": [hashing.token_hash(tokens[person.row]) for person in chosen.invited],
        "customer": [person.customer for person in chosen.invited],
        **{name: [person.dims.get(name) for person in chosen.invited] for name in DIMENSIONS},
    }
    rows = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return Created(secrets.token_hex(8), chosen, tokens), rows


def revoke(db: Database, wave_id: str, by: str) -> None:
    """Close every link of a wave that is not answered; answers stay. Raises :class:`Refused` for an unknown wave."""
    with audit.writing(db) as con:
        rows = con.execute(
            "UPDATE invitation_wave SET revoked_at = now()::TIMESTAMP, revoked_by = ? "
            "WHERE wave_id = ? AND revoked_at IS NULL RETURNING name, survey_id",
            [by, wave_id],
        ).fetchall()
        if not rows:
            raise Refused(Problem("invite_no_wave"))
        audit.write(con, by, "invitations_revoked", rows[0][0], {"survey": rows[0][1]})


def find(con: Connection, token: str, today: dt.date) -> Invitation | None:
    """The invitation behind a link; None for an unknown one."""
    if not hashing.is_token(token):
        return None
    rows = con.execute(
        f"SELECT token_hash, wave_id, completed_day, {', '.join(DIMENSIONS)} FROM invitation WHERE token_hash = ?",
        [hashing.token_hash(token)],
    ).fetchall()
    if not rows:
        return None
    token_hash, wave_id, completed, *values = rows[0]
    survey_id, last_day, revoked = con.execute(
        "SELECT survey_id, last_day, revoked_at FROM invitation_wave WHERE wave_id = ?", [wave_id]
    ).fetchall()[0]
    state = "answered" if completed else "revoked" if revoked else "over" if today > last_day else "open"
    dims = {name: value for name, value in zip(DIMENSIONS, values, strict=True) if value is not None}
    return Invitation(token_hash, wave_id, survey_id, dims, state)


def mark(con: Connection, events: Iterable[tuple[str, str]], day: dt.date) -> None:
    """Note what happened with links, ``(token hash, event)``; whoever completed also started, whoever started opened.

    Within a write transaction. What was noted before stays.
    """
    for event in EVENTS:
        later = EVENTS[EVENTS.index(event) :]
        hashes = sorted({token_hash for token_hash, happened in events if happened in later})
        if hashes:
            con.execute(
                f"UPDATE invitation SET {event}_day = ? WHERE {event}_day IS NULL "
                "AND token_hash IN (SELECT unnest(?::VARCHAR[]))",
                [day, hashes],
            )


def waves(con: Connection) -> tuple[Wave, ...]:
    """All waves, newest first."""
    counts = ", ".join(f"count({event}_day)" for event in EVENTS)
    rows = con.execute(
        "SELECT w.wave_id, w.name, w.survey_id, w.survey_version, w.created_by, w.created_at, w.last_day, w.report, "
        "w.revoked_at, i.* EXCLUDE (wave_id) FROM invitation_wave w JOIN "
        f"(SELECT wave_id, count(*) AS invited, {counts} FROM invitation GROUP BY wave_id) i USING (wave_id) "
        "ORDER BY w.created_at DESC"
    ).fetchall()
    return tuple(_wave(*row) for row in rows)


def opened(
    con: Connection, surveys: Iterable[str], first: dt.date, last: dt.date
) -> tuple[tuple[str, dt.date, dt.date | None], ...]:
    """(token hash, day opened, day completed) of personal links to some surveys that were opened within these days."""
    rows = con.execute(
        "SELECT i.token_hash, i.opened_day, i.completed_day FROM invitation i JOIN invitation_wave w USING (wave_id) "
        "WHERE w.survey_id IN (SELECT unnest(?::VARCHAR[])) AND i.opened_day BETWEEN ? AND ? ORDER BY 1",
        [sorted(surveys), first, last],
    ).fetchall()
    return tuple(rows)


def unanswered(con: Connection, wave_id: str, customers: Iterable[str]) -> frozenset[str]:
    """Those of some customers whom a wave invited and who have not answered."""
    return _of_wave(con, wave_id, customers, "completed_day IS NULL")


def of_wave(con: Connection, wave_id: str, customers: Iterable[str]) -> frozenset[str]:
    """Those of some customers whom a wave invited."""
    return _of_wave(con, wave_id, customers, "TRUE")


def _of_wave(con: Connection, wave_id: str, customers: Iterable[str], condition: str) -> frozenset[str]:
    rows = con.execute(
        f"SELECT customer FROM invitation WHERE wave_id = ? AND {condition} "
        "AND customer IN (SELECT unnest(?::VARCHAR[]))",
        [wave_id, list(customers)],
    ).fetchall()
    return frozenset(customer for (customer,) in rows)


def _check(order: Order, today: dt.date) -> None:
    if not order.name.strip():
        raise Refused(Problem("invite_no_name"))
    if not today <= order.last_day <= today + dt.timedelta(days=LONGEST_DAYS):
        raise Refused(Problem("invite_last_day", values={"days": LONGEST_DAYS}))


def _history(con: Connection, people: Sequence[Person], order: Order, today: dt.date) -> History:
    """A wave that was revoked before anybody opened a link was never sent: it counts for nobody's quarantine."""
    import pyarrow as pa

    con.register("listed", pa.table({"customer": pa.array({p.customer for p in people if p.customer}, pa.string())}))
    rows = con.execute(
        "SELECT i.customer, i.invited_day > ? AS recent, "
        "w.survey_id = ? AND w.revoked_at IS NULL AND i.completed_day IS NULL AND w.last_day >= ? AS waiting "
        "FROM invitation i JOIN invitation_wave w USING (wave_id) "
        "WHERE (w.revoked_at IS NULL OR EXISTS "
        "(SELECT 1 FROM invitation o WHERE o.wave_id = w.wave_id AND o.opened_day IS NOT NULL)) "
        "AND i.customer IN (FROM listed)",
        [today - dt.timedelta(days=order.rule.quarantine_days), order.survey.id, today],
    ).fetchall()
    con.unregister("listed")
    return History(
        frozenset(customer for customer, recent, _ in rows if recent),
        frozenset(customer for customer, _, waiting in rows if waiting),
    )


def _insert(con: Connection, wave_id: str, rows: Any, today: dt.date) -> None:
    con.register("invited", rows)
    con.execute("INSERT INTO invitation BY NAME SELECT *, ? AS wave_id, ? AS invited_day FROM invited ORDER BY 1",
                [wave_id, today])  # fmt: skip
    con.unregister("invited")


def _insert_wave(con: Connection, wave_id: str, order: Order, chosen: Chosen, by: str) -> None:
    rule = order.rule
    report = {
        "left": chosen.reasons, "channels": chosen.by_channel,
        "rule": {"eligible": rule.eligible.source if rule.eligible else None, "share": rule.share,
                 "quarantine_days": rule.quarantine_days},
    }  # fmt: skip
    survey = order.survey
    con.execute(
        "INSERT INTO invitation_wave (wave_id, name, survey_id, survey_version, created_by, created_at, last_day, "
        "report) VALUES (?, ?, ?, ?, ?, now()::TIMESTAMP, ?, ?)",
        [wave_id, order.name, survey.id, survey.version, by, order.last_day, json.dumps(report, ensure_ascii=False)],
    )


def _wave(*row: Any) -> Wave:
    *about, report, revoked_at, invited, opened, started, completed = row
    said = json.loads(report)
    channels = {channel: tuple(counts) for channel, counts in said["channels"].items()}
    events = dict(zip(EVENTS, (opened, started, completed), strict=True))
    return Wave(*about, said["left"], channels, revoked_at, invited, events)
