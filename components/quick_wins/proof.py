"""The proof of one quick win: the word, the picture, why one can trust it, what else moved, whether it holds."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards
from components.page import Context
from components.quick_wins import look
from cx.act import quick_wins, telling, verification
from cx.act.quick_wins import QuickWin
from cx.act.verification import Proof
from cx.output.charts import proof as drawn
from cx.output.charts import quick_wins as charts


def of(ctx: Context, win: QuickWin, today: dt.date) -> Proof | None:
    """The recorded proof of a closed win, today's of one under way; none of an idea or beyond the rights."""
    if win.state == "idea" or not win.figures:
        return None
    if win.result is not None:
        return win.result.proof
    return ctx.ask(verification.proof, win.charter, ctx.rights, today, ctx.model).seen(ctx.rights.branches is None)


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """The whole proof; of a win beyond the rights the recorded word alone."""
    t, found = ctx.t, of(ctx, win, today)
    if found is None:
        if win.verdict:
            st.html(f'<div class="cx-win">{look.badge(ctx, win.verdict, recorded=True)}</div>')
            st.html(f'<div class="cx-say">{escape(t(f"quick_win.word_{win.verdict}"))}</div>')
        return
    charter, model, closed = win.charter, ctx.model, win.result is not None
    word = win.result.verdict if win.result else found.verdict
    st.html(f'<div class="cx-win">{look.badge(ctx, word, closed)}</div>')
    st.html(f'<div class="cx-say">{escape(telling.headline(t, charter, found, model))}</div>')
    look.points([("plain", text) for text in (*telling.reasons(t, found), *telling.hint(t, charter, found, model))])
    if found.hurt:
        st.warning(t("quick_win.hurt", n=len(found.hurt)), icon=":material/warning:")
    _picture(ctx, win, found)
    if found.difference is not None:
        _trust(ctx, win, found)
    else:
        tell = (
            telling.alone(t, charter, found, model) if found.reasons else telling.notes(t, charter, found.plain, model)
        )
        look.points([("plain", note) for note in tell])
        if win.result is not None and win.result.verdict != found.verdict:
            look.points([("plain", t("quick_win.early_close"))])
    if win.result is not None:
        st.markdown(f"**{t('quick_win.lesson')}**")
        st.text(t.pick(win.result.lesson))
        _watch(ctx, win, found, today)


def _picture(ctx: Context, win: QuickWin, found: Proof) -> None:
    t, charter, model = ctx.t, win.charter, ctx.model
    if not found.series:
        if found.plain.before.value is not None and found.plain.after.value is not None:
            cards.chart(charts.before_after(charter, found.plain, model, t), "before_after")
        return
    cards.chart(drawn.lines(charter, found, model, t), "proof_lines")
    if gap := telling.gap(t, charter, found, model):
        st.html(f'<div class="cx-facts">{escape(gap)}</div>')


def _trust(ctx: Context, win: QuickWin, found: Proof) -> None:
    t, charter, model = ctx.t, win.charter, ctx.model
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{t('quick_win.checks_title')}**")
        look.points([("good" if fine else "bad", text) for fine, text in telling.checks(t, charter, found, model)])
        look.points([("plain", text) for text in telling.alone(t, charter, found, model)])
    with right:
        for title, lines in (
            ("guardrails_title", telling.guardrails(t, charter, found, model)),
            ("beside_title", telling.beside(t, charter, found, model)),
        ):
            if lines:
                st.markdown(f"**{t(f'quick_win.{title}')}**")
                look.points([(tone, text) for tone, text in lines])
        if found.guardrails or found.beside:
            st.caption(t("quick_win.beside_note"))
    if paid := telling.paid(t, found):
        st.html(f'<div class="cx-facts">{escape(paid)}</div>')
    _figures(ctx, found)


def _figures(ctx: Context, found: Proof) -> None:
    t, difference = ctx.t, found.difference
    assert difference is not None
    with st.expander(t("quick_win.more_proof"), icon=":material/function:"):
        how = t("quick_win.stats_exact" if difference.exact else "quick_win.stats_sampled")
        st.markdown(
            t("quick_win.stats_p", p=t.percent(difference.p, 2), wild=t.percent(difference.p_wild, 2), how=how,
              permutations=t.number(difference.permutations))
        )  # fmt: skip
        st.markdown(t("quick_win.stats_words") + (t("quick_win.stats_words_cuped") if found.cuped is not None else ""))
        for name, side in (("pilots", found.pilots), ("controls", found.controls)):
            if side is not None:
                names = t("quick_win.comma").join(ctx.model.label("branch", branch, t) for branch in side.branches)
                st.caption(t(f"quick_win.side_{name}", n=len(side.branches), names=names))


def _watch(ctx: Context, win: QuickWin, found: Proof, today: dt.date) -> None:
    if win.verdict not in quick_wins.PROVEN or found.difference is None:
        return
    t = ctx.t
    held = ctx.ask(verification.watch, win.charter, ctx.rights, today, ctx.model, found)
    said, months = telling.watching(t, win.charter, held, ctx.model)
    st.markdown(f"**{t('quick_win.watch_title')}**")
    (st.warning if held.alarm else st.text)(said)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in months)
    heads = "".join(f"<th>{escape(t(f'quick_win.watch_{name}'))}</th>" for name in ("month", "effect", "word"))
    st.html(f'<div class="cx-table"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>')
