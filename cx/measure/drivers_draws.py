"""How sure importances are: drivers weighted anew in resampled responses. Pure.

Rows are dealt into at most a thousand packets of equal size, and whole packets are drawn with replacement. Sums of a
draw are then sums over packets, so that a draw costs the same for a thousand rows and for a million; with no more rows
than packets it is the ordinary bootstrap of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.measure.drivers import Moments, definite, johnson, moments, slopes

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
    parts = []
    for start in range(0, n, size * _AT_ONCE):
        some = np.arange(start, min(n, start + size * _AT_ONCE))
        rest = -len(some) % size
        shape = (-1, size, p)
        here = np.pad(known[some], ((0, rest), (0, 0))).reshape(shape)
        parts.append(moments(np.pad(values[some], ((0, rest), (0, 0))).reshape(shape), here))
    return Moments(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("n", "x", "xx", "xy")))


def pooled(dealt: Moments, times: npt.NDArray[np.int_] | None = None) -> Moments:
    """Moments of all packets together, or (d, p, p) with each packet as many ``times`` (d, packets) as drawn."""
    import numpy as np

    def total(part: Floats) -> Floats:
        return part.sum(axis=0) if times is None else np.tensordot(times.astype(float), part, 1)

    return dealt.each(total)


def solved(found: Moments, p: int) -> Draws:
    """Weights by the column after the ``p`` drivers, slopes in the units of the last column, where a matrix allows."""
    import numpy as np

    r, deviation = found.correlations, found.deviations
    of_drivers = r[..., :p, :p]
    good = definite(of_drivers) & np.isfinite(r).all(axis=(-2, -1))
    r, of_drivers, deviation = r[good], of_drivers[good], deviation[good]
    steep = slopes(of_drivers, r[:, :p, -1]) * deviation[:, -1:] / deviation[:, :p]
    return Draws(johnson(of_drivers, r[:, :p, p]), steep, int((~good).sum()))


def draw(dealt: Moments, p: int, count: int, seed: tuple[int, ...]) -> Draws:
    """``count`` draws of the packets with replacement; the same for the same seed."""
    import numpy as np

    many = dealt.n.shape[0]
    times = np.random.default_rng(seed).multinomial(many, np.full(many, 1 / many), count)
    return solved(pooled(dealt, times), p)
