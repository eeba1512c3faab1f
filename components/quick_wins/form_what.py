"""What a quick win is about: touchpoint, pilot branches, metric with its current value, target."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import streamlit as st

from components import session
from components.quick_wins import staff
from components.quick_wins.form_base import Form, draft
from cx.act import quick_wins, telling, verification
from cx.act.charter import NPS_KINDS, Charter
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query

WEEKS_SHOWN = 12
_METRICS = ("satisfaction", "csat", "top2", "ces", *(f"nps:{kind}" for kind in NPS_KINDS))


def ask(form: Form) -> dict[str, Any]:
    """Touchpoint, pilots, metric and target."""
    t, model = form.t, form.ctx.model
    points = [
        point.id for journey in model.journeys.values() for stage in journey.stages for point in stage.touchpoints
    ]
    wanted = form.was("touchpoint", st.query_params.get("touchpoint", ""))
    touchpoint = form.field(
        "touchpoint", st.selectbox, t("quick_win.touchpoint"), options=points, placeholder=t("quick_win.choose"),
        index=points.index(wanted) if wanted in points else None, format_func=lambda point: _place(form, point),
    )  # fmt: skip
    own = form.ctx.rights.branches
    branches = [branch for branch in model.branches if own is None or branch in own]
    wanted_pilots = tuple(st.query_params.get_all("pilot"))
    pilots = form.field(
        "pilots", st.multiselect, t("quick_win.pilots"), options=branches, placeholder=t("quick_win.choose"),
        default=[branch for branch in form.was("pilots", wanted_pilots) if branch in branches],
        help=t("quick_win.pilots_help"),
        format_func=lambda branch: model.label("branch", branch, t),
    )  # fmt: skip
    _lot(form, branches)
    survey = _survey(form, touchpoint)
    metric = _metric(form, touchpoint, tuple(pilots), survey)
    return {"touchpoint": touchpoint or "", "pilots": tuple(pilots), "survey": survey, **metric}


def _lot(form: Form, branches: list[str]) -> None:
    """The offer to draw pilots by lot, once touchpoint and metric are chosen."""
    drawn = session.get(form.named("lot"), "")
    if len(branches) >= quick_wins.FEWEST:
        st.button(
            form.t("quick_win.draw"), key=form.named("draw"), icon=":material/casino:", on_click=_draw, args=(form,),
            help=form.t("quick_win.draw_help"),
        )  # fmt: skip
    if drawn:
        st.caption(drawn)


def _draw(form: Form) -> None:
    ctx, touchpoint = form.ctx, session.get(form.named("touchpoint"), None)
    option = session.get(form.named(f"metric_{touchpoint}"), "")
    if not touchpoint or not option or option.startswith("staff:"):
        session.put(form.named("lot"), form.t("quick_win.draw_first"))
        return
    asked = draft(touchpoint=touchpoint, **meant(option))
    last = ctx.ask(query.contents, Scope(ctx.rights), (), "responses").last or form.today
    found = ctx.ask(quick_wins.drawn, asked, ctx.rights, last, tuple(ctx.model.branches))
    if found:
        session.put(form.named("pilots"), list(found))
    session.put(form.named("lot"), form.t("quick_win.drawn" if found else "quick_win.drawn_none", n=len(found)))


def _survey(form: Form, touchpoint: str | None) -> str | None:
    """One survey only, where several ask about the touchpoint."""
    here = Scope(form.ctx.rights).narrowed(touchpoint=touchpoint)
    found = form.ctx.ask(query.contents, here, ("survey_id",), "satisfaction").values["survey_id"] if touchpoint else ()
    old = form.was("survey", None)
    options = ["", *found] + ([old] if old and old not in found else [])
    if len(options) < 3 and not old:
        return None
    chosen = form.field(
        "survey", st.selectbox, form.t("quick_win.survey"), options=options, index=options.index(old or ""),
        format_func=lambda survey: survey or form.t("quick_win.survey_any"), key=f"survey_{touchpoint}",
    )  # fmt: skip
    return chosen or None


def _place(form: Form, touchpoint: str) -> str:
    place = form.ctx.model.place_of(touchpoint)
    names = list(zip(("journey", "stage"), place or (), strict=False)) + [("touchpoint", touchpoint)]
    return " › ".join(form.ctx.model.label(dimension, value, form.t) for dimension, value in names)


def _metric(form: Form, touchpoint: str | None, pilots: tuple[str, ...], survey: str | None) -> dict[str, Any]:
    t = form.t
    asked_staff = staff.options(form.ctx)
    known = {option: meant(option) for option in options_near(form, touchpoint)} | asked_staff
    options, here = list(known), {"touchpoint": touchpoint or "", "survey": survey}
    now = {option: _now(form, here | known[option], pilots) for option in options} if touchpoint else {}
    old = _old(form.old)
    with_data = [option for option in options if option in now and now[option].n]
    key = f"metric_{touchpoint}"
    chosen = session.get(form.named("metric_kept"), old or st.query_params.get("metric", ""))
    kept = session.get(f"qw_{form.key}_{key}", chosen)
    # Said at every drawing: the options carry their current values, and with other options the choice would be lost.
    session.put(f"qw_{form.key}_{key}", kept if kept in options else (with_data or options)[0])
    option = form.field(
        "metric", st.selectbox, t("quick_win.metric"), options=options, key=key,
        format_func=lambda option: _labelled(form, known[option], now.get(option)),
    )  # fmt: skip
    if option != (with_data or options)[0]:  # somebody's choice, kept when the touchpoint changes
        session.put(form.named("metric_kept"), option)
    else:
        session.drop(form.named("metric_kept"))
    about = draft(**known[option])
    if option in now and pilots:
        text = telling.estimate(t, about, now[option], form.ctx.model)
        st.caption(t("quick_win.now", weeks=WEEKS_SHOWN, now=text))
        if now[option].state in ("small", "hidden"):
            st.caption(f":material/info: {t('quick_win.now_small')}")
    else:
        st.caption(t("quick_win.now_first"))
    if about.voice == "staff":
        st.caption(t("quick_win.staff_note"))
    return known[option] | {"target": _target(form, about), "least": _least(form, about)}


def meant(option: str) -> dict[str, Any]:
    """What an option of the list says of a charter."""
    metric, _, kind = option.partition(":")
    return {"metric": metric, "nps_kind": kind or None}


def _old(charter: Charter | None) -> str | None:
    """The option that a charter stands for."""
    if charter is None:
        return None
    if charter.voice == "staff":
        return f"staff:{charter.survey}:{charter.question}"
    return f"nps:{charter.nps_kind}" if charter.metric == "nps" else charter.metric


def options_near(form: Form, touchpoint: str | None) -> list[str]:
    """Survey metrics, and the indicators of the touchpoint."""
    place = form.ctx.model.place_of(touchpoint) if touchpoint else None
    near = [
        known.id
        for known in form.ctx.model.indicators.values()
        if not known.computed  # verified by uploaded values only
        and (known.touchpoint == touchpoint or (not known.touchpoint and place == (known.journey, known.stage)))
    ]
    old = [form.old.indicator] if form.old and form.old.indicator and form.old.indicator not in near else []
    return [*_METRICS, *near, *old]


def _now(form: Form, meant: dict[str, Any], pilots: tuple[str, ...]) -> Estimate:
    ctx = form.ctx
    voice = meant.get("voice", "customer")
    last = ctx.ask(query.contents, Scope(ctx.rights, voice=voice), (), "responses").last or form.today
    branches = pilots or tuple(sorted(ctx.rights.branches or ctx.model.branches))
    asked = draft(**meant | {"pilots": branches})
    first = last - dt.timedelta(weeks=WEEKS_SHOWN) + dt.timedelta(days=1)
    return ctx.ask(verification.ask, asked, ctx.rights, first, last).estimate


def _labelled(form: Form, meant: dict[str, Any], now: Estimate | None) -> str:
    plain = draft(**meant)
    name = telling.metric(form.t, plain, form.ctx.model)
    if now is None:
        return name
    value = telling.value(form.t, plain, now.value, form.ctx.model)
    return f"{name} · {form.t('quick_win.point', value=value, n=form.t.number(now.n))}"


def _target(form: Form, plain: Charter) -> float:
    t, share = form.t, telling.is_share(plain)
    if plain.indicator:
        unit = form.ctx.model.unit(plain.indicator, t)
    else:
        unit = t(
            f"quick_win.unit_{ {'points': 'points', 'share': 'percent', 'mean': 'mean'}[METRICS[plain.metric].unit] }"
        )
    same = form.old is not None and (form.old.metric, form.old.question) == (plain.metric, plain.question)
    before = form.was("target", None) if same else None
    value = form.field(
        "target", st.number_input, t("quick_win.target_unit", unit=unit) if unit else t("quick_win.target"),
        value=None if before is None else float(before * (100 if share else 1)),
        key=f"target_{plain.question or plain.metric}",
    )  # fmt: skip
    return math.nan if value is None else value / 100 if share else float(value)


def _least(form: Form, about: Charter) -> float:
    share = telling.is_share(about)
    same = form.old is not None and (form.old.metric, form.old.question) == (about.metric, about.question)
    before = form.was("least", 0.0) if same else 0.0
    value = form.field(
        "least", st.number_input, form.t("quick_win.least"), value=float(before * (100 if share else 1)), min_value=0.0,
        help=form.t("quick_win.least_help"), key=f"least_{about.question or about.metric}",
    )  # fmt: skip
    return float(value or 0.0) / (100 if share else 1)
