"""Where on a journey it hurts: stages, touchpoints, channels, and the bank's own indicators beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.insight import breaks
from cx.insight import readings as beside
from cx.insight.breaks import Break
from cx.insight.readings import Reading
from cx.measure.metrics import rest
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, HIDDEN, Change, Estimate, benjamini_hochberg, change
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Journey, Model

METRIC = "satisfaction"
GAP = 0.3  # points of 1..5: a difference from the rest smaller than this is not called a pain or a delight
Feeling = Literal["pain", "delight", "usual", "too_few", "no_data"]
Signal = Literal["both", "survey", "indicator", "none"]
Key = tuple[str, str]
_NOTHING = Change(None, None, None, None, "too_few")


@dataclass(frozen=True)
class Step:
    """One stage, touchpoint or heat cell: its score, change since the period before, and test against the rest.

    ``key`` is (stage,), (stage, touchpoint) or (stage, value of the other dimension). ``feeling`` is pain or delight
    only where the difference from the rest is at least ``GAP`` and beyond noise, adjusted for the number of steps.
    ``broken``: a survey that asks here changed its meaning since the period before, so no change is claimed.
    """

    key: tuple[str, ...]
    estimate: Estimate
    change: Change
    rest: Change
    feeling: Feeling
    readings: tuple[Reading, ...] = ()
    broken: bool = False

    @property
    def signal(self) -> Signal:
        """Whether survey and indicator point to the same place."""
        beyond = any(reading.verdict == "beyond" for reading in self.readings)
        if self.feeling == "pain":
            return "both" if beyond else "survey"
        return "indicator" if beyond else "none"


@dataclass(frozen=True)
class View:
    """One journey: stages and touchpoints in the model's order, where it is worst and best, and ``breaks``: surveys
    that changed their meaning since the period before. ``own``: how people rated the journey as a whole, where a survey
    asks that; ``parts``: all ratings of its stages and touchpoints together."""

    journey: str
    total: Estimate
    change: Change
    stages: tuple[Step, ...]
    touchpoints: tuple[Step, ...]
    measured: Measured
    breaks: tuple[Break, ...] = ()
    own: Estimate = EMPTY
    parts: Estimate = EMPTY

    @property
    def worst(self) -> Step | None:
        """The touchpoint with the lowest score shown; a stage where no touchpoint has one."""
        return worst(self.touchpoints) or worst(self.stages)

    @property
    def best_stage(self) -> Step | None:
        """The stage with the highest score, where it is a delight."""
        return max(
            (step for step in self.stages if step.feeling == "delight"),
            key=lambda step: step.estimate.value or 0.0,
            default=None,
        )


@dataclass(frozen=True)
class Heat:
    """Stage × another dimension: ``columns`` are stages in the model's order, ``rows`` the values of ``by``."""

    by: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: Mapping[Key, Step]
    total: Estimate
    measured: Measured

    @property
    def calm(self) -> str:
        """The words for no pain point: none there, or too few answers in every cell to see one."""
        seen = any(step.estimate.value is not None for step in self.cells.values())
        return "journey.heat_fine" if seen else "journey.heat_unseen"

    def of(self, row: str, stage: str) -> Step:
        return self.cells.get((stage, row), _empty((stage, row)))


def journeys(con: Connection, scope: Scope) -> dict[str, Estimate]:
    """Journeys with survey answers in the scope, and their scores."""
    return {cell.key[0]: cell.estimate for cell in query.measure(con, METRIC, scope, ("journey",)).cells if cell.key[0]}


def cells(con: Connection, scope: Scope, model: Model, journey: str, before: Period | None = None) -> View:
    """The whole journey: one question a level, this period and the one before, and the indicators of each stage."""
    here, shape = scope.narrowed(journey=journey), model.journeys[journey]
    total, total_change = _total(con, here, before)
    measured = query.measure(con, METRIC, here, ("stage", "touchpoint"))
    by_stage = query.measure(con, METRIC, here, ("stage",))
    unlike = _unlike(con, here, before, ("stage", "touchpoint"))
    stages = _steps(
        by_stage, _before(con, here, before, ("stage",)), [(s.id,) for s in shape.stages], total,
        unlike={key[:1] for key in unlike},
    )  # fmt: skip
    gone = {step.key[0] for step in stages if step.estimate.state == "hidden"}
    pairs = [(stage.id, touchpoint.id) for stage in shape.stages for touchpoint in stage.touchpoints]
    steps = _steps(measured, _before(con, here, before, ("stage", "touchpoint")), pairs, total, gone, unlike)
    readings = beside.readings(con, here, model, journey)
    return View(
        journey,
        total,
        _NOTHING if unlike else total_change,
        tuple(replace(s, readings=tuple(r for r in readings if r.indicator.stage == s.key[0])) for s in stages),
        tuple(replace(s, readings=_of_touchpoint(readings, s.key[0], s.key[1])) for s in steps),
        by_stage,
        breaks.since(con, here, before, METRIC) if unlike else (),
        *_whole_and_parts(measured, total),
    )


