"""The state that would fit, said beside the state, and one click to accept it. Nothing moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from components import page, session
from components.page import Context
from cx.act import pain_points
from cx.act.pain_points import PainPoint, telling
from cx.act.quick_wins import QuickWin
from cx.words import Refused


def propose(ctx: Context, point: PainPoint, own: Iterable[QuickWin]) -> None:
    """Where another state fits what exists: why, and the button for who may act."""
    t, fit = ctx.t, pain_points.fit(point, own)
    if fit is None:
        return
    why, state = telling.fits(t, fit), t(f"pain_points.state_{fit.to}")
    st.caption(f":material/lightbulb: {t('pain_points.fits', why=why, state=state)}")
    if ctx.may("act_edit") and st.button(t("pain_points.accept", state=state), key=f"accept_{point.id}"):
        by = {"rights": ctx.rights}
        do(ctx, "saved", lambda: pain_points.accept(ctx.bench.database, ctx.user.name, point.id, fit.to, why, **by))


def do(ctx: Context, told: str, deed: Callable[[], None]) -> None:
    """Do it, say so and draw the page anew; a refusal is told instead."""
    try:
        deed()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("pain_told", ctx.t(f"pain_points.told_{told}"))
    st.rerun()
