"""Dimensions: what a metric can be broken down or filtered by. One entry each; SQL portable to PostgreSQL and Spark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dimension:
    """``name`` as in words ``dimension.<name>``; ``sql`` an expression over ``views``; ``time`` for calendar grains."""

    name: str
    sql: str
    views: frozenset[str]
    time: bool = False


_FACTS = frozenset({"v_response", "v_answer"})
_ALL = _FACTS | {"v_indicator"}
_ANSWER = frozenset({"v_answer"})


def _entries() -> list[Dimension]:
    everywhere = [Dimension(name, name, _ALL) for name in ("branch", "region", "channel", "business_line")]
    facts = [
        Dimension(name, name, _FACTS)
        for name in (
            "segment", "product", "journey", "stage", "touchpoint", "survey_id", "survey_version", "mode", "lang",
            "source",
        )
    ]  # fmt: skip
    answers = [Dimension(name, name, _ANSWER) for name in ("brand", "question_id", "choice")]
    times = [Dimension("day", "day", _ALL, time=True)] + [
        Dimension(grain, f"CAST(date_trunc('{grain}', day) AS DATE)", _ALL, time=True)
        for grain in ("week", "month", "quarter")
    ]
    indicators = [Dimension(name, name, frozenset({"v_indicator"})) for name in ("indicator", "grain", "upload_id")]
    return everywhere + facts + answers + times + indicators


DIMENSIONS: dict[str, Dimension] = {entry.name: entry for entry in _entries()}
