"""What people went through on a journey, person by person: added up, or in their own words. Same scope and rights as
every number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

CONTENT = 4.0  # mean of a person's own touchpoint ratings, on 1..5, from which on they count as content with the steps
_RATINGS, _SCORES = METRICS["satisfaction"], METRICS["nps"]
_LATEST = 8_000  # comments looked through for a telling one
_SHORT, _LONG = 6, 160  # letters of a comment that can stand on a map
_ENOUGH, _HALF, _ALL = 0.75, 0.5, 0.99  # of a name that a comment must say; all of it where its writer rated nothing
_CLAUSES = "'[，。；！？：、,.;!?:]|而且|另外|但是|不过| and | but '"
Lean = Literal["low", "high", "middle"]


@dataclass(frozen=True)
class Walked:
    """People who rated at least two touchpoints of a journey and scored the journey as a whole.

    ``content`` and ``others`` by the mean of their own ratings (:data:`CONTENT`), with detractors among each.
    ``mean_score``: correlation of that mean with their score; ``peak_end_score`` of the mean of their peak (the rating
    farthest from the middle, of equals the worse) and their last rating; ``mean_peak_end`` of the two with each other.
    None where there is no variation.
    """

    n: int
    content: int
    content_detractors: int
    others: int
    others_detractors: int
    mean_score: float | None
    peak_end_score: float | None
    mean_peak_end: float | None


NOBODY = Walked(0, 0, 0, 0, 0, None, None, None)


@dataclass(frozen=True)
class Wanted:
    """For which touchpoint a comment is looked for: (word of its name, part of the name, weight), and on which side
    people rate it. Parts add up to 1 a language; a word that other names share weighs less. ``score``: its mean on
    1..5, None where nobody rates it."""

    touchpoint: str
    terms: tuple[tuple[str, float, float], ...]
    lean: Lean
    score: float | None


@dataclass(frozen=True)
class Said:
    """A comment as stored (scrubbed of personal data) that names a touchpoint. ``rating`` is the same person's of this
    touchpoint, on 1..5; ``score`` their score 0..10."""

    text: str
    touchpoint: str
    rating: float | None
    score: int | None
    day: dt.date


_WALKED = f"""WITH place(touchpoint, step) AS (VALUES {{places}}),
scored AS (
    SELECT response_id, nps FROM v_response WHERE {{scored}} AND stage IS NULL AND touchpoint IS NULL),
person AS (
    SELECT response_id, AVG(satisfaction) / 100 AS mean,
        arg_max(satisfaction, step) / 100 AS last,
        arg_max(satisfaction, abs(CAST(satisfaction AS INTEGER) - 300) * 1000 - satisfaction) / 100 AS peak
    FROM (SELECT response_id, touchpoint, satisfaction FROM v_answer
        WHERE {{rated}} AND response_id IN (SELECT response_id FROM scored)) JOIN place USING (touchpoint)
    GROUP BY response_id HAVING COUNT(DISTINCT touchpoint) >= 2),
walked AS (SELECT mean, (peak + last) / 2 AS peak_end, nps FROM person JOIN scored USING (response_id))
SELECT COUNT(*), COUNT(*) FILTER (mean >= {CONTENT}), COUNT(*) FILTER (mean >= {CONTENT} AND nps <= 6),
    COUNT(*) FILTER (mean < {CONTENT}), COUNT(*) FILTER (mean < {CONTENT} AND nps <= 6),
    corr(mean, nps), corr(peak_end, nps), corr(mean, peak_end)
FROM walked"""
_SAID = f"""WITH term(touchpoint, term, part, weight) AS (VALUES {{terms}}),
place(touchpoint, lean, aim) AS (VALUES {{places}}),
written AS (
    SELECT response_id, text, lang, day FROM v_answer
    WHERE {{anyone}} AND type = 'text' AND length(trim(text)) BETWEEN {_SHORT} AND {_LONG}
    ORDER BY day DESC, response_id LIMIT {_LATEST}),
rated AS (
    SELECT response_id, touchpoint, MIN(satisfaction) / 100 AS rating FROM v_answer
    WHERE {{rated}} AND response_id IN (SELECT response_id FROM written) GROUP BY 1, 2),
comment AS (
    SELECT * FROM written WHERE response_id IN (SELECT response_id FROM rated) AND (SELECT COUNT(*) FROM
        (SELECT DISTINCT response_id FROM v_answer WHERE {{rated}} LIMIT {{least}}))
        >= {{least}}),
clause AS (
    SELECT response_id, text, lang, day, unnest(regexp_split_to_array(lower(text), {_CLAUSES})) AS part_of
    FROM comment),
