"""The form of a quick win: the current value stands by the metric, problems by their fields, nothing is lost."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import streamlit as st

from components import page, quick_win_board, quick_win_staff, session
from components.markdown import plain
from components.page import Context
from cx.act import charter_checks, quick_wins, telling, verification
from cx.act.charter import NPS_KINDS, Charter
from cx.act.quick_wins import QuickWin
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.words import Label, Refused

WEEKS_SHOWN = 12
_METRICS = ("satisfaction", "csat", "top2", "ces", *(f"nps:{kind}" for kind in NPS_KINDS))
_TRIED = "quick_win_tried"


class Form:
    """One drawing of the form: ``old`` is the charter being changed, ``slots`` the places for problems by field."""

    def __init__(self, ctx: Context, win: QuickWin | None, today: dt.date) -> None:
        self.ctx, self.t, self.today = ctx, ctx.t, today
        self.old = win.charter if win else None
        self.key = win.id if win else "new"
        self.slots: dict[str, Any] = {}

    def field(self, name: str, kind: Any, label: str, **more: Any) -> Any:
        """A widget and, below it, the place for its problem."""
        value = kind(label, key=f"qw_{self.key}_{more.pop('key', name)}", **more)
        self.slots[name] = st.empty()
        return value

    def was(self, name: str, default: Any) -> Any:
        """The field's value in the charter being changed."""
        return getattr(self.old, name) if self.old else default

    def text(self, name: str, kind: Any, default: str = "", **more: Any) -> Label:
        """A field of the author's own words; words of several languages stay as they are where nobody rewrote them."""
        was = self.was(name, default)
        shown = self.t.pick(was)
        said = str(self.field(name, kind, self.t(f"quick_win.{name}"), value=shown, **more)).strip()
        return said if said != shown else was


def show(ctx: Context, win: QuickWin | None, today: dt.date) -> None:
    """Draw, check, save."""
    t, form = ctx.t, Form(ctx, win, today)
    if win is None:
        quick_win_board.back(ctx)
    st.header(t("quick_win.form_edit" if win else "quick_win.form_title"), anchor=False)
    with st.container(border=True):
        found = _what(form)
    with st.container(border=True):
        found |= _who(form)
    charter = Charter(**found)
    saving = st.button(t("quick_win.save"), type="primary", icon=":material/save:", key="quick_win_save")
    if saving:
        session.put(_TRIED, form.key)
    wrong = charter_checks.problems(charter, ctx.model) if session.get(_TRIED, "") == form.key else ()
    for problem in wrong:
        place = form.slots.get(problem.where, form.slots["metric"])
        between = " " if t.lang == "en" else ""
        place.markdown(f":red[:material/error: {plain(problem.what(t))}{between}{plain(problem.cure(t))}]")
    if saving and not wrong:
        _save(form, win, charter)


def _what(form: Form) -> dict[str, Any]:
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
    survey = _survey(form, touchpoint)
    metric = _metric(form, touchpoint, tuple(pilots), survey)
    return {"touchpoint": touchpoint or "", "pilots": tuple(pilots), "survey": survey, **metric}


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
    staff = quick_win_staff.options(form.ctx)
    meant = {option: _meant(option) for option in _options(form, touchpoint)} | staff
    options, here = list(meant), {"touchpoint": touchpoint or "", "survey": survey}
    now = {option: _now(form, here | meant[option], pilots) for option in options} if touchpoint else {}
    old = _old(form.old)
    with_data = [option for option in options if option in now and now[option].n]
    key = f"metric_{touchpoint}"
    kept = session.get(f"qw_{form.key}_{key}", old or st.query_params.get("metric", ""))
    # Said at every drawing: the options carry their current values, and with other options the choice would be lost.
    session.put(f"qw_{form.key}_{key}", kept if kept in options else (with_data or options)[0])
    option = form.field(
        "metric", st.selectbox, t("quick_win.metric"), options=options, key=key,
        format_func=lambda option: _labelled(form, meant[option], now.get(option)),
    )  # fmt: skip
    plain = _draft(**meant[option])
    if option in now and pilots:
        text = telling.estimate(t, plain, now[option], form.ctx.model)
        st.caption(t("quick_win.now", weeks=WEEKS_SHOWN, now=text))
        if now[option].state in ("small", "hidden"):
            st.caption(f":material/info: {t('quick_win.now_small')}")
    else:
        st.caption(t("quick_win.now_first"))
    if plain.voice == "staff":
        st.caption(t("quick_win.staff_note"))
    return meant[option] | {"target": _target(form, plain)}


