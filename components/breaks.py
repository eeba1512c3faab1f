"""In words: which survey changed its meaning, since when, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from components.page import Context
from cx.insight.breaks import Break
from cx.publish import telling, versions

MOST_REASONS = 3


def titles(ctx: Context, breaks: Iterable[Break]) -> dict[str, str]:
    """Titles of the surveys whose meaning changed; their ids where they are not in service."""
    surveys = {b.survey: ctx.bench.shelf.get(b.survey) for b in breaks}
    return {id: ctx.t.pick(survey.title, id) if survey else id for id, survey in surveys.items()}


def words(ctx: Context, breaks: Iterable[Break], grain: str = "month") -> list[str]:
    """A sentence for each break, with what changed where both versions are known."""
    t, breaks = ctx.t, tuple(breaks)
    names = titles(ctx, breaks)
    return [
        t("nps.trend_break", period=t.period(b.day, grain), survey=names[b.survey], before=b.before, after=b.after)
        + _why(ctx, b)
        for b in breaks
    ]


def note(ctx: Context, breaks: Iterable[Break]) -> None:
    """The sentences below a number; nothing where nothing broke."""
    said = words(ctx, breaks)
    if said:
        st.html(f'<div class="cx-facts" role="note">{"<br>".join(map(escape, said))}</div>')


def _why(ctx: Context, b: Break) -> str:
    diff = ctx.ask(versions.between, b.survey, b.before, b.after)
    if diff is None or not diff.breaks:
        return ""
    said = [telling.say(change, ctx.t, ctx.model) for change in diff.breaks[:MOST_REASONS]]
    more = len(diff.breaks) - len(said)
    if more:
        said.append(ctx.t("nps.trend_break_more", n=more))
    space = "" if ctx.t.lang == "zh" else " "
    return space + space.join(said)
