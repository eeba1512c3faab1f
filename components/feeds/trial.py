"""How to send: an example to copy, and a body tried without storing anything."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import streamlit as st

from components import page, survey_link
from components.page import Context
from cx.bank.feeds import Feed
from cx.intake.feeds import taking as feeds
from cx.intake.feeds.sent import Sender
from cx.words import Refused

_ME = Sender("", "", "")


def show(ctx: Context) -> None:
    """One feed, or the values by themselves; its example, and the try."""
    t, known = ctx.t, ctx.model.feeds
    st.header(t("feeds.send"), anchor=False)
    st.caption(t("feeds.send_about"))
    chosen = st.selectbox(
        t("feeds.send_to"), (*known, ""), key="feed_to",
        format_func=lambda one: t.pick(known[one].name, one) if one else t("feeds.values"),
    )  # fmt: skip
    feed = known.get(chosen)
    path = f"/api/v1/events/{chosen}" if feed else "/api/v1/indicators"
    body = sample(ctx, feed)
    st.code(curl(survey_link.address(), path, body), language="bash", wrap_lines=True)
    st.caption(t("feeds.send_openapi", address=f"{survey_link.address()}/api/v1/openapi.json"))
    with st.expander(t("feeds.try")):
        text = st.text_area(t("feeds.try_body"), body, height=220, key=f"feed_body_{chosen}")
        if st.button(t("feeds.try_it"), key="feed_try", icon=":material/fact_check:"):
            _try(ctx, feed, text)


def sample(ctx: Context, feed: Feed | None) -> str:
    """A body that is right: as short as it can be."""
    model, now = ctx.model, dt.datetime.now().astimezone().replace(microsecond=0)
    if feed is None:
        one = next((i for i in model.indicators.values() if not i.computed), None)
        if one is None:
            return "{}"
        last = now.date() - dt.timedelta(days=1)
        branch = next(iter(model.branches), "")
        value = one.target if one.target is not None else 10
        entry = {"indicator": one.id, "period": _period(last, one.grain), "branch": branch, "value": value}
        return json.dumps({"source": "api", "values": [entry]}, ensure_ascii=False, indent=1)
    events: list[dict[str, Any]] = []
    for ok, ms in ((True, 420), (False, 3000)):
        said: dict[str, Any] = {"at": (now - dt.timedelta(minutes=len(events) + 1)).isoformat(), "ok": ok}
        if any(name.startswith("latency") for name in feed.indicators) or "ms" in feed.required:
            said["ms"] = ms
        if feed.names:
            said["name"] = feed.names[0]
        said |= {name: next(iter(getattr(model, _LISTS[name])), "") for name in feed.dimensions}
        events.append(said)
    return json.dumps({"events": events}, ensure_ascii=False, indent=1)


_LISTS = {"branch": "branches", "channel": "channels"}


def curl(base: str, path: str, body: str) -> str:
    """A command that sends a body; the token comes from the environment, so that it is in no history of a shell."""
    quoted = body.replace("'", "'\\''")
    return (
        f'curl -X POST {base}{path} \\\n  -H "Authorization: Bearer $CX_TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n  -H \"Idempotency-Key: $(date +%s)-$RANDOM$RANDOM\" \\\n"
        f"  -d '{quoted}'"
    )


def _period(day: dt.date, grain: str) -> str:
    """The last whole period before a day, as an indicator of that grain has it."""
    if grain == "day":
        return day.isoformat()
    if grain == "week":
        year, week, _ = (day - dt.timedelta(days=7)).isocalendar()
        return f"{year}-W{week:02}"
    before = day.replace(day=1) - dt.timedelta(days=1)
    return f"{before:%Y-%m}" if grain == "month" else f"{day.year - (day.month <= 3)}Q{(day.month - 4) // 3 % 4 + 1}"


def _try(ctx: Context, feed: Feed | None, text: str) -> None:
    """Check as the server would, and say what it would answer."""
    t, now = ctx.t, dt.datetime.now(dt.UTC)
    try:
        body = text.encode()
        answer = feeds.try_events(ctx.model, feed, body, _ME, now) if feed else feeds.try_values(
            ctx.model, body, _ME, now)  # fmt: skip
    except UnicodeEncodeError:
        st.error(t("feeds.try_text"), icon=":material/error:")
        return
    except Refused as refused:
        page.problems(ctx, refused.problems[:20])
        return
    st.success(t("feeds.try_good", n=t.number(answer["accepted"])), icon=":material/check_circle:")
