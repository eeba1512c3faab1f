"""Reading a submission back from the tables, for a respondent who comes back to it."""

from __future__ import annotations

import json
from typing import Any

import duckdb

SHARED = ("kiosk", "staff")
"""Modes of devices that others use too."""
DIMENSIONS = ("branch", "channel", "business_line", "segment", "product")


def latest(con: duckdb.DuckDBPyConnection, submission_id: str) -> tuple[str, str, dict[str, Any]] | None:
    """Kind, survey and content of the newest landed record of this submission; None when there is none.

    The content of a response is rebuilt from its rows: ``form`` (question id → texts, as a form would send them),
    ``dims``, ``survey_version``, ``lang``, and ``shared`` where it was said on a device that others use. A draft is
    newer than a response: a response that lands removes its draft.
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
        f"SELECT survey_id, survey_version, lang, mode, {', '.join(DIMENSIONS)} FROM response WHERE response_id = ?",
        [response_id],
    ).fetchall()
    if not rows:
        return None
    survey_id, version, lang, mode, *values = rows[0]
    form = _form(con, response_id)
    dims = {name: value for name, value in zip(DIMENSIONS, values, strict=True) if value is not None}
    shared = {"shared": True} if mode in SHARED else {}
    return "response", survey_id, {"form": form, "dims": dims, "survey_version": version, "lang": lang, **shared}


def _form(con: duckdb.DuckDBPyConnection, response_id: object) -> dict[str, list[str]]:
    """The fields of a response, from its rows; what was derived from them is left out."""
    form: dict[str, list[str]] = {}
    for id, kind, score, choice, number, text in con.execute(
        "SELECT question_id, type, score, choice, number, text FROM answer WHERE response_id = ? "
        "ORDER BY CASE WHEN type = 'ranking' THEN number END",
        [response_id],
    ).fetchall():
        if kind == "computed" or (kind == "kano" and choice is not None) or (kind == "maxdiff" and choice is None):
            continue
        said = next((value for value in (choice, text, number, score) if value is not None), None)
        if said is not None:
            form.setdefault(id, []).append(_plain(said))
        if choice is not None and text is not None:
            form[f"{id}.{choice}"] = [text]
    return form | _contact(con, response_id)


def _contact(con: duckdb.DuckDBPyConnection, response_id: object) -> dict[str, list[str]]:
    found = con.execute(
        "SELECT question_id, name, phone, email, preferred FROM contact WHERE response_id = ?", [response_id]
    ).fetchall()
    fields = ("name", "phone", "email", "when")
    return {f"{id}.{field}": [text] for id, *said in found for field, text in zip(fields, said, strict=True) if text}


def _plain(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and not isinstance(value, str) else text
