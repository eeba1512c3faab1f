"""One personal link for one customer, by no list: of those of a month a wave is kept, so that reach counts them too."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from cx.collect import secret
from cx.collect.people import DIMENSIONS
from cx.store.query import Connection
from cx.survey.schema import Survey


def invite(
    con: Connection, survey: Survey, dims: Mapping[str, str | None], by: str, today: dt.date, days: int
) -> str:  # fmt: skip
    """Make a link that answers once, for at least ``days`` from ``today`` on; returns its token. Within a write
    transaction. ``dims`` (of :data:`cx.collect.people.DIMENSIONS`) are the response's; it counts for nobody's
    quarantine, because whoever it is for is not known here."""
    wave, token = f"{survey.id}-{today:%Y-%m}", secret.token()
    con.execute(
        f"INSERT INTO invitation (token_hash, wave_id, customer, invited_day, {', '.join(DIMENSIONS)}) "
        f"VALUES (?, ?, '', ?{', ?' * len(DIMENSIONS)})",
        [secret.token_hash(token), wave, today, *(dims.get(name) for name in DIMENSIONS)],
    )
    counts = con.execute(
        "SELECT coalesce(channel, ''), count(*) FROM invitation WHERE wave_id = ? GROUP BY 1", [wave]
    ).fetchall()
    rule = {"eligible": None, "share": 1.0, "quarantine_days": 0}
    report = json.dumps({"left": {}, "channels": {name: [n, n, n] for name, n in counts}, "rule": rule})
    if con.execute("UPDATE invitation_wave SET report = ? WHERE wave_id = ? RETURNING 1", [report, wave]).fetchall():
        return token
    following = (today.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    con.execute(
        "INSERT INTO invitation_wave (wave_id, name, survey_id, survey_version, created_by, created_at, last_day, "
        "report) VALUES (?, ?, ?, ?, ?, now()::TIMESTAMP, ?, ?)",
        [wave, wave, survey.id, survey.version, by, following + dt.timedelta(days=days), report],
    )
    return token
