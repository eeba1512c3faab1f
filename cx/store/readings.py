"""What was read in comments: a row a text, by the lexicon that it was read with. Owner of ``comment_reading``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cx.store.database import Database
from cx.store.query import Connection

_TEXTS = "SELECT DISTINCT text FROM answer WHERE type = 'text' AND voice = 'customer' AND length(trim(text)) > 1"
_UNREAD = (
    f"FROM (SELECT text, md5_number_lower(text) AS text_key FROM ({_TEXTS})) "
    "ANTI JOIN (SELECT text_key FROM comment_reading WHERE digest = ?) USING (text_key)"
)


@dataclass(frozen=True)
class Kept:
    """What is kept of one text: ``mood`` -1, 0 or 1; ``sentiment`` -100..100; ``intensity`` 0..100; ``themes`` with the
    mood that each is spoken of in; ``terms`` its words, each once."""

    key: int
    language: str
    mood: int
    sentiment: int
    intensity: int
    wow: bool
    asks: bool
    themes: Mapping[str, int]
    emotions: tuple[str, ...]
    risks: tuple[str, ...]
    terms: tuple[str, ...]


def waiting(con: Connection, digest: str) -> int:
    """How many different texts were not yet read with a lexicon."""
    return int(con.execute(f"SELECT count(*) {_UNREAD}", [digest]).fetchall()[0][0])


def older(con: Connection, digest: str) -> bool:
    """Whether there are readings by another lexicon, which screens show until they are made anew."""
    return bool(con.execute("SELECT 1 FROM comment_reading WHERE digest <> ? LIMIT 1", [digest]).fetchall())


def unread(con: Connection, digest: str, size: int) -> Iterator[list[tuple[int, str]]]:
    """Those texts with their keys, ``size`` at a time."""
    con.execute(f"SELECT text_key, text {_UNREAD}", [digest])
    while rows := con.fetchmany(size):
        yield rows


def unread_since(con: Connection, digest: str, since: dt.datetime, most: int) -> list[tuple[int, str]]:
    """Those of customers' responses submitted since a moment, with their keys."""
    return con.execute(
        "SELECT DISTINCT md5_number_lower(text) AS text_key, text FROM answer a JOIN response r USING (response_id) "
        "WHERE a.type = 'text' AND r.voice = 'customer' AND r.source <> 'demo' AND length(trim(text)) > 1 "
        "AND r.submitted_at >= ? AND a.day >= ? "
        "AND md5_number_lower(text) NOT IN (SELECT text_key FROM comment_reading WHERE digest = ?) LIMIT ?",
        [since, since.date() - dt.timedelta(days=1), digest, most],
    ).fetchall()


def keep(db: Database, digest: str, found: Sequence[Kept]) -> None:
    """Keep readings, in the place of earlier ones of the same texts. The caller says when screens change."""
    import pyarrow as pa

    themes = [[{"theme": name, "mood": mood} for name, mood in each.themes.items()] for each in found]
    types = {
        "language": pa.string(), "mood": pa.int8(), "sentiment": pa.int16(), "intensity": pa.int16(), "wow": pa.bool_(),
        "asks": pa.bool_(), **dict.fromkeys(("emotions", "risks", "terms"), pa.list_(pa.string())),
    }  # fmt: skip
    table = pa.table({
        "text_key": pa.array([each.key for each in found], pa.uint64()),
        "digest": pa.array([digest] * len(found), pa.string()),
        "themes": pa.array(themes, pa.list_(pa.struct([("theme", pa.string()), ("mood", pa.int8())]))),
        **{name: pa.array([getattr(each, name) for each in found], kind) for name, kind in types.items()},
    })  # fmt: skip
    with db.writing(counted=False) as con:
        con.register("fresh_readings", table)
        try:
            con.execute("DELETE FROM comment_reading WHERE text_key IN (SELECT text_key FROM fresh_readings)")
            con.execute("INSERT INTO comment_reading BY NAME SELECT * FROM fresh_readings")
        finally:
            con.unregister("fresh_readings")


def forget(con: Connection) -> None:
    """Within a write transaction: let go of what was read in texts that no answer holds any more."""
    con.execute(f"DELETE FROM comment_reading WHERE text_key NOT IN (SELECT md5_number_lower(text) FROM ({_TEXTS}))")
