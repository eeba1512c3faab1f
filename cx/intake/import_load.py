"""Checked responses into facts, in one transaction; corrected ones replace the earlier ones and wait for an undo."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml

from cx.intake import uploads, values
from cx.intake.imports import LISTS, SCORED, CheckedResponses
from cx.intake.reading.tabular import Table
from cx.intake.response_mapping import Asked, ResponseMapping
from cx.intake.rows import Progress, silent
from cx.store import audit
from cx.store.database import Database
from cx.words import Problem, Refused


def load_responses(
    db: Database,
    checked: CheckedResponses,
    by: str,
    now: dt.datetime,
    journeys: Path | None = None,
    progress: Progress = silent,
) -> uploads.Loaded:
    """Load a checked file in one transaction; ``now`` is UTC. ``journeys`` is the folder for journeys that came along.

    Raises :class:`Refused`: ``upload_rows`` when it has problems, ``upload_voice`` where the survey's answers that are
    here are of another voice.
    """
    if checked.total:
        raise Refused(Problem("upload_rows", checked.table.name, {"count": checked.total}))
    mapping, table = checked.mapping, checked.table
    staged = _keyed(table, mapping)
    progress(0.8, "upload.step_saving")
    upload_id = uuid.uuid4().hex
    with audit.writing(db) as con:
        same = uploads.same(con, "responses", table.sha256, mapping.to_json())
        if same is not None:
            return same
        _refuse_other_voice(con, mapping)
        con.register("staged", staged)
        con.execute(
            "CREATE TEMP TABLE staged_rows AS "
            "SELECT * EXCLUDE (response_key), CAST(response_key AS UUID) AS response_id FROM staged"
        )
        con.unregister("staged")
        replaced = _replace(con, upload_id)
        _insert(con, checked, upload_id)
        con.execute("DROP TABLE staged_rows")
        uploads.record(con, upload_id, "responses", mapping.source, table.name, table.sha256, staged.num_rows,
                       mapping.to_json(), by, now)  # fmt: skip
    if journeys is not None and mapping.journeys:
        save_journeys(journeys, mapping)
    progress(1.0, "upload.step_done")
    return uploads.Loaded(upload_id, staged.num_rows, replaced)


def _refuse_other_voice(con: duckdb.DuckDBPyConnection, mapping: ResponseMapping) -> None:
    """What is here of the survey is staff's, say: then a file that forgets to say so would count as customers'."""
    found = con.execute("SELECT DISTINCT voice FROM response WHERE survey_id = ?", [mapping.survey_id]).fetchall()
    here = sorted(voice for (voice,) in found)
    if here and mapping.kind not in here:
        values = {"survey": mapping.survey_id, "kind": mapping.kind, "here": ", ".join(here)}
        raise Refused(Problem("upload_voice", "survey.kind", values))


def _keyed(table: Table, mapping: ResponseMapping) -> pa.Table:
    """The typed rows, each with the key that knows it again: its own id, or its content and how often that came."""
    whole = values.quoted(f"{mapping.source}|{mapping.survey_id}|")
    if mapping.id:
        return table.con.sql(
            f"SELECT * EXCLUDE (row, key), md5({whole} || key) AS response_key FROM typed"
        ).to_arrow_table()
    described = table.con.execute("SELECT column_name FROM (DESCRIBE typed)").fetchall()
    texts = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for (name,) in described if name not in ("row", "key"))
    return table.con.sql(
        f"SELECT * EXCLUDE (row, key, body), md5({whole} || body || '|' || CAST(row_number() OVER "
        f"(PARTITION BY body ORDER BY row) AS VARCHAR)) AS response_key "
        f"FROM (SELECT *, concat_ws(chr(31), {texts}) AS body FROM typed)"
    ).to_arrow_table()


def _replace(con: duckdb.DuckDBPyConnection, upload_id: str) -> int:
    """Move the responses that come again, corrected, out of the facts; they stay for an undo."""
    ids = "(SELECT response_id FROM staged_rows)"
    count = 0
    for table in ("answer", "response"):
        con.execute(
            f"INSERT INTO {table}_replaced BY NAME SELECT *, ? AS replaced_by FROM {table} WHERE response_id IN {ids}",
            [upload_id],
        )
        count = con.execute(f"DELETE FROM {table} WHERE response_id IN {ids}").fetchall()[0][0]
    return count


def _insert(con: duckdb.DuckDBPyConnection, checked: CheckedResponses, upload_id: str) -> None:
    mapping = checked.mapping
    places, beside = mapping.places(), mapping.beside()
    shared = (
        f"response_id, {values.quoted(upload_id)} AS source, {values.quoted(mapping.survey_id)} "
        f"AS survey_id, {values.quoted(mapping.survey_version)} AS survey_version, "
        f"{_literal(mapping.nps_kind)} AS nps_kind, {values.quoted(mapping.kind)} AS voice, "
        f"'import' AS mode, lang, day, {', '.join(LISTS)}"
    )
    firsts = {
        kind: next((f"q{i}" for i, q in enumerate(mapping.questions) if q.type == kind and q.id not in beside), "NULL")
        for kind in ("nps", "csat", "ces")
    }
    scores = ", ".join(f"{column} AS {kind}" for kind, column in firsts.items())
    con.execute(f"INSERT INTO response BY NAME SELECT {shared}, submitted_at, {scores} FROM staged_rows")
    for i, q in enumerate(mapping.questions):
        journey, stage = (
            places.get(q.touchpoint or "") or checked.model.place_of(q.touchpoint or "") or (q.journey, q.stage)
        )
        place = f"{_literal(journey)} AS journey, {_literal(stage)} AS stage, {_literal(q.touchpoint)} AS touchpoint"
        brand = _literal(q.brand) if q.brand else "brand"
        con.execute(
            f"INSERT INTO answer BY NAME SELECT {shared}, {place}, {brand} AS brand, "
            f"{values.quoted(q.id)} AS question_id, {values.quoted(beside.get(q.id, q.type))} AS type, "
            f"{_stored(q, f'q{i}', q.id not in beside)} "
            f"FROM staged_rows WHERE q{i} IS NOT NULL"
        )


def _stored(q: Asked, column: str, felt: bool) -> str:
    """SQL: the columns of ``answer`` that a type fills, as :mod:`cx.store.facts` fills them; ``felt``: how it was."""
    if q.type in SCORED:
        common = f", CAST(round(100 + 400.0 * ({column} - 1) / {q.points - 1}) AS SMALLINT) AS satisfaction"
        return f"{column} AS score, {q.points} AS points{common if felt and q.type in ('csat', 'rating') else ''}"
    if q.type == "yes_no":
        return f"{column} AS score, 1 AS points, CASE WHEN {column} = 1 THEN 'yes' ELSE 'no' END AS choice"
    if q.type == "single":
        return f"{column} AS choice"
    if q.type == "multiple":
        split = f"string_split({column}, {values.quoted(q.separator)})"
        parts = f"list_filter(list_transform({split}, lambda x: trim(x)), lambda x: x <> '')"
        return f"unnest(list_distinct({parts})) AS choice"
    return f"{column} AS {'number' if q.type == 'number' else 'text'}"


def _literal(text: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if text is None else values.quoted(text)


def save_journeys(folder: Path, mapping: ResponseMapping) -> None:
    """Keep the journeys that came with a source, where the bank's model finds them (``journeys.d/<source>.yaml``)."""
    path = journeys_file(folder, mapping.source)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"journeys": list(mapping.journeys)}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def journeys_file(folder: Path, source: str) -> Path:
    """The file of a source's journeys in a state folder."""
    stem = re.sub(r"[^0-9A-Za-z_\u4e00-\u9fff-]+", "-", source)[:60]  # file systems end names at 255 bytes
    return folder / "journeys.d" / f"{stem}.yaml"