def _meant(option: str) -> dict[str, Any]:
    metric, _, kind = option.partition(":")
    return {"metric": metric, "nps_kind": kind or None}


def _old(charter: Charter | None) -> str | None:
    """The option that a charter stands for."""
    if charter is None:
        return None
    if charter.voice == "staff":
        return f"staff:{charter.survey}:{charter.question}"
    return f"nps:{charter.nps_kind}" if charter.metric == "nps" else charter.metric


def _options(form: Form, touchpoint: str | None) -> list[str]:
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
    asked = _draft(**meant | {"pilots": branches})
    first = last - dt.timedelta(weeks=WEEKS_SHOWN) + dt.timedelta(days=1)
    return ctx.ask(verification.ask, asked, ctx.rights, first, last).estimate


def _draft(**known: Any) -> Charter:
    empty = {"title": "", "hypothesis": "", "touchpoint": "", "target": 0.0, "owner": "", "pilots": ()}
    return Charter(**empty | {"start": dt.date.min, "end": dt.date.max} | known)


def _labelled(form: Form, meant: dict[str, Any], now: Estimate | None) -> str:
    plain = _draft(**meant)
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


def _who(form: Form) -> dict[str, Any]:
    t = form.t
    found: dict[str, Any] = {
        "title": form.text("title", st.text_input, max_chars=80, placeholder=t("quick_win.title_hint")),
        "hypothesis": form.text(
            "hypothesis", st.text_area, max_chars=1000, placeholder=t("quick_win.hypothesis_hint"), height=90
        ),
    }
    left, middle, right = st.columns(3, gap="medium")
    with left:
        found["owner"] = form.text("owner", st.text_input, form.ctx.user.display, max_chars=60)
        found["cost"] = float(
            form.field("cost", st.number_input, t("quick_win.cost"), value=float(form.was("cost", 0.0)), min_value=0.0)
        )
    with middle:
        found |= _when(form)
    with right:
        for name in ("impact", "effort"):
            found[name] = form.field(
                name, st.slider, t(f"quick_win.{name}"), min_value=1, max_value=5, value=form.was(name, 3)
            )
    return found


def _when(form: Form) -> dict[str, Any]:
    t = form.t
    start = form.field(
        "start", st.date_input, t("quick_win.start"), value=form.was("start", form.today), format="YYYY-MM-DD"
    )
    usual = form.old.length.days // 7 if form.old else WEEKS_SHOWN
    weeks = form.field(
        "end", st.slider, t("quick_win.weeks"), min_value=1, max_value=16, value=min(16, max(1, usual)), key="weeks"
    )
    end = start + dt.timedelta(weeks=weeks) - dt.timedelta(days=1)
    st.caption(t("quick_win.ends", day=t.date(end)))
    return {"start": start, "end": end}


def _save(form: Form, win: QuickWin | None, charter: Charter) -> None:
    ctx = form.ctx
    by: dict[str, Any] = {"rights": ctx.rights, "model": ctx.model}
    try:
        if win is None:
            key = quick_wins.propose(ctx.bench.database, ctx.user.name, charter, **by)
        else:
            key = win.id
            quick_wins.revise(ctx.bench.database, key, ctx.user.name, charter, **by)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.drop(_TRIED)
    session.put("quick_win_told", ctx.t("quick_win.saved"))
    quick_win_board.go(win=key)
    st.rerun()