def heatmap(
    con: Connection, scope: Scope, model: Model, journey: str, before: Period | None = None, by: str = "channel"
) -> Heat:
    """Stage × ``by``: score, base and change of each cell."""
    here, shape = scope.narrowed(journey=journey), model.journeys[journey]
    total, _ = _total(con, here, None)
    measured = query.measure(con, METRIC, here, ("stage", by))
    gone = {
        cell.key[0] for cell in query.measure(con, METRIC, here, ("stage",)).cells if cell.estimate.state == "hidden"
    }
    columns = tuple(stage.id for stage in shape.stages)
    rows = tuple(sorted({cell.key[1] for cell in measured.cells if cell.key[1] is not None and cell.key[0] in columns}))
    keys = [(stage, row) for stage in columns for row in rows]
    unlike = _unlike(con, here, before, ("stage", by))
    steps = _steps(measured, _before(con, here, before, ("stage", by)), keys, total, gone, unlike)
    return Heat(by, columns, rows, {(s.key[0], s.key[1]): s for s in steps}, total, measured)


def worst(steps: Iterable[Step]) -> Step | None:
    """The step with the lowest score; small bases only where there is nothing else."""
    shown = [step for step in steps if step.estimate.value is not None]
    sound = [step for step in shown if step.estimate.state == "ok"]
    return min(sound or shown, key=lambda step: step.estimate.value or 0.0, default=None)


def pains(heat: Heat, most: int = 3) -> tuple[Step, ...]:
    """Cells that hurt beyond noise, lowest first."""
    found = [step for step in heat.cells.values() if step.feeling == "pain"]
    return tuple(sorted(found, key=lambda step: step.estimate.value or 0.0)[:most])


def order(journey: Journey, stage: str) -> int:
    """A stage's place on its journey, from 0."""
    return [found.id for found in journey.stages].index(stage)


def _total(con: Connection, scope: Scope, before: Period | None) -> tuple[Estimate, Change]:
    now = query.measure(con, METRIC, scope).total
    if before is None:
        return now, _NOTHING
    return now, change(query.measure(con, METRIC, scope.between(before.start, before.end)).total, now)


def _before(con: Connection, scope: Scope, before: Period | None, by: tuple[str, ...]) -> Measured | None:
    return query.measure(con, METRIC, scope.between(before.start, before.end), by) if before else None


def _unlike(con: Connection, scope: Scope, before: Period | None, by: tuple[str, ...]) -> frozenset[breaks.Key]:
    return breaks.crossed(con, scope, before, by, METRIC) if before else frozenset()


def _steps(
    measured: Measured,
    before: Measured | None,
    keys: Iterable[tuple[str, ...]],
    total: Estimate,
    gone: Iterable[str] = (),
    unlike: Collection[breaks.Key] = (),
) -> list[Step]:
    """Steps in the order of ``keys``. Everything in a hidden stage is hidden: its parts would add up to it. What is
    ``unlike`` the period before is not compared with it."""
    gone, found = set(gone), measured.as_dict()
    estimates = {
        key: HIDDEN if key[0] in gone and found.get(key, EMPTY).state != "empty" else found.get(key, EMPTY)
        for key in keys
    }
    tests = {key: _against_rest(measured, total, estimate) for key, estimate in estimates.items()}
    tested = [key for key, test in tests.items() if test.p is not None]
    adjusted = dict(zip(tested, benjamini_hochberg([tests[key].p or 0.0 for key in tested]), strict=True))
    return [
        Step(
            key,
            estimate,
            change(before.of(*key), estimate) if before and key not in unlike else _NOTHING,
            tests[key],
            _feeling(estimate, tests[key], adjusted.get(key)),
            broken=key in unlike,
        )
        for key, estimate in estimates.items()
    ]


def _whole_and_parts(measured: Measured, total: Estimate) -> tuple[Estimate, Estimate]:
    """Ratings of the journey as a whole, which name neither stage nor touchpoint, and all others."""
    own = measured.of(None, None)
    if own.state == "empty" or total.value is None:
        return EMPTY, total
    return (own, HIDDEN) if own.value is None else (own, _rest(measured, total, own))


def _against_rest(measured: Measured, total: Estimate, step: Estimate) -> Change:
    if total.value is None or step.value is None:
        return _NOTHING
    return change(_rest(measured, total, step), step)


def _rest(measured: Measured, total: Estimate, step: Estimate) -> Estimate:
    others = rest(measured.metric, total, step, apart=False)  # whoever rated this step mostly rated others too
    return others.guarded(measured.scope.minimum_base, measured.scope.small_base)


def _feeling(estimate: Estimate, rest: Change, q: float | None) -> Feeling:
    if estimate.state == "empty":
        return "no_data"
    if q is None or rest.diff is None:
        return "too_few"
    if q >= 1 - CONFIDENCE or abs(rest.diff) < GAP:
        return "usual"
    return "delight" if rest.diff > 0 else "pain"


def _of_touchpoint(readings: tuple[Reading, ...], stage: str, touchpoint: str) -> tuple[Reading, ...]:
    return tuple(r for r in readings if r.indicator.stage == stage and r.indicator.touchpoint in (touchpoint, None, ""))


def _empty(key: tuple[str, ...]) -> Step:
    return Step(key, EMPTY, _NOTHING, _NOTHING, "no_data")
