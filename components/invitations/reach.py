"""How far asking reached: the answer in a sentence, the funnel by channel, the waves, and links without a token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from html import escape
from typing import Concatenate, ParamSpec, TypeVar

import duckdb
import streamlit as st

from components import cards, page
from components.markdown import plain
from components.page import Context
from cx.collect import invitations, reach
from cx.collect.invitations import Wave
from cx.collect.reach import STEPS, Funnel
from cx.survey.schema import Survey
from cx.words import Refused, Translator
from cx.words.apart import apart

P = ParamSpec("P")
R = TypeVar("R")
PERIOD = 30
_STYLE = """<style>
.cx-funnel { display: grid; grid-template-columns: minmax(5em, max-content) 1fr; gap: .3rem .9rem; align-items: center;
  margin: .4rem 0 1.2rem; font-size: .95rem; }
.cx-funnel i { font-style: normal; color: #5C676B; }
.cx-funnel div { display: flex; align-items: center; gap: .7rem; min-width: 0; }
.cx-funnel b { background: #0E6B66; height: 1.35rem; border-radius: 3px; flex: none; min-width: 2px; max-width: 55%; }
.cx-funnel b.before { background: #CFCABD; }
.cx-funnel small { color: #5C676B; font-size: .86rem; }
</style>"""


def headline(ctx: Context) -> None:
    """The answer first: of those invited, how many answered."""
    t = ctx.t
    total = _sum(_now(ctx, reach.invited))
    if not total.counts["invited"]:
        st.html(f'<div class="cx-say">{escape(t("invitations.nobody_yet"))}</div>')
        return
    rates = {step: _rate(total, step, "invited", t) for step in ("opened", "completed")}
    said = t("invitations.headline", invited=t.number(total.counts["invited"]), **rates)
    st.html(f'<div class="cx-say">{escape(said)}</div>')


def show(ctx: Context, surveys: Mapping[str, Survey]) -> None:
    """Personal links, then links without a token."""
    t = ctx.t
    found = _now(ctx, invitations.waves)
    st.html(_STYLE)
    if found:
        _personal(ctx, found)
        _waves(ctx, found, surveys)
    if surveys:
        st.header(t("invitations.open_title"), anchor=False)
        _open(ctx, surveys)


def _now(ctx: Context, fn: Callable[Concatenate[duckdb.DuckDBPyConnection, P], R], *args: P.args, **kw: P.kwargs) -> R:
    """An answer as of now: links are opened all the time, and that alone makes no screen's cache stale."""
    ctx.bench.reach.flush()
    with ctx.bench.database.cursor() as con:
        return fn(con, *args, **kw)


def _personal(ctx: Context, found: tuple[Wave, ...]) -> None:
    t = ctx.t
    names = apart({wave.wave_id: wave.name for wave in found})
    chosen = st.selectbox(
        t("invitations.wave"), [None, *names], key="inv_reach_wave",
        format_func=lambda id: t("invitations.all_waves") if id is None else names[id],
    )  # fmt: skip
    channels = _now(ctx, reach.invited, None, chosen)
    if len(channels) > 1:
        st.html(f"<b>{escape(t('invitations.all_channels'))}</b>{_bars(_sum(channels), t)}")
    places = st.columns(2) if len(channels) > 1 else [st.container()]
    for at, funnel in enumerate(channels):
        places[at % len(places)].html(f"<b>{escape(_of_channel(ctx, funnel.channel))}</b>{_bars(funnel, t)}")
    st.caption(t("invitations.funnel_about"))


def _bars(funnel: Funnel, t: Translator) -> str:
    """The steps as bars, each with its count and its share of the step it is measured by."""
    most = max(1, funnel.counts["listed"])
    lines = []
    for step in STEPS:
        count = funnel.counts[step]
        of = "listed" if step in ("eligible", "invited") else "invited"
        rate = "" if step == "listed" or not funnel.counts[of] else _rate(funnel, step, of, t, step in STEPS[3:])
        note = t(f"invitations.share_of_{of}", rate=rate) if rate else ""
        before = ' class="before"' if step in ("listed", "eligible") else ""
        lines.append(
            f"<i>{escape(t(f'invitations.step_{step}'))}</i><div><b{before} style='width:{55 * count / most:.2f}%'></b>"
            f"<span>{escape(t.number(count))}</span><small>{escape(note)}</small></div>"
        )
    if funnel.partial > 0:
        note = t("invitations.partial", n=t.number(funnel.partial))
        lines.append(f"<i></i><div><small>{escape(note)}</small></div>")
    return f'<div class="cx-funnel">{"".join(lines)}</div>'


def _waves(ctx: Context, found: tuple[Wave, ...], surveys: Mapping[str, Survey]) -> None:
    t, today = ctx.t, dt.date.today()
    rows = [
        {
            t("invitations.name"): wave.name,
            t("invitations.survey"): t.pick(surveys[wave.survey_id].title, wave.survey_id)
            if wave.survey_id in surveys
            else wave.survey_id,
            **{
                t(f"invitations.step_{step}"): count
                for step, count in (("invited", wave.invited), *wave.events.items())
            },
            t("invitations.left_out"): sum(wave.left.values()),
            t("invitations.last_day"): t.date(wave.last_day),
            t("invitations.state"): t(f"invitations.state_{wave.state(today)}"),
            t("invitations.by"): ctx.bench.accounts.display(wave.created_by),
            t("invitations.left_why"): _left(wave, t),
        }
        for wave in found
    ]
    cards.table(rows, "inv_waves", t("invitations.waves_about"))
    living = {wave.wave_id: wave for wave in found if wave.state(today) == "open"}
    if living:
        with st.popover(t("invitations.revoke"), icon=":material/link_off:"):
            _revoke(ctx, living)


def _revoke(ctx: Context, living: Mapping[str, Wave]) -> None:
    t = ctx.t
    chosen = st.selectbox(
        t("invitations.wave"), list(living), key="inv_revoke",
        format_func=apart({id: wave.name for id, wave in living.items()}).__getitem__,
    )  # fmt: skip
    wave = living[chosen]
    st.caption(t("invitations.revoke_about", n=t.number(wave.invited - wave.events["completed"])))
    if st.button(t("invitations.revoke_sure", name=plain(wave.name)), type="primary", key="inv_revoke_sure"):
        try:
            invitations.revoke(ctx.bench.database, chosen, ctx.user.name)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        st.rerun()


def _open(ctx: Context, surveys: Mapping[str, Survey]) -> None:
    """Links, QR codes, kiosks and staff tablets: counted by the day, nobody followed."""
    t = ctx.t
    id = st.selectbox(
        t("invitations.survey"), list(surveys), key="inv_open_survey",
        format_func=apart({id: t.pick(survey.title) for id, survey in surveys.items()}).__getitem__,
    )  # fmt: skip
    since = dt.date.today() - dt.timedelta(days=PERIOD)
    found = _now(ctx, reach.open_links, id, since)
    if not found:
        st.caption(t("invitations.open_none", days=PERIOD))
    else:
        rows = [
            {
                t("invitations.way"): ctx.model.label("mode", way, t),
                t("invitations.channel"): _channel(ctx, funnel.channel),
                t("invitations.step_opened"): t.number(funnel.counts["opened"]) if funnel.counts["opened"] else "–",
                t("invitations.step_started"): t.number(funnel.counts["started"]),
                t("invitations.step_completed"): t.number(funnel.counts["completed"]),
                t("invitations.completed_of_opened"): _rate(funnel, "completed", "opened", t) or "–",
                t("invitations.completed_of_started"): _rate(funnel, "completed", "started", t) or "–",
            }
            for way, funnel in found
        ]
        cards.words_table(rows, t("invitations.open_about", days=PERIOD))
    if kept := _now(ctx, reach.partials, id):
        st.caption(t("invitations.open_partials", n=t.number(kept)))
    st.caption(t("invitations.open_about", days=PERIOD))


def _rate(funnel: Funnel, step: str, of: str, t: Translator, interval: bool = True) -> str:
    found = funnel.rate(step, of)
    if found.value is None or found.plus_minus is None:
        return ""
    value = t.percent(found.value)
    if not interval:
        return value
    return t("invitations.rate", value=value, low=t.percent(found.low), high=t.percent(found.high))


def _sum(channels: tuple[Funnel, ...]) -> Funnel:
    return Funnel("", {step: sum(funnel.counts[step] for funnel in channels) for step in STEPS})


def _of_channel(ctx: Context, channel: str) -> str:
    """The channel as a heading, which says what it is: some are called as branches are."""
    name = _channel(ctx, channel)
    return ctx.t("invitations.of_channel", channel=name) if channel else name


def _left(wave: Wave, t: Translator) -> str:
    """Why people of a list were left out, most frequent first."""
    reasons = sorted(wave.left.items(), key=lambda each: -each[1])
    return " · ".join(f"{t(f'invitations.reason_{reason}')} {t.number(n)}" for reason, n in reasons)


def _channel(ctx: Context, channel: str) -> str:
    return ctx.model.label("channel", channel, ctx.t) if channel else ctx.t("invitations.no_channel")
