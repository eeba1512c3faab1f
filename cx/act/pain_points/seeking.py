"""What each source finds today: candidates for the register, computed by the rooms that show them on their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cx.act import alarms
from cx.act.pain_points import signalled
from cx.act.pain_points.shape import Candidate, Matter, Piece, Source
from cx.insight import crosscheck as xo
from cx.insight import drivers as driver_study
from cx.insight import journey as journeys
from cx.insight import voices as comments
from cx.insight.drivers_shape import Driver, Study
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Rights, Scope
from cx.measure.statistics import Estimate
from cx.store import drivers as answers
from cx.store import query
from cx.store import voices as texts
from cx.store.query import Connection, Measured
from cx.words import Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

_YEAR = dt.timedelta(days=366)
MOST = 8
"""Candidates of one source that are offered at once: a register with everything in it says nothing."""


@dataclass(frozen=True)
class Look:
    """Where and when to look: ``branch`` None is the whole bank; ``last`` is the last day with answers."""

    rights: Rights
    branch: str | None
    period: Period
    last: dt.date
    today: dt.date

    @property
    def scope(self) -> Scope:
        return Scope(self.rights, self.period.start, self.period.end).narrowed(branch=self.branch)

    @property
    def address(self) -> tuple[tuple[str, str], ...]:
        """The filters as an address says them."""
        here = (("branch", self.branch),) if self.branch else ()
        return (("period", self.period.token), *here)


def signals(con: Connection, look: Look, model: Model, budget: int | None = 12) -> tuple[Candidate, ...]:
    """Alarms for the worse that nobody has decided on, in the order of the signals page."""
    board = alarms.board(con, look.rights, model, budget, look.today)
    standing = [s for s in board.standing if not s.alarm.better and look.branch in (None, s.alarm.subject.branch)]
    found = [signalled.candidate(s.alarm, signalled.grade(s.alarm, board.view), model) for s in standing]
    return merged(found)[:MOST]


def merged(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate a matter, with all its evidence, in the order found."""
    by_matter: dict[tuple[str | None, str], Candidate] = {}
    for one in found:
        known = by_matter.get(one.matter.key)
        by_matter[one.matter.key] = one if known is None else replace(known, pieces=(*known.pieces, *one.pieces))
    return tuple(by_matter.values())


def journey(
    con: Connection, look: Look, model: Model, only: tuple[str, ...] | None = None
) -> tuple[Candidate, ...]:  # fmt: skip
    """Cells of stage × channel that hurt beyond noise, each by its worst touchpoint; then touchpoints that do. In all
    journeys, or ``only`` these."""
    found: dict[str, Candidate] = {}
    for name in model.journeys if only is None else only:
        here = look.scope.narrowed(journey=name)
        for cell in journeys.pains(journeys.heatmap(con, look.scope, model, name)):
            stage, channel = cell.key
            inside = query.measure(con, journeys.METRIC, here.narrowed(stage=stage, channel=channel), ("touchpoint",))
            worst = _lowest(inside, model, cell.estimate)
            if worst is not None:
                key = (("channel", channel), ("journey", name), ("stage", stage), ("touchpoint", worst))
                piece = _answered(con, look, "journey", key, (("journey", name), ("channel", channel)))
                found.setdefault(worst, _of(look, worst, piece))
        for step in journeys.cells(con, look.scope, model, name).touchpoints:
            if step.feeling == "pain" and step.key[1] not in found:
                key = (("journey", name), ("stage", step.key[0]), ("touchpoint", step.key[1]))
                found[step.key[1]] = _of(look, step.key[1], _answered(con, look, "journey", key, (("journey", name),)))
    return tuple(sorted(found.values(), key=lambda one: one.pieces[0].value or 0.0))[:MOST]


def drivers(con: Connection, look: Look, model: Model) -> tuple[Candidate, ...]:
    """Touchpoints to fix first: among the vital few of a survey and rated below its average. Twelve months of answers:
    one quarter is too few to tell drivers apart."""
    year = replace(look, period=_year(look.last))
    asked = answers.questions(con, Scope(look.rights).narrowed(branch=look.branch))
    found = []
    for survey in driver_study.able(asked):
        own = tuple(q for q in asked if q.survey == survey)
        outcome = driver_study.outcomes(own)[0]
        try:
            study = driver_study.study(
                con, year.scope.narrowed(survey_id=survey), outcome, driver_study.candidates(own, outcome)
            )
        except Refused:  # too few answers to say anything: the drivers page says why
            continue
        link = (("questionnaire", survey), ("outcome", outcome.key))
        for one in _fixes(study):
            if one.touchpoint is None or model.place_of(one.touchpoint) is None:
                continue
            key = (("question_id", one.question), ("survey_id", survey), ("touchpoint", one.touchpoint))
            piece = _answered(con, year, "drivers", key, link)
            more = (("weight", one.weight), ("sure", one.sure), ("effect", one.effect))
            found.append(_of(look, one.touchpoint, replace(piece, more=more)))
    return tuple(found[:MOST])


