"""What matters most: which touchpoints' satisfaction goes with the outcome, how sure that is, and what is refused.

Missing answers: each correlation is over those who gave both answers ("does not apply" and "not asked" are no answer,
and no guess is put in their place), so that importance is that for people who know the touchpoint; effects on
everyone's outcome count how many those are. With complete answers it is the ordinary analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cx.insight.drivers_shape import (
    ALIKE,
    INFLATED,
    LEAST,
    PAIR,
    PER_DRIVER,
    Driver,
    Outcome,
    Study,
    Watch,
)
from cx.insight.drivers_telling import Material, told
from cx.measure import drivers as measure
from cx.measure import drivers_draws
from cx.measure.drivers_draws import Draws
from cx.measure.scope import Scope
from cx.store import drivers as reader
from cx.store import query
from cx.store.drivers import Asked, Table
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SEED = 20260930
_BATCH = 40
_FEW_FAIL = 0.1


def outcomes(asked: Sequence[Asked]) -> tuple[Outcome, ...]:
    """What the questions of one survey can be explained: NPS first, then satisfaction as a whole, then yes or no."""
    found = [Outcome(q.id, kind, q.points) for q in asked if q.type == "nps" for kind in ("score", "nps")]  # type: ignore[arg-type]
    found += [Outcome(q.id, "satisfaction", q.points) for q in asked if q.type == "csat"]
    return (*found, *(Outcome(q.id, "share") for q in asked if q.type == "yes_no"))


def candidates(asked: Sequence[Asked], outcome: Outcome) -> tuple[Asked, ...]:
    """What could drive it: every rating, and satisfaction with a touchpoint; satisfaction as a whole is an outcome."""
    rated = [q for q in asked if q.type == "rating" or (q.type == "csat" and q.touchpoint)]
    return tuple(q for q in rated if q.id != outcome.question)


def able(asked: Sequence[Asked]) -> tuple[str, ...]:
    """The surveys that have an outcome and at least two drivers for it, those with most drivers first."""
    surveys: dict[str, int] = {}
    for survey in dict.fromkeys(q.survey for q in asked):
        own = [q for q in asked if q.survey == survey]
        most = max((len(candidates(own, outcome)) for outcome in outcomes(own)), default=0)
        if most >= 2:
            surveys[survey] = most
    return tuple(sorted(surveys, key=lambda survey: (-surveys[survey], survey)))


def study(
    con: Connection,
    scope: Scope,
    outcome: Outcome,
    offered: tuple[Asked, ...],
    draws: int = 200,
    watch: Watch = Watch(),  # noqa: B008  (frozen, and no part of the question)
) -> Study:
    """What of the questions ``offered`` drives ``outcome`` among the answers of a scope, which names one survey.

    Raises ``Refused``: too few answers or drivers, an outcome that
    never differs, drivers that cannot be told apart; its values ``one`` and ``other`` are question ids.
    """
    scope, older = _one_meaning(con, scope)
    table = reader.table(con, scope, tuple(q.id for q in offered), outcome.question)
    _enough(len(table.values), len(offered), LEAST)
    values, known = _counted(table, outcome)
    dealt = drivers_draws.packets(values, known)
    pooled, first = drivers_draws.pooled(dealt), _resampled(dealt, 0)
    kept, left_out = _comparable(pooled, offered)
    left_out += _contrary(pooled, first, offered, kept)
    _enough(len(values), len(kept), max(LEAST, PER_DRIVER * len(kept)))
    columns = [*kept, len(offered), len(offered) + 1]
    used = tuple(offered[place] for place in kept)
    _tell_apart(pooled.of(kept).correlations, used)
    whole = Material(
        table, values[:, columns], known[:, columns], pooled.of(columns), used, tuple(left_out), older, outcome, draws
    )
    return _drawn(whole, (batch.of(columns) for batch in _batches(dealt, first, draws)), watch)


def _resampled(dealt: measure.Moments, at: int, count: int = _BATCH) -> measure.Moments:
    """The draws from draw ``at`` on, of all columns: by the first ones is chosen what is left out of a study."""
    return drivers_draws.drawn(dealt, count, (_SEED, at))


def _batches(dealt: measure.Moments, first: measure.Moments, draws: int) -> Iterator[measure.Moments]:
    """All draws, the ``first`` ones as they were made."""
    yield first if draws >= _BATCH else _resampled(dealt, 0, draws)
    for at in range(_BATCH, draws, _BATCH):
        yield _resampled(dealt, at, min(_BATCH, draws - at))


def _one_meaning(con: Connection, scope: Scope) -> tuple[Scope, tuple[str, ...]]:
    """The scope narrowed to the latest major version answered, and the versions that this leaves out."""
    versions = query.contents(con, scope, ("survey_version",)).values["survey_version"]
    majors = {version: version.split(".")[0] for version in versions}
    if len(set(majors.values())) < 2:
        return scope, ()
    latest = max(majors.values(), key=lambda major: (int(major) if major.isdecimal() else -1, major))
    older = tuple(version for version in versions if majors[version] != latest)
    return scope.narrowed(survey_version=[v for v in versions if v not in older]), older


def _enough(n: int, drivers: int, needed: int) -> None:
    if drivers < 2:
        raise Refused(Problem("drivers_few", "", {"least": LEAST}))
    if n < needed:
        raise Refused(Problem("drivers_few_answers", "", {"n": n, "needed": needed, "drivers": drivers}))


def _counted(table: Table, outcome: Outcome) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.bool_]]:
    """The table with the outcome as it counts, and beside it what effects are told in."""
    import numpy as np

    score = table.values[:, -1].astype(np.int16)
    group = np.select([score >= 9, score <= 6], [100, -100], 0)
    if outcome.kind == "satisfaction":
        score = np.rint(100 + 400 * (score - 1.0) / ((outcome.points or 5) - 1)).astype(np.int16)
    shown = {"score": (score, group), "nps": (group, group), "share": (100 * score, 100 * score)}
    pair = shown.get(outcome.kind, (score, score))
    values = np.column_stack([table.values[:, :-1], *(column.astype(np.int16) for column in pair)])
    return values, np.column_stack([table.known, table.known[:, -1]])


def _comparable(found: measure.Moments, used: tuple[Asked, ...]) -> tuple[list[int], list[tuple[str, str]]]:
    """Places of the drivers that can be compared with every other one, and those left out with the reason."""
    import numpy as np

    p, same = len(used), ~np.isfinite(np.diagonal(found.correlations))
    if same[p]:
        raise Refused(Problem("drivers_no_difference"))
    reasons = {at: "few" if found.n[at, at] < LEAST else "constant" if same[at] else "" for at in range(p)}
    gone = [(used[at].id, reason) for at, reason in reasons.items() if reason]
    kept = [at for at, reason in reasons.items() if not reason]
    while len(kept) > 1:
        few = (found.n[np.ix_(kept, kept)] < PAIR).sum(axis=1)
        if not few.any():
            break
        worst = max(range(len(kept)), key=lambda at: (few[at], -found.n[kept[at], kept[at]]))
        gone.append((used[kept.pop(worst)].id, "pairs"))
    return kept, gone


def _contrary(
    found: measure.Moments, first: measure.Moments, used: tuple[Asked, ...], kept: list[int]
) -> list[tuple[str, str]]:
    """Take from ``kept`` drivers whose correlations contradict others', or do in many draws, because too few rated the
    same things: the one with most part in it, the more so the fewer rated it. Nothing where more than a third would
    have to go: then the study is refused."""
    import numpy as np

    r, rest, gone = found.correlations, list(kept), []
    while len(rest) > 2 and _unsettled(first, r[np.ix_(rest, rest)], rest, len(used)):
        blame = measure.blame(r[np.ix_(rest, rest)]) / np.array([found.n[at, at] for at in rest])
        gone.append((used[rest.pop(int(blame.argmax()))].id, "contrary"))
    if 3 * len(gone) >= len(kept):
        return []
    kept[:] = rest
    return gone


def _unsettled(first: measure.Moments, r: Any, rest: list[int], offered: int) -> bool:
    """Whether correlations contradict each other, in all answers or in more than a few of a first batch of draws. What
    is alike in all answers is another matter."""
    if measure.contradicting(r) or not measure.definite(r):
        return measure.contradicting(r)
    drawn = drivers_draws.solved(first.of([*rest, offered, offered + 1]), len(rest))
    return drawn.failed > _FEW_FAIL * _BATCH


def _tell_apart(r: Any, used: tuple[Asked, ...]) -> None:
    """Refuse drivers of which one follows from the others, and correlations that contradict each other."""
    p = len(used)
    of = r[:p, :p]
    if measure.definite(of) and measure.inflation(of).max() <= INFLATED:
        return
    one, other = measure.entangled(of)
    code = "drivers_alike" if abs(of[one, other]) > ALIKE else "drivers_follow"
    if measure.contradicting(of):
        code = "drivers_pairs"
    raise Refused(Problem(code, "", {"one": used[one].id, "other": used[other].id, "r": f"{of[one, other]:.2f}"}))


def _drawn(whole: Material, batches: Iterable[measure.Moments], watch: Watch) -> Study:
    p, made = len(whole.used), 0
    draws: Draws | None = None
    study: Study | None = None
    for batch in batches:
        more = drivers_draws.solved(batch, p)
        draws = more if draws is None else draws.also(more)
        made += len(batch.n)
        if len(draws) >= _BATCH // 2:
            watch.tell(study := told(whole, draws, made))
    if draws is None or draws.failed > 0.1 * made:
        one, other = measure.entangled(whole.r[:p, :p])
        raise Refused(Problem("drivers_pairs", "", {"one": whole.used[one].id, "other": whole.used[other].id}))
    return study or told(whole, draws, made)


def changed(driver: Driver, by: float) -> tuple[float, float, float]:
    """What the outcome of all respondents changes by (value, low, high) where satisfaction with it rises ``by``."""
    return by * driver.effect, by * driver.effect_low, by * driver.effect_high
