"""Dimensions: what a metric can be broken down or filtered by. One entry each; SQL portable to PostgreSQL and Spark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dimension:
    """``name`` as in words ``dimension.<name>``; ``sql`` an expression over ``views``; ``time`` for calendar grains.

    ``inside``: of an answer, so that answers of one response may have several values.
    """

    name: str
    sql: str
    views: frozenset[str]
    time: bool = False
    inside: bool = False


_COMMENTS = frozenset({"v_comment", "v_theme"})
_FACTS = frozenset({"v_response", "v_answer"}) | _COMMENTS
_ALL = _FACTS | {"v_indicator"}
_ANSWER = frozenset({"v_answer"})
_PLACES = ("journey", "stage", "touchpoint")


def _entries() -> list[Dimension]:
    everywhere = [Dimension(name, name, _ALL) for name in ("branch", "region", "channel", "business_line")]
    facts = [
        Dimension(name, name, _FACTS, inside=name in _PLACES)
        for name in (
            "segment", "product", "journey", "stage", "touchpoint", "survey_id", "survey_version", "mode", "lang",
            "source",
        )
    ]  # fmt: skip
    answers = [Dimension(name, name, _ANSWER, inside=True) for name in ("brand", "choice")]
    answers += [Dimension("question_id", "question_id", _ANSWER | _COMMENTS, inside=True)]
    mood = "CASE WHEN mood < 0 THEN 'negative' WHEN mood > 0 THEN 'positive' ELSE 'neutral' END"
    comments = [
        Dimension("language", "language", _COMMENTS, inside=True), Dimension("mood", mood, _COMMENTS, inside=True),
        Dimension("theme", "theme", frozenset({"v_theme"}), inside=True),
    ]  # fmt: skip
    times = [Dimension("day", "day", _ALL, time=True)] + [
        Dimension(grain, f"CAST(date_trunc('{grain}', day) AS DATE)", _ALL, time=True)
        for grain in ("week", "month", "quarter", "year")
    ]
    indicators = [Dimension(name, name, frozenset({"v_indicator"})) for name in ("indicator", "grain", "upload_id")]
    return everywhere + facts + answers + comments + times + indicators


DIMENSIONS: dict[str, Dimension] = {entry.name: entry for entry in _entries()}

# What its values lie in, where both are shown in tables beside each other: the larger total is known then.
WITHIN = {"branch": "region", "touchpoint": "stage", "stage": "journey", "month": "quarter"}