mention AS (
    SELECT response_id, text, lang, day, touchpoint, part_of, SUM(part) AS part
    FROM clause JOIN term ON contains(' ' || part_of, term)
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING SUM(part) >= {_ALL} OR SUM(weight) >= {_ENOUGH} AND SUM(part) >= {_HALF}
    QUALIFY SUM(part) >= {_ALL} OR COUNT(*) OVER (PARTITION BY response_id, part_of) = 1),
named AS (
    SELECT response_id, text, lang, day, touchpoint, MAX(part) AS part FROM mention GROUP BY ALL),
ranked AS (
    SELECT text, touchpoint, rating, nps, day, row_number() OVER (PARTITION BY touchpoint ORDER BY
        CASE WHEN lean = 'low' AND nps >= 7 OR lean = 'high' AND nps <= 8 THEN 1 ELSE 0 END,
        CASE WHEN lang = ? THEN 0 ELSE 1 END,
        CASE WHEN rating IS NULL THEN 2 WHEN abs(rating - aim) <= 1 THEN 0 ELSE 1 END,
        part DESC, day DESC, text) AS rank
    FROM named JOIN place USING (touchpoint) LEFT JOIN rated USING (response_id, touchpoint)
        LEFT JOIN (SELECT response_id, nps FROM v_response) USING (response_id)
    WHERE (rating IS NOT NULL OR part >= {_ALL})
        AND NOT (lean = 'high' AND coalesce(nps, 9) <= 6 OR lean = 'low' AND coalesce(nps, 0) >= 9))
SELECT text, touchpoint, rating, nps, day FROM ranked WHERE rank <= {{most}} ORDER BY touchpoint, rank"""


def walked(con: Connection, scope: Scope, journey: str, touchpoints: Sequence[str]) -> Walked:
    """The people of a scope who walked a journey; ``touchpoints`` in its order. The score is that of surveys about the
    journey as a whole, of one NPS kind (the scope must name it). Nobody where they are fewer than the minimum base."""
    assert scope.nps_kind is not None
    if not touchpoints:
        return NOBODY
    places = ", ".join(f"(?, {place})" for place in range(len(touchpoints)))
    rated, rated_with = query.where(_RATINGS, scope.narrowed(journey=journey))
    scored, scored_with = query.where(_SCORES, scope.narrowed(journey=journey))
    rows = con.execute(
        _WALKED.format(places=places, rated=rated, scored=scored),
        [*touchpoints, *scored_with, *rated_with],
    ).fetchall()
    n, *counts, first, second, third = rows[0]
    if n < scope.minimum_base:
        return NOBODY
    return Walked(n, *counts, *(None if r is None or r != r else float(r) for r in (first, second, third)))


def said(con: Connection, scope: Scope, journey: str, wanted: Sequence[Wanted], lang: str) -> Mapping[str, Said]:
    """At most one comment a touchpoint, none twice: one with a clause that names it (and no other), from somebody who
    felt about it as most do, in the reader's language where there is one, the latest first.

    None without the right to comments, and none where the scope holds fewer people than its minimum base.
    """
    named = [(one.touchpoint, *term) for one in wanted for term in one.terms]
    here = replace(scope.narrowed(journey=journey), nps_kind=None)
    if not scope.rights.comments or not named:
        return {}
    rated, rated_with = query.where(_RATINGS, here)
    about = ("journey", "stage", "touchpoint")  # a comment may be about all of a visit
    wider = replace(here, where=tuple(part for part in scope.where if part[0] not in about))
    anyone, anyone_with = query.where(METRICS["responses"], wider)
    terms = ", ".join("(?, ?, ?, ?)" for _ in named)
    places = ", ".join("(?, ?, ?)" for _ in wanted)
    aims = [
        part
        for one in wanted
        for part in (one.touchpoint, one.lean, {"low": 1.0, "high": 5.0}.get(one.lean, one.score or 3.0))
    ]
    rows = con.execute(
        _SAID.format(terms=terms, places=places, anyone=anyone, rated=rated, least=here.minimum_base, most=len(wanted)),
        [*(part for one in named for part in one), *aims, *anyone_with, *rated_with, *rated_with, lang],
    ).fetchall()
    return _first([Said(*row) for row in rows])


def _first(found: Sequence[Said]) -> dict[str, Said]:
    """The first comment of each touchpoint whose words no other took."""
    taken: set[str] = set()
    kept: dict[str, Said] = {}
    for one in found:
        if one.touchpoint not in kept and one.text not in taken:
            taken.add(one.text)
            kept[one.touchpoint] = one
    return kept
