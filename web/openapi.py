"""What ``/api/v1`` takes and answers, as OpenAPI 3.1; a test compares it with the routes and with what is taken."""

from __future__ import annotations

from typing import Any

from cx.bank.feeds import FIELDS
from cx.intake.feeds import payload
from cx.intake.mappings import INDICATOR_ROLES

Json = dict[str, Any]
_TEXT: Json = {"type": "string", "maxLength": 100}
_KINDS: Json = {
    "at": {"type": "string", "format": "date-time", "description": "ISO 8601 with Z or an offset"},
    "ok": {"type": "boolean"},
    "ms": {"type": "number", "minimum": 0, "maximum": 3_600_000, "description": "latency in milliseconds"},
    "period": {**_TEXT, "description": "2026-10-01, 2026-10, 2026Q3, 2026-W41: as the indicator's grain"},
    "value": {"type": "number", "description": "in the dictionary's unit: 12.3% is 12.3"},
    "numerator": {"type": "number"},
    "denominator": {"type": "number"},
}
_PROBLEMS: Json = {
    "type": "object",
    "required": ["problems", "total"],
    "properties": {
        "total": {"type": "integer"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "code", "what", "try"],
                "properties": {name: {"type": "string"} for name in ("where", "code", "what", "try")},
            },
        },
    },
}
_REFUSALS = {
    "400": "Not readable JSON, or no usable Idempotency-Key; nothing was taken",
    "401": "No living token",
    "403": "The token may not send this",
    "408": "The body took too long",
    "409": "The key was used with another body",
    "413": f"More than {payload.LARGEST} bytes",
    "415": "Not application/json",
    "422": "Every problem, each with its place; nothing was taken",
    "429": "Too many requests; see Retry-After",
    "503": "It cannot be written down at the moment; nothing was taken; see Retry-After",
}


def _entry(fields: tuple[str, ...], required: tuple[str, ...]) -> Json:
    properties = {name: _KINDS.get(name, _TEXT) for name in fields}
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _many(name: str, entry: Json, **more: Json) -> Json:
    listed = {"type": "array", "minItems": 1, "maxItems": payload.MOST, "items": entry}
    properties = {name: listed, **more}
    return {"type": "object", "additionalProperties": False, "required": [name], "properties": properties}


def _answer(*names: str) -> Json:
    kinds = {"days": {"type": "array", "items": {"type": "string", "format": "date"}}, "upload_id": {"type": "string"},
             "dry_run": {"type": "boolean"}}  # fmt: skip
    return {"type": "object", "properties": {name: kinds.get(name, {"type": "integer"}) for name in names}}


def _content(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _post(summary: str, body: Json, answer: Json, parameters: list[Json], more: Json) -> Json:
    refused = {
        status: {"description": text, "content": _content({"$ref": "#/components/schemas/Problems"})}
        for status, text in {**_REFUSALS, **more}.items()
    }
    taken = {"200": "Nothing new: taken before, in force already, or a dry run", "201": "Taken, whole"}
    done = {status: {"description": text, "content": _content(answer)} for status, text in taken.items()}
    return {
        "summary": summary,
        "parameters": [*parameters, *_PARAMETERS],
        "requestBody": {"required": True, "content": _content(body)},
        "responses": dict(sorted((done | refused).items())),
    }


_PARAMETERS: list[Json] = [
    {
        "name": "Idempotency-Key", "in": "header", "required": True,
        "description": "New for each batch, the same when a batch is sent again; remembered for 35 days. Not needed "
        "for a dry run.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    },
    {
        "name": "dry_run", "in": "query", "required": False, "description": "1: check and store nothing",
        "schema": {"type": "string", "enum": ["1"]},
    },
    {"name": "Accept-Language", "in": "header", "required": False, "description": "zh or en: language of problems",
     "schema": {"type": "string"}},
]  # fmt: skip
_FEED: Json = {"name": "feed", "in": "path", "required": True, "schema": {"type": "string"},
               "description": "Its id in data/model/feeds.yaml"}  # fmt: skip

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {
        "title": "cx: indicators in",
        "version": "1",
        "description": "Computed indicator values, and events that are added up at once. All or nothing. No data of "
        "customers: unknown fields refuse the batch.",
    },
    "security": [{"token": []}],
    "paths": {
        "/api/v1/indicators": {
            "post": _post(
                "Send indicator values",
                _many("values", _entry(INDICATOR_ROLES, ("indicator", "period")), source=_TEXT),
                _answer("accepted", "unchanged", "replaced", "upload_id", "dry_run"),
                [],
                {},
            )
        },
        "/api/v1/events/{feed}": {
            "post": _post(
                "Send events of a feed",
                _many("events", _entry(FIELDS, ("at", "ok"))),
                _answer("accepted", "values", "days", "upload_id", "dry_run"),
                [_FEED],
                {"404": "There is no such feed (any more)"},
            )
        },
        "/api/v1/openapi.json": {
            "get": {
                "summary": "This document",
                "security": [],
                "responses": {"200": {"description": "OpenAPI 3.1", "content": _content({"type": "object"})}},
            }
        },
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {"Problems": _PROBLEMS},
    },
}
