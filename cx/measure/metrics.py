"""Metrics: one entry each. Portable SQL that returns integer counts and sums, and a finish in Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from cx.measure import people, statistics
from cx.measure.scope import Voice
from cx.measure.statistics import Estimate

SEVERAL = ("v_answer", "v_comment", "v_theme")
"""Views in which one respondent may have several rows."""


@dataclass(frozen=True)
class Metric:
    """``sums`` are (name, SQL aggregate) over ``view`` where ``where``; ``finish`` makes an estimate of a row of them.

    ``name`` has words ``metric.<name>`` and ``metric.<name>_about``. ``kind_needed``: NPS kinds are never pooled.
    ``privacy``: small cells are hidden (answers of customers; not the bank's own indicators). ``alone`` names a
    dimension over whose values the metric must not be pooled: broken down by it, or filtered to one value. ``voice``
    is the only one that it is measured of, None: of any one; "customer": no other ever has such rows (NPS). ``ends``:
    the least and the most that it can be; ``per``: its integer totals are so many times too large.
    """

    name: str
    view: Literal["v_response", "v_answer", "v_comment", "v_theme", "v_indicator"]
    where: str
    sums: tuple[tuple[str, str], ...]
    finish: Callable[[Mapping[str, int]], Estimate]
    unit: Literal["points", "share", "mean", "count", "value"]
    better: Literal["higher", "lower"] = "higher"
    kind_needed: bool = False
    privacy: bool = True
    alone: str | None = None
    voice: Voice | None = None
    ends: tuple[float, float] = (-math.inf, math.inf)
    per: float = 1.0

    @property
    def rated(self) -> str | None:
        """The sum that is divided by ``n``, of a share or mean of rows of which one person may have several."""
        found = next((name for name, _ in self.sums if name in ("k", "total")), None)
        return found if self.view in SEVERAL else None


def _count(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _nps_sums(column: str) -> tuple[tuple[str, str], ...]:
    return (
        ("n", f"COUNT({column})"),
        ("promoters", _count(f"{column} >= 9")),
        ("detractors", _count(f"{column} <= 6")),
    )


def _nps(row: Mapping[str, int]) -> Estimate:
    promoters, detractors = row["promoters"], row["detractors"]
    return statistics.nps(promoters, row["n"] - promoters - detractors, detractors)


def _share(row: Mapping[str, int]) -> Estimate:
    return people.proportion(row) if people.several(row) else statistics.share(row["k"], row["n"])


def _mean(row: Mapping[str, int], unit: float, ends: tuple[float, float]) -> Estimate:
    plain = statistics.mean(row["total"] / unit, row["squares"] / unit**2, row["n"])
    return people.mean(plain, row, unit, ends) if people.several(row) else plain


def _scores(row: Mapping[str, int]) -> Estimate:
    """Mean likelihood to recommend (0..10); the counts of each score are what the distribution shows."""
    counts = [row[f"score_{score}"] for score in range(11)]
    total, squares = (sum(score**power * count for score, count in enumerate(counts)) for power in (1, 2))
    return statistics.mean(total, squares, sum(counts))


def _responses(row: Mapping[str, int]) -> Estimate:
    return Estimate(row["n"], row["n"], row["n"], row["n"], 0.0)


def _checklist(row: Mapping[str, int]) -> Estimate:
    """Share of the best possible points. No interval: the items of a walk are not draws that know nothing of each
    other."""
    n = row["n"]
    return Estimate(row["points"] / 400 / n, None, None, n) if n else Estimate(None, None, None, 0, state="empty")


def _indicator(row: Mapping[str, int]) -> Estimate:
    """The mean weighted by denominators where every row has one, else the plain mean of the values.

    Weighting keeps the value's own unit: for a percentage, numerator over denominator would be a hundredth of it.
    """
    n = row["n"]
    if not n:
        return Estimate(None, None, None, 0, state="empty")
    plain = statistics.mean(float(row["total"]), float(row["squares"]), n)
    if row["with_base"] == n and row["denominator"]:
        return Estimate(float(row["weighted"]) / float(row["denominator"]), None, None, n, plain.se)
    return plain


def _people(condition: str) -> str:
    return f"COUNT(DISTINCT CASE WHEN {condition} THEN response_id END)"


def rest(metric: Metric, whole: Estimate, part: Estimate, apart: bool = True) -> Estimate:
    """What is left of an estimate of ``metric`` without a part of it, from integer sums. ``apart``: nobody has answers
    in both; else sums over people cannot be told apart, and the rest takes its error from whichever is larger: of
    people as far as they can, or of answers."""
    left = {name: whole.counts[name] - part.counts[name] for name in whole.counts}
    if apart or "nn" not in left:
        return metric.finish(left)
    left["respondents"] = whole.counts["respondents"]
    plain = metric.finish({name: left[name] for name, _ in metric.sums})
    found = metric.finish(left)
    return found if (found.se or 0.0) > (plain.se or 0.0) else plain


# Of comments: someone who wrote twice is counted once.
_WRITERS = (("n", _people("nps >= 0")), ("promoters", _people("nps >= 9")), ("detractors", _people("nps <= 6")))
_MOMENTS = (("n", "COUNT(score)"), ("total", "SUM(score)"), ("squares", "SUM(score * score)"))

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "nps", "v_response", "nps IS NOT NULL",
            _nps_sums("nps"), _nps, "points", kind_needed=True, voice="customer", ends=(-100.0, 100.0),
        ),
        Metric(
            "brand_nps", "v_answer", "type = 'nps' AND score IS NOT NULL",
            _nps_sums("score"), _nps, "points", kind_needed=True, alone="brand", voice="customer",
        ),
        Metric(
            "nps_scores", "v_response", "nps IS NOT NULL",
            tuple((f"score_{score}", _count(f"nps = {score}")) for score in range(11)), _scores, "mean",
            kind_needed=True, voice="customer",
        ),
        Metric("responses", "v_response", "TRUE", (("n", "COUNT(*)"),), _responses, "count"),
        Metric(
            "csat", "v_answer", "type = 'csat' AND score IS NOT NULL",
            (("n", "COUNT(score)"), ("k", _count("score >= points - 1"))), _share, "share", ends=(0.0, 1.0),
        ),
        Metric(
            "ces", "v_answer", "type = 'ces' AND score IS NOT NULL",
            _MOMENTS, partial(_mean, unit=1.0, ends=(1.0, 7.0)), "mean", ends=(1.0, 7.0),
        ),
        Metric(
            "satisfaction", "v_answer", "satisfaction IS NOT NULL",
            (
                ("n", "COUNT(satisfaction)"),
                ("total", "SUM(satisfaction)"),
                ("squares", "SUM(CAST(satisfaction AS BIGINT) * satisfaction)"),
            ),
            partial(_mean, unit=100.0, ends=(1.0, 5.0)), "mean", ends=(1.0, 5.0), per=100.0,
        ),
        Metric(
            "top2", "v_answer", "satisfaction IS NOT NULL",
            (("n", "COUNT(score)"), ("k", _count("score >= points - 1"))), _share, "share",
        ),
        Metric(
            "yes_share", "v_answer", "type = 'yes_no' AND score IS NOT NULL",
            (("n", "COUNT(score)"), ("k", _count("score = 1"))), _share, "share",
        ),
        Metric(
            "checklist", "v_answer", "type IN ('rating', 'csat', 'yes_no') AND score IS NOT NULL",
            (
                ("n", "COUNT(score)"),
                ("points", "SUM(CASE WHEN type = 'yes_no' THEN 400 * score ELSE satisfaction - 100 END)"),
            ),
            _checklist, "share", privacy=False, voice="walk",
        ),
        Metric(
            "comment_negative", "v_comment", "TRUE", (("n", "COUNT(*)"), ("k", _count("mood < 0"))), _share, "share",
            better="lower",
        ),
        Metric(
            "theme_negative", "v_theme", "TRUE", (("n", "COUNT(*)"), ("k", _count("theme_mood < 0"))), _share, "share",
            better="lower", alone="theme",
        ),
        Metric(
            "comment_nps", "v_comment", "nps IS NOT NULL", _WRITERS, _nps, "points", kind_needed=True, voice="customer",
        ),
        Metric(
            "theme_nps", "v_theme", "nps IS NOT NULL", _WRITERS, _nps, "points", kind_needed=True, voice="customer",
            alone="theme",
        ),
        Metric(
            "indicator", "v_indicator", "TRUE",
            (
                ("n", "COUNT(value)"), ("total", "SUM(value)"),
                ("squares", "SUM(CAST(value AS DOUBLE PRECISION) * value)"),
                ("with_base", "COUNT(denominator)"), ("denominator", "SUM(denominator)"),
                ("weighted", "SUM(CAST(value AS DOUBLE PRECISION) * denominator)"),
            ),
            _indicator, "value", privacy=False, alone="indicator",
        ),
    )
}  # fmt: skip
