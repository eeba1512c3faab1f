"""What is asked of the drivers page, and the study with progress and a stop button."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

from components import filters, session
from components.drivers import words
from components.drivers.words import Names
from components.page import Context
from cx.insight import drivers
from cx.insight.drivers_shape import DRAWS, Outcome, Study, Watch
from cx.measure.scope import Scope
from cx.store import drivers as reader
from cx.store.drivers import Asked
from cx.words import Problem, Refused

_KEPT, _STOPPED = "drivers_kept", "drivers_stopped"
_PATIENCE = 0.4  # seconds before progress is worth showing


@dataclass(frozen=True)
class Asking:
    """What the page is about: scope of one survey, outcome, names, and every driver that could be taken."""

    scope: Scope
    outcome: Outcome
    names: Names
    offered: tuple[Asked, ...]


def choose(ctx: Context) -> Asking | None:
    """Draw the filters; None where no survey has an outcome and drivers."""
    everything = ctx.ask(reader.questions, Scope(ctx.rights))
    surveys = drivers.able(everything)
    if not surveys:
        return None
    survey = filters.chosen_of("questionnaire", surveys)
    asked = tuple(q for q in everything if q.survey == survey)
    named = words.names(ctx, survey, asked)
    outcomes = {outcome.key: outcome for outcome in drivers.outcomes(asked)}
    chosen = filters.choose(
        ctx,
        extra=(
            ("questionnaire", surveys, lambda id: words.survey(ctx, id)),
            ("outcome", tuple(outcomes), lambda key: named.option(outcomes[key])),
        ),
        row=("branch", "channel"),
        more=("region", "business_line", "segment", "product"),
        within=Scope(ctx.rights).narrowed(survey_id=survey),
    )
    if chosen is None:
        return None
    outcome = outcomes[filters.chosen_of("outcome", tuple(outcomes))]
    return Asking(chosen.scope, outcome, named, drivers.candidates(asked, outcome))


def without(asking: Asking) -> tuple[str, ...]:
    """Drivers that the address leaves out."""
    left = st.query_params.get("without", "").split(",")
    return tuple(q.id for q in asking.offered if q.id in left)


def whole() -> dict[str, str]:
    """The address of the same question over all time."""
    return {**st.query_params.to_dict(), "period": "all"}


def settings(ctx: Context, asking: Asking) -> None:
    """What to leave out, and how often to resample."""
    t, key = ctx.t, "drivers_without"
    session.put(key, list(without(asking)))

    def moved() -> None:
        now = session.get(key, [])
        if now:
            st.query_params["without"] = ",".join(now)
        else:
            st.query_params.pop("without", None)

    st.multiselect(
        t("drivers.without"), [q.id for q in asking.offered], format_func=asking.names.of.__getitem__, key=key,
        on_change=moved, placeholder=t("drivers.without_none"),
    )  # fmt: skip
    filters.select("draws", _draws(), lambda n: t("drivers.draws_option", n=t.number(int(n))), t("drivers.draws"),
                   titled=True, width=220)  # fmt: skip


def found(ctx: Context, asking: Asking) -> Study:
    """The study: with progress and a way to stop where it takes long, then with what is known by then.

    Raises ``Refused`` with questions named as the page names them.
    """
    draws = int(filters.chosen_of("draws", _draws()))
    left = without(asking)
    question = (asking.scope, asking.outcome, tuple(q for q in asking.offered if q.id not in left), draws)
    kept, key = session.get(_KEPT, None), (question, ctx.bench.database.version)
    if kept is not None and kept[0] == key and session.get(_STOPPED, None) == key:
        return kept[1]  # type: ignore[no-any-return]
    session.drop(_STOPPED)
    try:
        return _watched(ctx, question, key)
    except Refused as refused:
        raise Refused(*(_named(problem, asking.names) for problem in refused.problems)) from None


def _watched(ctx: Context, question: tuple[Scope, Outcome, tuple[Asked, ...], int], key: object) -> Study:
    t, place, began = ctx.t, st.empty(), time.monotonic()
    bar = None

    def tell(study: Study) -> None:
        nonlocal bar
        session.put(_KEPT, (key, study))
        if time.monotonic() - began < _PATIENCE:
            return
        share, said = (
            study.draws / study.wanted,
            t("drivers.progress", done=t.number(study.draws), wanted=t.number(study.wanted)),
        )
        if bar is None:
            with place.container():
                bar = st.progress(share, said)
                st.button(t("drivers.stop"), key="drivers_stop", icon=":material/stop:", on_click=session.put,
                          args=(_STOPPED, key))  # fmt: skip
        bar.progress(share, said)

    with st.spinner(t("drivers.working")):
        study = ctx.ask(drivers.study, *question, watch=Watch(tell))
    session.drop(_KEPT)
    place.empty()
    return study


def go_on() -> None:
    """Forget that the study was stopped."""
    session.drop(_STOPPED)


def _draws() -> tuple[str, ...]:
    return tuple(str(count) for count in DRAWS)


def _named(problem: Problem, names: Names) -> Problem:
    return replace(problem, values={k: names.of.get(str(v), str(v)) if k in ("one", "other") else v
                                    for k, v in problem.values.items()})  # fmt: skip
