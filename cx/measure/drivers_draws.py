"""How sure importances are: drivers weighted anew in resampled responses. Pure.

Rows are dealt into at most a thousand packets of equal size, and whole packets are drawn with replacement. Sums of a
draw are then sums over packets, so that a draw costs the same for a thousand rows and for a million; with no more rows
than packets it is the ordinary bootstrap of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.measure.drivers import DEFINITE, Moments, moments, slopes, spectrum, weighed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

PACKETS = 1_000
_AT_ONCE = 40  # packets worked out together: a part of the rows, not all of them, is held as decimals


@dataclass(frozen=True, eq=False)
class Draws:
    """Resampled results, one row a draw: ``weights`` (d, p) relative weights, ``slopes`` (d, p) of the effect in its
    own units. ``failed`` draws had no positive definite matrix and are left out."""

    weights: Floats
    slopes: Floats
    failed: int = 0

    def __len__(self) -> int:
        return len(self.weights)

    def also(self, more: Draws) -> Draws:
        """These and more draws."""
        import numpy as np

        weights, effects = np.vstack([self.weights, more.weights]), np.vstack([self.slopes, more.slopes])
        return Draws(weights, effects, self.failed + more.failed)

    @property
    def ranks(self) -> npt.NDArray[np.int_]:
        """Rank of each driver in each draw (d, p), 1 the most important."""
        import numpy as np

        return np.argsort(np.argsort(-self.weights, axis=1, kind="stable"), axis=1, kind="stable") + 1

    def interval(self, of: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Percentile interval of each column of ``of`` (d, p)."""
        import numpy as np

        low, high = np.quantile(of, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
        return low, high


def packets(values: Floats, known: npt.NDArray[np.bool_], most: int = PACKETS) -> Moments:
    """Moments (packets, p, p) of rows (n, p) dealt in their order: put them in an order that knows nothing of them."""
    import numpy as np

    n, p = values.shape
    size = -(-n // most)
    every = Moments(*(np.empty((-(-n // size), p, p)) for _ in range(4)))
    for at in range(0, len(every.n), _AT_ONCE):
        some = slice(at * size, min(n, (at + _AT_ONCE) * size))
        rest = ((0, -(some.stop - some.start) % size), (0, 0))
        here = np.pad(known[some], rest).reshape(-1, size, p)
        part = moments(np.pad(values[some], rest).reshape(here.shape), here)
        for name in ("n", "x", "xx", "xy"):
            getattr(every, name)[at : at + len(here)] = getattr(part, name)
    return every


def pooled(dealt: Moments) -> Moments:
    """Moments of all packets together."""
    return dealt.each(lambda part: part.sum(axis=0))


def drawn(dealt: Moments, count: int, seed: tuple[int, ...]) -> Moments:
    """Moments (count, p, p) of ``count`` draws of the packets with replacement; the same for the same seed."""
    import numpy as np

    many = len(dealt.n)
    times = np.random.default_rng(seed).multinomial(many, np.full(many, 1 / many), count).astype(float)
    return dealt.each(lambda part: np.tensordot(times, part, 1))


def solved(found: Moments, p: int) -> Draws:
    """Weights by the column after the ``p`` drivers, slopes in the units of the last column, where a matrix allows."""
    import numpy as np

    r, deviation = found.correlations, found.deviations
    known = np.isfinite(r).all(axis=(-2, -1))
    size, axes = spectrum(np.where(known[:, None, None], r, 0)[:, :p, :p])
    good = known & (size[:, 0] > DEFINITE)
    r, deviation = r[good], deviation[good]
    steep = slopes(r[:, :p, :p], r[:, :p, -1]) * deviation[:, -1:] / deviation[:, :p]
    return Draws(weighed(size[good], axes[good], r[:, :p, p]), steep, int((~good).sum()))
