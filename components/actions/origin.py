"""What an action came from: its name, and the way back to it."""

from __future__ import annotations

from collections.abc import Mapping

from components import page
from components.page import Context
from cx.act import cases, pain_points, quick_wins
from cx.act.cases import telling as case_words
from cx.words import Label

_PAGES: Mapping[str, tuple[str, str]] = {
    "pain_point": ("pain_points", "pain"), "quick_win": ("quick_wins", "win"), "case": ("cases", "case"),
    "review": ("retrospect", "period"),
}  # fmt: skip
"""By source: the page of what it came from, and the name of its id in the address there."""


def named(ctx: Context, source: str | None, about: str | None) -> str:
    """From what, by its title; empty where it came from nothing, or from what the reader may not see."""
    title = _title(ctx, source, about) if source and about else ""
    return ctx.t("actions.from", kind=ctx.t(f"actions.kind_{source}"), title=title) if title else ""


def link(ctx: Context, source: str | None, about: str | None) -> None:
    """The way back to it, for who may see it."""
    if source in _PAGES and about and (said := named(ctx, source, about)):
        stem, name = _PAGES[source]
        page.link(ctx, stem, said, {name: about})


def _title(ctx: Context, source: str, about: str) -> str:
    t = ctx.t
    if source == "review":
        return about.replace("..", "–")
    found: Label | None = None
    if source == "pain_point" and (point := ctx.ask(pain_points.get, about, ctx.rights)):
        found = point.title
    elif source == "quick_win" and (win := ctx.ask(quick_wins.get, about, ctx.rights)):
        found = win.charter.title
    elif source == "case" and (case := ctx.ask(cases.get, about, ctx.rights)):
        found = case_words.title(case, ctx.bench.rules, ctx.model, t)
    return t.pick(found)
