"""Bank and data: what the model holds and what is wrong in it, the demo bank, the data folder."""

from __future__ import annotations

import datetime as dt
import shutil
from html import escape
from pathlib import Path

import streamlit as st

from components import page, session
from cx import demo
from cx.measure.scope import Scope
from cx.store import query
from cx.words import Refused

ctx = page.begin(__file__)
t, model, bench = ctx.t, ctx.model, ctx.bench
LOW = 1_000_000_000  # bytes free on the disk below which a warning is due


def counts() -> dict[str, int]:
    """How much of everything the model has."""
    stages = [stage for journey in model.journeys.values() for stage in journey.stages]
    names = ("branches", "regions", "channels", "segments", "products", "journeys", "touchpoints", "indicators")
    touchpoints = [touchpoint for stage in stages for touchpoint in stage.touchpoints]
    return {name: len(touchpoints if name == "touchpoints" else getattr(model, name)) for name in names}


def size(n: float) -> str:
    """Bytes as people read them."""
    unit, amount = next(((u, n / k) for u, k in (("GB", 1e9), ("MB", 1e6)) if n >= k), ("KB", n / 1e3))
    return f"{t.number(amount, 1)} {unit}"


def used(folder: Path) -> int:
    """Bytes of all files in a folder; a file that goes away meanwhile does not count."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def answer() -> None:
    """The model in one sentence, and what is wrong in it."""
    found = model.problems
    verdict = t("bank.answer_problems", n=len(found)) if found else t("bank.answer_sound")
    st.markdown(f"{t('bank.answer', **{name: t.number(n) for name, n in counts().items()})} **{verdict}**")


def model_part() -> None:
    """Counts, names, problems."""
    st.header(t("bank.model"), anchor=False)
    for name, column in zip(counts(), st.columns(len(counts())), strict=True):
        column.metric(t(f"bank.count_{name}"), t.number(counts()[name]))
    st.caption(t("bank.model_help", folder=bench.place.model))
    if model.problems:
        st.markdown(f"**{t('bank.problems')}**")
        page.problems(ctx, model.problems)


def load() -> None:
    """Load with progress; stopping it leaves nothing behind."""
    bar = st.progress(0.0, t("bank.step_surveys"))
    try:
        found = demo.load(
            bench.database, model, bench.shelf.all(), lambda share, key: bar.progress(share, t(key)), ctx.user.name
        )
    except Refused as refused:
        bar.empty()
        page.problems(ctx, refused)
        return
    bench.start()
    session.put("bank_told", t("bank.loaded", seconds=t.number(found.seconds, 1)))
    st.rerun()


def remove() -> None:
    """Remove, once it is confirmed."""
    sure = st.checkbox(t("bank.remove_sure"), key="bank_sure")
    if st.button(t("bank.remove"), disabled=not sure, icon=":material/delete:", key="bank_remove"):
        gone = demo.remove(bench.database, ctx.user.name)
        session.put("bank_told", t("bank.removed", n=t.number(gone)))
        session.drop("bank_sure")
        st.rerun()


def demo_part(own: int) -> None:
    """The demo bank: here or not, and what can be done about it."""
    st.header(t("bank.demo"), anchor=False)
    st.markdown(t("bank.demo_about"))
    here = ctx.ask(demo.summary)
    if here is None:
        st.markdown(t("bank.demo_absent"))
        if st.button(t("bank.load"), type="primary", icon=":material/account_balance:", key="bank_load"):
            load()
    else:
        numbers = {name: t.number(getattr(here, name)) for name in ("responses", "answers", "indicator_values")}
        days = {name: t.date(dt.date.fromisoformat(getattr(here, name))) for name in ("first", "last")}
        st.markdown(t("bank.demo_here", **numbers, surveys=len(here.surveys), **days))
        remove()
    if own:
        st.caption(t("bank.demo_mixed", n=t.number(own)))


def folder_part(own: int) -> None:
    """Where everything lies and how much room there is."""
    st.header(t("bank.folder"), anchor=False)
    st.markdown(t("bank.folder_about"))
    free = shutil.disk_usage(bench.place.data).free
    st.html(
        f'<span class="cx-muted">{escape(t("bank.folder_path"))}</span> <code>{escape(str(bench.place.data))}</code>'
    )
    shown = {"size": size(used(bench.place.data)), "free": size(free), "responses": t.number(own)}
    for (name, value), column in zip(shown.items(), st.columns(len(shown)), strict=True):
        column.metric(t(f"bank.folder_{name}"), value)
    if free < LOW:
        st.warning(t("bank.folder_low", free=size(free)), icon=":material/warning:")


def own_responses() -> int:
    """Responses that are not the demo's."""
    cells = ctx.ask(
        query.measure, "responses", Scope(ctx.rights, include_flagged=True, minimum_base=0), ("source",)
    ).cells
    return sum(cell.estimate.n for cell in cells if cell.key[0] != demo.SOURCE)


if message := session.take("bank_told", ""):
    st.success(message, icon=":material/check:")
answer()
own = own_responses()
model_part()
demo_part(own)
folder_part(own)
