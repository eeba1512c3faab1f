"""Errors of people: ten ratings by one person say less than ten by ten people.

From sums a person (ratio estimator; Cochran 1977, Sampling Techniques, ch. 6 and 9A), which the door counts beside the
sums of answers: how many people there are, and the squares and products of their answers and totals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cx.measure.statistics import Estimate, share, t_value

SUMS = (
    ("respondents", "COUNT(*)"), ("nn", "SUM(n * n)"), ("tt", "SUM({total} * {total})"), ("nt", "SUM(n * {total})"),
)  # fmt: skip
"""What is counted over people who each have ``n`` answers and a ``total``."""


@dataclass(frozen=True)
class Clusters:
    """Integer sums over people: how many there are, their answers n and totals t, and the squares and products."""

    people: int
    n: int
    t: int
    nn: int
    tt: int
    nt: int

    @classmethod
    def of(cls, row: Mapping[str, int]) -> Clusters:
        """From the sums of a metric of answers that is a share (``k``) or a mean (``total``)."""
        return cls(row["respondents"], row["n"], row["k" if "k" in row else "total"], row["nn"], row["tt"], row["nt"])

    def error(self) -> float:
        """Standard error of t / n, in the unit of t; 0 for fewer than two people."""
        if self.people < 2 or not self.n:
            return 0.0
        m = self.t / self.n
        squares = max(self.tt - 2 * m * self.nt + m * m * self.nn, 0.0)
        return math.sqrt(self.people / (self.people - 1) * squares) / self.n


def several(row: Mapping[str, int]) -> bool:
    """Whether somebody gave more than one of these answers."""
    return "nn" in row and row["respondents"] < row["n"]


def mean(plain: Estimate, row: Mapping[str, int], unit: float, ends: tuple[float, float]) -> Estimate:
    """A mean with the error of people and Student's t of their number, within the ends of its scale; totals are in
    ``1 / unit``. None for one person alone."""
    people = row["respondents"]
    if people < 2 or plain.value is None:
        return Estimate(plain.value, None, None, plain.n, state=plain.state)
    error = Clusters.of(row).error() / unit
    reach = t_value(people - 1) * error
    low, high = max(ends[0], plain.value - reach), min(ends[1], plain.value + reach)
    return Estimate(plain.value, low, high, plain.n, error, degrees=people - 1)


def proportion(row: Mapping[str, int]) -> Estimate:
    """A share with the error of people: Wilson's interval at as many independent answers as have that error, or at the
    number of people where all answers are alike."""
    clusters = Clusters.of(row)
    p, error = clusters.t / clusters.n, clusters.error()
    effective = p * (1 - p) / error**2 if error else float(clusters.people)
    found = share(p * effective, effective)  # type: ignore[arg-type]  # Wilson's formula needs no whole n
    return Estimate(p, found.low, found.high, clusters.n, found.se, counts={"k": clusters.t})
