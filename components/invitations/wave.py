"""A new wave of invitations: the list, the rule, who is left out and why, and the links, shown this once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from html import escape

import streamlit as st

from components import filters, page, session, survey_names
from components.invitations import handout as invitations_handout
from components.invitations import listing
from components.invitations.listing import People
from components.page import Context
from cx.collect import handout, invitations, sampling, secret
from cx.collect.invitations import Order
from cx.collect.sampling import Chosen
from cx.survey import expression
from cx.survey.schema import Sampling, Survey
from cx.words import Refused

_MADE = "inv_made"
DAYS, QUARANTINE = 21, 30


def new_wave(ctx: Context, surveys: Mapping[str, Survey]) -> None:
    """From a list to links."""
    made = session.get(_MADE, None)
    if made is not None:
        if invitations_handout.show(ctx, made):
            session.drop(_MADE)
            st.rerun()
        return
    t = ctx.t
    st.markdown(t("invitations.lead"))
    if not surveys:
        page.empty(ctx, "quick_survey.none", "surveys")
    order = _order(ctx, surveys)
    listed = listing.ask(ctx, "new")
    if listed is None:
        return
    try:
        order = replace(order, rule=_rule(ctx, order, listed))
    except Refused as refused:
        page.problems(ctx, refused)
        return
    wrong = sampling.problems(listed.people, order.rule)
    if wrong:
        page.problems(ctx, wrong)
        return
    with ctx.bench.database.cursor() as con:
        chosen = invitations.plan(con, listed.people, order, secret.load(ctx.bench.place.data), dt.date.today())
    _tell(ctx, chosen, order)
    if chosen.invited:
        invitations_handout.warn_local(ctx)
        label = t("invitations.make", n=t.number(len(chosen.invited)))
        if st.button(label, type="primary", icon=":material/link:", key="inv_make"):
            _make(ctx, listed, order)


def _order(ctx: Context, surveys: Mapping[str, Survey]) -> Order:
    t, today = ctx.t, dt.date.today()
    what, name, until = st.columns([3, 3, 2])
    with what:
        titles = {id: survey_names.named(ctx, each) for id, each in surveys.items()}
        survey = filters.select("survey", list(surveys), titles.__getitem__, t("invitations.survey"), titled=True)
    suggested = f"{t.pick(surveys[survey].title)} {t.date(today)}"
    called = name.text_input(t("invitations.name"), suggested, key=f"inv_name_{survey}", max_chars=80)
    last = until.date_input(
        t("invitations.last_day"), today + dt.timedelta(days=DAYS), min_value=today,
        max_value=today + dt.timedelta(days=invitations.LONGEST_DAYS), key="inv_last", format="YYYY-MM-DD",
    )  # fmt: skip
    assert isinstance(last, dt.date)
    return Order(surveys[survey], called.strip(), last, Sampling())


def _rule(ctx: Context, order: Order, listed: People) -> Sampling:
    """Share, quarantine and condition; what the survey says is the start. Raises :class:`Refused`: not a condition."""
    t, own = ctx.t, order.survey.sampling or Sampling(quarantine_days=QUARANTINE)
    tag = order.survey.id
    st.header(t("invitations.rule"), anchor=False)
    share, rest = st.columns(2)
    percent = share.number_input(
        t("invitations.share"), 1, 100, round(100 * own.share) or 1, key=f"inv_share_{tag}",
        help=t("invitations.share_help"),
    )  # fmt: skip
    days = rest.number_input(
        t("invitations.quarantine"), 0, 365, own.quarantine_days, key=f"inv_days_{tag}",
        help=t("invitations.quarantine_help"),
    )  # fmt: skip
    text = listing.condition(ctx, listed, own.eligible.source if own.eligible else "", tag)
    return Sampling(expression.compile(text) if text else None, percent / 100, days)


def _tell(ctx: Context, chosen: Chosen, order: Order) -> None:
    """How many, how many not, and why."""
    t = ctx.t
    rows, invited = len(chosen.listed), len(chosen.invited)
    said = t("invitations.outcome", rows=t.number(rows), invited=t.number(invited), left=t.number(rows - invited))
    st.html(f'<div class="cx-say"><b>{escape(said)}</b></div>')
    if not chosen.left:
        return
    lines = []
    for reason, count in chosen.reasons.items():
        why = t(f"invitations.reason_{reason}")
        more = handout.about(reason, order.rule, t)
        if reason == "unknown_value":
            more += f" ({'; '.join(f'{detail} × {t.number(n)}' for detail, n in chosen.details)})"
        lines.append(f"<b>{escape(t.number(count))}</b> {escape(why)} · {escape(more)}")
    st.html(f'<div class="cx-facts">{"<br>".join(lines)}</div>')
    st.download_button(
        t("invitations.left_save"), lambda: handout.as_csv(handout.left_rows(chosen.left, order.rule, t)),
        f"{t('invitations.left_file')}.csv", "text/csv", icon=":material/download:", key="inv_left",
    )  # fmt: skip


def _make(ctx: Context, listed: People, order: Order) -> None:
    """Make the links and keep them for this tab alone until they are saved."""
    bench = ctx.bench
    try:
        created = invitations.create(
            bench.database, listed.people, order, secret.load(bench.place.data), ctx.user.name, dt.date.today()
        )
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put(_MADE, invitations_handout.Made(created, listed.sheet, listed.columns.key, order))
    listing.forget("new")
    st.rerun()
