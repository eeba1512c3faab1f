"""Feeds: what other systems send by themselves, whether it comes in time, what was refused, and who may send."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import moments, page
from components.feeds import tokens as feed_tokens
from components.feeds import trial
from components.markdown import plain
from cx.access import tokens
from cx.access.tokens import Token
from cx.intake.feeds import receipts
from cx.intake.feeds import state as feed_state
from cx.intake.feeds.receipts import Refusal
from cx.intake.feeds.state import Standing
from cx.store.sheet import safe_rows

ctx = page.begin(__file__)
t, model = ctx.t, ctx.model
SHOWN = 5  # problems of one refusal


def span(time: dt.timedelta) -> str:
    """A length of time in its largest unit."""
    minutes = int(time.total_seconds() // 60)
    for unit, length in (("days", 1440), ("hours", 60)):
        if minutes >= length and (unit == "hours" or minutes >= 2 * length or minutes % length == 0):
            return t(f"feeds.{unit}", n=minutes // length)
    return t("feeds.minutes", n=minutes)


def name_of(feed: str) -> str:
    """A feed in the reader's language; the values by themselves where there is none."""
    return t.pick(model.feeds[feed].name, feed) if feed in model.feeds else t("feeds.values")


def state(one: Standing) -> str:
    """How a feed stands, in words."""
    if one.last is None:
        return t("feeds.state_never")
    return t("feeds.state_silent", time=span(one.silent)) if one.silent else t("feeds.state_well")


def answer(found: tuple[Standing, ...], refused: tuple[Refusal, ...]) -> None:
    """In one sentence: how many feeds are in time; then each that is not."""
    feeds = [one for one in found if one.feed]
    well = sum(one.last is not None and one.silent is None for one in feeds)
    st.markdown(t("feeds.answer", n=len(feeds), well=well, refused=len(refused)))
    for one in feeds:
        if one.silent and one.feed:
            owner = t("feeds.ask_owner", owner=plain(one.feed.owner)) if one.feed.owner else ""
            told = t(
                "feeds.silent", feed=plain(name_of(one.feed.id)), time=span(one.silent), every=span(one.feed.every)
            )
            st.warning(f"{told}{owner}", icon=":material/notifications_active:")


def table(found: tuple[Standing, ...]) -> None:
    """What comes in, from where, when last and how much."""
    rows = []
    for one in found:
        feed = one.feed
        rows.append({
            t("feeds.col_feed"): name_of(feed.id if feed else ""),
            t("feeds.col_state"): state(one) if feed or not one.last else "–",
            t("feeds.col_kind"): t(f"feeds.kind_{feed.kind}") if feed else t("feeds.kind_values"),
            t("feeds.col_source"): feed.source if feed else "–",
            t("feeds.col_every"): span(feed.every) if feed else "–",
            t("feeds.col_last"): moments.told(ctx, one.last) if one.last else "–",
            t("feeds.col_batches"): t.number(one.batches),
            t("feeds.col_n"): t.number(one.n),
            t("feeds.col_values"): t.number(one.values) if feed else "–",
            t("feeds.col_day"): t.date(one.day) if feed else "–",
        })  # fmt: skip
    st.dataframe(safe_rows(rows), hide_index=True, width="stretch")
    st.caption(t("feeds.table_about", days=receipts.DAYS))
    for one in found:
        if one.feed and one.p95 is not None:
            numbers = {"p95": t.number(one.p95), "n": t.number(one.timed), "days": feed_state.RECENT}
            st.caption(t("feeds.p95", feed=plain(name_of(one.feed.id)), **numbers))


def refusals(refused: tuple[Refusal, ...], everyone: tuple[Token, ...]) -> None:
    """The last batches that were refused, and why."""
    st.header(t("feeds.refused"), anchor=False)
    if not refused:
        st.html(f'<p class="cx-muted">{t("feeds.refused_none")}</p>')
        return
    st.caption(t("feeds.refused_about", n=receipts.KEPT_REFUSALS))
    names = {token.id: token.name for token in everyone}
    for place, one in enumerate(refused):
        who = names.get(one.token_id, one.token_id)
        title = t(
            "feeds.refused_one", feed=plain(name_of(one.feed)), token=plain(who), when=moments.told(ctx, one.at),
            n=t.number(one.total),
        )  # fmt: skip
        with st.expander(title, expanded=place == 0):
            for problem in one.problems[:SHOWN]:
                where = f"`{problem.where.replace('`', chr(39))}` " if problem.where else ""
                st.markdown(f"- {where}{plain(problem.plainly(t))}")
            if one.total > SHOWN:
                st.caption(t("feeds.refused_more", n=t.number(one.total - SHOWN)))


def main() -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with ctx.bench.database.cursor() as con:  # not ctx.ask: what was refused does not change the data's version
        found = feed_state.standings(con, model, ctx.rights, now)
        refused, everyone, came = receipts.refusals(con), tokens.everyone(con), receipts.received(con)
    answer(found, refused)
    table(found)
    refusals(refused, everyone)
    feed_tokens.show(ctx, everyone, came, now)
    trial.show(ctx)


main()