def crosscheck(con: Connection, look: Look, model: Model) -> tuple[Candidate, ...]:
    """Touchpoints where customers and indicators both hurt and were shown to go together: a piece of each side. One
    branch alone cannot be tested over branches: there, where both sides hurt."""
    cross = xo.check(con, look.scope, model, look.period.before, look.last, look.today)
    places = cross.confirmed or (cross.of("both") if look.branch else ())
    found = []
    for place in places:
        heard = _answered(
            con, look, "crosscheck", (("touchpoint", place.touchpoint),), (("touchpoint", place.touchpoint),)
        )
        shown = place.shown
        pieces = (
            (heard,)
            if shown is None
            else (heard, _figure(con, look, place.touchpoint, shown.indicator.id, shown.limit))
        )
        found.append(Candidate(Matter(look.branch, place.touchpoint), pieces))
    return tuple(found[:MOST])


def voices(con: Connection, look: Look, model: Model) -> tuple[Candidate, ...]:
    """Themes that came up beyond noise or pull the score down most, and words of risk. None without comments read, or
    without the right to them."""
    if not look.rights.comments:
        return ()
    found = comments.overview(con, replace(look.scope, nps_kind="transactional"), look.period.before)
    risen = [theme for theme in found.themes if theme.moved.verdict == "up"]
    worst = [found.worst] if found.worst is not None else []
    kept = {theme.id: theme for theme in (*risen, *worst)}
    made = []
    for theme in kept.values():
        touchpoint = model.playbook.place_of(theme.id)
        piece = _said(look, "theme", theme.share, (("theme", (theme.id,)),), (("view", "themes"), ("theme", theme.id)))
        more = (("nps", theme.nps.value), ("moved", theme.moved.diff))
        piece = replace(piece, more=tuple((name, value) for name, value in more if value is not None))
        made.append(Candidate(Matter(look.branch, touchpoint, f"theme:{theme.id}"), (piece,)))
    for risk, n in texts.named(con, look.scope, "risks").items():
        if n >= look.scope.minimum_base:
            count = Estimate(float(n), None, None, n)
            piece = _said(look, "risk", count, (("risk", (risk,)),), (("view", "alerts"), ("risk", risk)))
            made.append(Candidate(Matter(look.branch, None, f"risk:{risk}"), (piece,)))
    return tuple(made[:MOST])


def _of(look: Look, touchpoint: str, *pieces: Piece) -> Candidate:
    return Candidate(Matter(look.branch, touchpoint), pieces)


def _answered(
    con: Connection, look: Look, source: Source, where: tuple[tuple[str, str], ...], link: tuple[tuple[str, str], ...]
) -> Piece:
    """Satisfaction in the place ``where``, with the question behind it."""
    scope = look.scope.narrowed(**dict(where))
    measured = query.measure(con, journeys.METRIC, scope)
    e = measured.total
    return Piece(
        source, "survey", journeys.METRIC, e.value, e.low, e.high, e.base, where=scope.where, start=scope.start,
        end=scope.end, sql=measured.sql, parameters=_plain(measured), page=source, query=(*look.address, *link),
    )  # fmt: skip


def _figure(con: Connection, look: Look, touchpoint: str, indicator: str, limit: float | None) -> Piece:
    scope = look.scope.narrowed(indicator=indicator)
    measured = query.measure(con, "indicator", scope)
    e = measured.total
    return Piece(
        "crosscheck", "indicator", "indicator", e.value, e.low, e.high, e.n, limit, scope.where, start=scope.start,
        end=scope.end, sql=measured.sql, parameters=_plain(measured), page="crosscheck",
        query=(*look.address, ("touchpoint", touchpoint)),
    )  # fmt: skip


def _said(
    look: Look, figure: str, e: Estimate, where: tuple[tuple[str, tuple[str, ...]], ...],
    link: tuple[tuple[str, str], ...],
) -> Piece:  # fmt: skip
    kind = "transactional" if figure == "theme" else None
    asked = () if kind is None else (("kind", kind),)
    return Piece(
        "voices", "survey", figure, e.value, e.low, e.high, e.n, where=(*look.scope.where, *where), nps_kind=kind,
        start=look.period.start, end=look.period.end, page="voices", query=(*look.address, *asked, *link),
    )  # fmt: skip


def _plain(measured: Measured) -> tuple[str, ...]:
    return tuple(str(value) for value in measured.parameters)


def _lowest(measured: Measured, model: Model, whole: Estimate) -> str | None:
    """The touchpoint of a cell with the lowest score shown; None where it is above the cell's: what hurts is hidden."""
    known = [c for c in measured.cells if c.estimate.value is not None and model.place_of(str(c.key[0]))]
    sound = [c for c in known if c.estimate.state == "ok"] or known
    worst = min(sound, key=lambda c: c.estimate.value or 0.0, default=None)
    if worst is None or (worst.estimate.value or 0.0) > (whole.value or 0.0):
        return None
    return str(worst.key[0])


def _fixes(study: Study) -> Iterator[Driver]:
    if study.noise:
        return
    rated = [one.mean.value for one in study.drivers if one.mean.value is not None]
    for one in study.few:
        if one.alone > 0 and one.mean.value is not None and one.mean.value < sum(rated) / len(rated):
            yield one


def _year(last: dt.date) -> Period:
    return periods.between(last - _YEAR + dt.timedelta(days=1), last)
