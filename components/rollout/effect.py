"""What the waves so far brought, against the branches not reached yet: a sentence each, its branches below."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from components import cards
from components.page import Context
from components.rollout import words
from cx.act import rollout, telling
from cx.act.rollout import Effect, Field, Step, Wave, Win


def show(ctx: Context, fields: Iterable[Field], recorded: tuple[Step, ...]) -> None:
    """Every wave with something done; nothing where none has."""
    t, wins = ctx.t, {field.win.id: field.win for field in fields}
    found = ctx.ask(rollout.waves, tuple(wins.values()), recorded)
    if not found:
        return
    cards.heading(t("rollout.effects_title"))
    for wave in found:
        win = wins[wave.win]
        cards.said(("" if t.lang == "zh" else " ").join(told(ctx, win, wave)))
        if wave.rows:
            with st.expander(t("rollout.effects_rows", n=wave.wave, title=t.pick(win.charter.title))):
                cards.words_table(_rows(ctx, win, wave), t("rollout.effects_title"))
                cards.note(t("rollout.effects_one"))
    with st.expander(t("rollout.effects_how"), icon=":material/help:"):
        st.markdown(t("rollout.effects_how_text"))


def told(ctx: Context, win: Win, wave: Wave) -> list[str]:
    """A wave in sentences: which, what it brought, how that fits the pilot, on which days it rests."""
    t = ctx.t
    when = t.date(wave.last)
    if wave.first != wave.last:
        when = t("filters.range", start=t.date(wave.first), end=when)
    name, size = t.pick(win.charter.title), t.number(len(wave.branches))
    said = [t("rollout.effects_wave", n=wave.wave, title=name, branches=size, when=when)]
    days = {"ready": t.date(wave.ready), "due": t.date(wave.due)}
    d = wave.difference
    if d is None:
        return [*said, *(t(f"rollout.effects_no_{reason}", **days) for reason in wave.reasons)]
    effect = words.effect(ctx, win, Effect(d.effect, d.low, d.high, True))
    waiting = len(wave.waiting.branches) if wave.waiting else 0
    key = "early" if not wave.complete and wave.verdict == "not_proven" else wave.verdict
    metric = telling.metric(t, win.charter, ctx.model)
    said.append(t(f"rollout.effects_{key}", metric=metric, effect=effect, n=t.number(waiting), **days))
    said += [t(f"rollout.effects_why_{reason}") for reason in wave.reasons if reason not in ("early", "noise")]
    if wave.verdict == "proven":
        said.append(t("rollout.effects_smaller" if _smaller(win, wave) else "rollout.effects_fits",
                      effect=words.effect(ctx, win, win.effect)))  # fmt: skip
    if wave.before and wave.after:
        spans = [t("filters.range", start=t.date(w.first), end=t.date(w.last)) for w in (wave.before, wave.after)]
        said.append(t("rollout.effects_days", before=spans[0], after=spans[1]))
    if wave.chosen_on:
        said.append(t("rollout.effects_chosen"))
    return said


def _smaller(win: Win, wave: Wave) -> bool:
    """Whether the wave's whole interval lies short of the pilot's."""
    d, e = wave.difference, win.effect
    if d is None or win.charter.direction == "higher":
        return bool(d and d.high is not None and e.low is not None and d.high < e.low)
    return d.low is not None and e.high is not None and d.low > e.high


def _rows(ctx: Context, win: Win, wave: Wave) -> list[dict[str, str]]:
    t = ctx.t
    rows = [
        _row(ctx, win, ctx.model.label("branch", row.branch, t), t.date(row.on), (row.before, row.after),
             (row.n_before, row.n_after))
        for row in wave.rows
    ]  # fmt: skip
    for key, side in (("all", wave.treated), ("waiting", wave.waiting)):
        if side is not None:
            name = t(f"rollout.effects_{key}", n=t.number(len(side.branches)))
            rows.append(_row(ctx, win, name, "–", (side.before, side.after), (side.n_before, side.n_after)))
    return rows


def _row(
    ctx: Context, win: Win, name: str, on: str, values: tuple[float | None, float | None], n: tuple[int, int]
) -> dict[str, str]:
    t, (before, after) = ctx.t, values
    change = None if before is None or after is None else after - before
    cells = [
        t("rollout.effects_cell", value=words.value(ctx, win, value), n=t.number(base)) if value is not None
        else t("why.hidden")
        for value, base in ((before, n[0]), (after, n[1]))
    ]  # fmt: skip
    return {
        t("rollout.col_branch"): name, t("rollout.col_done"): on, t("rollout.col_before"): cells[0],
        t("rollout.col_after"): cells[1],
        t("rollout.col_change"): words.value(ctx, win, change, signed=True) if change is not None else "–",
    }  # fmt: skip
