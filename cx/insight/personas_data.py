"""Answers made comparable before people are grouped by them. numpy is imported where it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cx.measure.kmeans import Matrix
    from cx.store.profiles_sample import Sample

MOST = 6
"""Components that are kept at most."""
_TIMES = 3


def comparable(sample: Sample) -> Matrix:
    """One row a person. Ratings are taken against the person's own mean (who is content rates everything higher: that
    is one thing, not twenty), unanswered ones at that mean; how content, and the score to recommend, are one block;
    choices and numbers are standardised, those of one question together count as one answer."""
    import numpy as np

    kinds = np.array([one.kind for one in sample.asked])
    found = []
    rated = sample.answers[:, kinds == "rated"]
    level = np.zeros(len(sample.ids))
    if rated.shape[1]:
        known = ~np.isnan(rated)
        away = np.where(known, rated - _mean(rated, known), 0.0)
        level = away.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        own = np.where(known, away - level[:, None], 0.0)
        spread = np.sqrt((own**2).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
        found.append(own / np.where(spread > 0, spread, 1.0))
    found.append(np.column_stack([_standard(level), _standard(sample.nps)]) / np.sqrt(2))
    for question in dict.fromkeys(one.question for one in sample.asked if one.kind != "rated"):
        columns = sample.answers[:, [one.question == question and one.kind != "rated" for one in sample.asked]]
        block = np.column_stack([_standard(column) for column in columns.T])
        found.append(block / np.sqrt(block.shape[1]))
    return np.column_stack(found)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Directions:
    """In which answers go together more than chance: ``kept`` of them; :meth:`seen` gives everyone's place in them."""

    kept: int
    middle: Matrix
    vectors: Matrix

    def seen(self, x: Matrix) -> Matrix:
        """One row a person, one column a direction."""
        return (x - self.middle) @ self.vectors.T  # type: ignore[no-any-return]


def directions(x: Matrix, seed: int) -> Directions:
    """Principal components with more variance than the strongest of the same columns shuffled, at most six.

    Parallel analysis (Horn 1965) compares rank by rank, which suits columns of equal variance; here an answer that goes
    with no other would count as a direction of its own.
    """
    import numpy as np

    middle, rng = x.mean(axis=0), np.random.default_rng(seed)
    columns = np.ascontiguousarray((x - middle).T)
    values, vectors = np.linalg.eigh(columns @ columns.T / len(x))
    values, vectors = values[::-1], vectors[:, ::-1]
    chance = 0.0
    for _ in range(_TIMES):
        mixed = np.stack([rng.permutation(column) for column in columns])
        chance = max(chance, float(np.linalg.eigvalsh(mixed @ mixed.T / len(x))[-1]))
    kept = min(int((values > chance).sum()), MOST)
    return Directions(kept, middle, np.ascontiguousarray(vectors[:, : max(kept, 1)].T))


def _mean(values: Matrix, known: Matrix) -> Matrix:
    import numpy as np

    return np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)  # type: ignore[no-any-return]


def _standard(column: Matrix) -> Matrix:
    import numpy as np

    known = ~np.isnan(column)
    if not known.any():
        return np.zeros(len(column))
    mean, spread = column[known].mean(), column[known].std()
    return np.where(known, np.clip((column - mean) / (spread or 1.0), -4, 4), 0.0)  # type: ignore[no-any-return]
