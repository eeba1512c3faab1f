"""The comments of a scope as a CSV file for a spreadsheet: scrubbed again, no cell a formula, no response named."""

from __future__ import annotations

import csv as writer
import io

from cx.bank.model import Model
from cx.measure.scope import Scope
from cx.store import voices as store
from cx.store.query import Connection
from cx.store.sheet import safe_cell
from cx.store.voices import Voice, Wanted
from cx.survey.personal import scrub
from cx.words import Translator

MOST = 200_000
_MOODS = {-1: "negative", 0: "neutral", 1: "positive"}
_PLACES = ("branch", "channel", "touchpoint")


def csv(con: Connection, scope: Scope, t: Translator, model: Model, themes: tuple[tuple[str, str], ...]) -> bytes:
    """UTF-8 with the mark that spreadsheets look for; the newest :data:`MOST` comments, only the heading without the
    right to them. ``themes``: id and name of each."""
    out = io.StringIO()
    table = writer.writer(out)
    head = ("text", "score", "mood", "sentiment", "intensity", "themes", "risks", "emotions", "language")
    titles = [t(f"voices.col_{name}") for name in head]
    titles += [t(f"dimension.{name}") for name in (*_PLACES, "survey_id", "question_id")] + [t("voices.col_day")]
    table.writerow(titles)
    for voice in store.said(con, scope, Wanted(), MOST).voices:
        table.writerow(
            [safe_cell(str(cell)) if isinstance(cell, str) else cell for cell in _row(voice, t, model, dict(themes))]
        )
    return out.getvalue().encode("utf-8-sig")


def _row(voice: Voice, t: Translator, model: Model, themes: dict[str, str]) -> list[object]:
    places = {"branch": voice.branch, "channel": voice.channel, "touchpoint": voice.touchpoint}
    return [
        scrub(voice.text), "" if voice.score is None else voice.score, t(f"voices.mood_{_MOODS[voice.mood]}"),
        voice.sentiment / 100, voice.intensity / 100, "; ".join(themes.get(id, id) for id in voice.themes),
        "; ".join(t(f"voices.risk_{risk}") for risk in voice.risks),
        "; ".join(t(f"voices.emotion_{emotion}") for emotion in voice.emotions), t(f"voices.language_{voice.language}"),
        *(model.label(name, value, t) if value else "" for name, value in places.items()), voice.survey, voice.question,
        voice.day.isoformat(),
    ]  # fmt: skip
