"""The line above the cards: what is open, how long it takes, whether it is saved, undo, and the way to approval."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from components import moments, page, session
from components.builder import desk, keeping
from components.builder.telling import missing
from components.page import Context
from cx.output import effort
from cx.publish import drafts, telling
from cx.publish.drafts import Draft
from cx.survey import diff
from cx.words import Refused, Translator

_REFUSED, _TOLD = "builder_submit_refused", "builder_submitted"


def show(ctx: Context, open_desk: desk.Desk) -> None:
    """Draw it."""
    t = ctx.t
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        title = escape(t.pick(open_desk.definition.get("title")) or open_desk.survey_id)
        st.html(f'<div class="cx-b-title">{title}</div><div class="cx-muted">{escape(_facts(ctx, open_desk))}</div>')
    with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        st.button(t("builder.undo"), icon=":material/undo:", key="builder_undo", type="tertiary",
                  on_click=desk.back, args=(ctx,), disabled=not open_desk.undo)  # fmt: skip
        st.button(t("builder.redo"), icon=":material/redo:", key="builder_redo", type="tertiary",
                  on_click=desk.forth, args=(ctx,), disabled=not open_desk.redo)  # fmt: skip
        if st.button(t("builder.close"), key="builder_close"):
            desk.close()
            st.query_params.clear()
            st.rerun()
        submitted = open_desk.state in ("submitted", "approved")
        if submitted:
            page.link(ctx, "surveys", t("builder.to_approval"), {"survey": open_desk.survey_id})
        else:
            st.button(
                t("builder.submit"),
                key="builder_submit",
                type="primary",
                icon=":material/send:",
                disabled=open_desk.survey is None or open_desk.conflict is not None or open_desk.revision is None,
                on_click=_submit,
                args=(ctx,),
                help=_unready(t, open_desk),
            )
    with st.container():  # always there, so that nothing below it moves
        _conflict(ctx, open_desk)
        for comment in _comments(ctx, open_desk):
            st.info(comment, icon=":material/rate_review:")
        refused = session.take(_REFUSED, None)
        if isinstance(refused, Refused):
            page.problems(ctx, refused)
        if session.take(_TOLD, False):
            st.success(t("builder.submitted"), icon=":material/check:")


def _unready(t: Translator, open_desk: desk.Desk) -> str | None:
    """Why it cannot be submitted."""
    if open_desk.survey is None:
        return t("builder.submit_wrong")
    return t("builder.submit_same") if open_desk.revision is None else None


def _facts(ctx: Context, open_desk: desk.Desk) -> str:
    t = ctx.t
    parts = [t("builder.state_served" if open_desk.revision is None else f"builder.state_{open_desk.state}")]
    if open_desk.survey is not None:
        parts.append(t("builder.promised", what=effort.promise(open_desk.survey, t).rstrip("。.")))
    lacking = missing(open_desk.definition, open_desk.survey)
    if lacking:
        parts.append(t("builder.untranslated", n=lacking))
    if open_desk.problems:
        parts.append(t("builder.to_mend", n=len(open_desk.problems)))
    if open_desk.saved_at is not None:
        at = moments.local(ctx, open_desk.saved_at)
        parts.append(t("builder.saved", at=f"{at:%H:%M}"))
    return " · ".join(parts)


def _comments(ctx: Context, open_desk: desk.Desk) -> list[str]:
    """What the reviewer said, while the draft is mended."""
    if open_desk.state != "returned":
        return []
    with ctx.bench.database.cursor() as con:
        draft = drafts.find(con, open_desk.survey_id)
    said = draft.comments if draft else ()
    return [f"**{_literal(ctx.bench.accounts.display(each.who))}**: {_literal(each.text)}" for each in said]


def _submit(ctx: Context) -> None:
    user, open_desk = session.user(), desk.current()
    if user is None or open_desk is None:
        return
    try:
        draft = drafts.submit(ctx.bench.database, open_desk.survey_id, open_desk.revision or 0, user)
    except Refused as refused:
        session.put(_REFUSED, refused)
    else:
        open_desk.state = draft.state
        session.put(_TOLD, True)


def _conflict(ctx: Context, open_desk: desk.Desk) -> None:
    """Somebody else saved meanwhile: both texts, and the choice."""
    theirs = open_desk.conflict
    if theirs is None:
        return
    t, author = ctx.t, ctx.bench.accounts.display(theirs.author)
    with st.container(border=True, key="builder_conflict"):
        st.markdown(f"**{t('builder.conflict', name=_literal(author))}**")
        st.caption(t("builder.conflict_lead"))
        with st.container(horizontal=True):
            st.button(t("builder.keep_mine"), key="builder_mine", type="primary", icon=":material/content_copy:",
                      on_click=keeping.keep_mine, args=(ctx, t))  # fmt: skip
            st.button(t("builder.take_theirs", name=_literal(author)), key="builder_theirs", icon=":material/sync:",
                      on_click=keeping.take_theirs, args=(ctx,))  # fmt: skip
        _differences(ctx, open_desk, theirs)


def _differences(ctx: Context, open_desk: desk.Desk, theirs: Draft) -> None:
    """What is otherwise in one's own text, in words; both texts for those who want to see them."""
    t = ctx.t
    other = theirs.read()
    if other is not None and open_desk.survey is not None:
        found = diff.compare(other, open_desk.survey).changes
        lines = [f"- {_literal(telling.tell(change, t, ctx.model))}" for change in found]
        st.markdown("\n".join([t("builder.differences"), "", *lines]))
    with st.expander(t("builder.both_texts")):
        left, right = st.columns(2)
        left.caption(t("builder.mine"))
        left.code(open_desk.text, language="yaml", height=240)
        right.caption(t("builder.theirs", name=_literal(ctx.bench.accounts.display(theirs.author))))
        right.code(theirs.text, language="yaml", height=240)


def _literal(text: str) -> str:
    """A text none of which Markdown takes for its own."""
    return re.sub(r"([*_`\[\]<>#~$:|\\])", r"\\\1", text)
