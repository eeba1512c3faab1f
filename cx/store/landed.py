"""Reading a submission back from the tables, for a respondent who comes back to it."""

from __future__ import annotations

import json
from typing import Any

import duckdb

DIMENSIONS = ("branch", "channel", "business_line", "segment", "product")


def latest(con: duckdb.DuckDBPyConnection, submission_id: str) -> tuple[str, str, dict[str, Any]] | None:
    """Kind, survey and content of the newest landed record of this submission; None when there is none.

    The content of a response is rebuilt from its rows: ``form`` (question id → texts, as a form would send them),
    ``dims``, ``survey_version``, ``lang``. A draft is newer than a response: a response that lands removes its draft.
    """
    draft = con.execute(
        "SELECT survey_id, payload FROM draft WHERE submission_id = ?::UUID", [submission_id]
    ).fetchall()
    if draft:
        return "draft", draft[0][0], json.loads(draft[0][1])
    found = con.execute("SELECT response_id FROM submission WHERE submission_id = ?::UUID", [submission_id]).fetchall()
    return _response(con, found[0][0]) if found else None


def _response(con: duckdb.DuckDBPyConnection, response_id: object) -> tuple[str, str, dict[str, Any]] | None:
    rows = con.execute(
        f"SELECT survey_id, survey_version, lang, {', '.join(DIMENSIONS)} FROM response WHERE response_id = ?",
        [response_id],
    ).fetchall()
    if not rows:
        return None
    survey_id, version, lang, *values = rows[0]
    form: dict[str, list[str]] = {}
    for question, score, choice, number, text in con.execute(
        "SELECT question_id, score, choice, number, text FROM answer WHERE response_id = ?", [response_id]
    ).fetchall():
        said = next((value for value in (choice, text, number, score) if value is not None), None)
        if said is not None:
            form.setdefault(question, []).append(_plain(said))
    dims = {name: value for name, value in zip(DIMENSIONS, values, strict=True) if value is not None}
    return "response", survey_id, {"form": form, "dims": dims, "survey_version": version, "lang": lang}


def _plain(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and not isinstance(value, str) else text
