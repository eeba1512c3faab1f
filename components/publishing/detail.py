"""One survey: how it stands, how it looks, what changed, what happened."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import filters, page, survey_link
from components.markdown import plain
from components.page import Context
from components.publishing import acting, listing, past
from cx.output import effort
from cx.publish import versions
from cx.publish.drafts import Draft
from cx.publish.standing import Standing
from cx.publish.versions import Plan
from cx.survey.schema import Survey
from cx.words import Refused

PHONE = 390
TABS = ("overview", "preview", "difference", "history", "versions")


def show(ctx: Context, each: Standing) -> None:
    """The survey from its head to the tab that is open."""
    t = ctx.t
    listing.leave(ctx)
    st.header(plain(listing.title(ctx, each)), anchor=False)
    st.html(f"<div>{listing.chips(each, t, each.waits_for(ctx.user))}</div>")
    acting.bar(ctx, each)
    tab = filters.pick("tab", TABS, lambda name: t(f"publish.tab_{name}"), t("publish.tabs"))
    {
        "overview": _overview, "preview": _preview, "difference": _difference, "history": past.history,
        "versions": past.list_of,
    }[tab](ctx, each)  # fmt: skip


def _overview(ctx: Context, each: Standing) -> None:
    t, survey = ctx.t, each.survey
    if each.outside:
        st.warning(t("publish.outside_about"), icon=":material/warning:")
    left, right = st.columns([0.55, 0.45], gap="large")
    with left:
        st.html(_facts(ctx, each))
    with right:
        if each.draft is not None:
            _draft_card(ctx, each, each.draft)
        if each.served is not None:
            st.markdown(f"**{t('surveys.link')}**")
            st.code(survey_link.link(each.survey_id), language=None, wrap_lines=True)
    if survey is None and each.draft is not None:
        st.error(t("publish.unreadable"), icon=":material/error:")


def _facts(ctx: Context, each: Standing) -> str:
    t, survey = ctx.t, each.survey
    rows: list[tuple[str, str]] = [(t("surveys.id"), each.survey_id)]
    rows.append((t("surveys.version"), each.served.version if each.served else t("publish.state_new")))
    if survey is not None:
        asked = sum(question.type not in ("note", "computed") for question in survey.questions)
        rows += [
            (t("surveys.kind"), t(f"surveys.kind_{survey.nps_kind or 'none'}")),
            (t("surveys.languages"), listing.languages(each, t)),
            (t("surveys.questions"), t("publish.size", questions=asked, pages=len(survey.pages))),
            (t("surveys.time"), effort.time(survey, t)),
            (t("publish.purpose"), t.pick(survey.purpose, "–")),
            (t("publish.opens"), t.date(survey.opens) if survey.opens else t("publish.always")),
            (t("publish.closes"), t.date(survey.closes) if survey.closes else t("publish.never")),
        ]
    rows.append((t("surveys.responses"), listing.responses(ctx).get(each.survey_id, "0")))
    body = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    return f'<div class="cx-table"><table><tbody>{body}</tbody></table></div>'


def _draft_card(ctx: Context, each: Standing, draft: Draft) -> None:
    t = ctx.t
    with st.container(border=True):
        st.markdown(f"**{t('publish.draft')}** · {t('publish.draft_of', revision=draft.revision)}")
        st.caption(
            t(
                "publish.draft_saved",
                who=listing.named(ctx, draft.author),
                at=past.local(ctx, draft.saved_at),
            )
        )
        st.markdown(listing.whose(ctx, each))
        plan = _plan(ctx, draft)
        if plan is not None and plan.level is not None:
            level = t(f"publish.level_{plan.level}")
            about = t(f"publish.level_{plan.level}_about")
            st.markdown(t("publish.diff_proposed", version=plan.version, level=level, about=about))
        listing.untranslated(ctx, draft)
        survey = draft.read()
        names = {q.id: t.pick(q.label, q.id) for q in survey.questions} if survey else {}
        for comment in draft.comments:
            about = names.get(comment.question, comment.question) if comment.question else t("publish.comment_whole")
            st.html(
                f'<div class="cx-past grave"><strong>{escape(about)}</strong> <span class="cx-muted">'
                f"{escape(listing.named(ctx, comment.who))}</span><q>{escape(comment.text)}</q></div>"
            )


def _plan(ctx: Context, draft: Draft) -> Plan | None:
    survey = draft.read()
    try:
        return ctx.ask(versions.plan, draft, survey) if survey is not None else None
    except Refused as refused:
        page.problems(ctx, refused)
        return None


def _preview(ctx: Context, each: Standing) -> None:
    t, offered = ctx.t, []
    if each.draft is not None and (ctx.may("surveys_edit") or ctx.may("surveys_approve")):
        offered.append("draft")
    if each.served is not None:
        offered.append("served")
    if not offered:
        st.markdown(t("publish.unreadable"))
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        which = filters.pick("of", offered, lambda name: t(f"publish.of_{name}"), t("publish.of"))
        survey = each.served if which == "served" else each.draft.read() if each.draft else None
        lang = _language(ctx, survey) if survey is not None else t.lang
        st.caption(t("surveys.preview_lead"))
    with right.container(key="survey_phone"):
        if which == "draft" and each.draft is not None:
            source = f"/preview/{each.survey_id}/{each.draft.revision}?lang={lang}"
        else:
            source = survey_link.path(each.survey_id, mode="preview", lang=lang)
        st.iframe(source, width=PHONE, height=760, alt=t("surveys.preview"))


def _language(ctx: Context, survey: Survey) -> str:
    t = ctx.t
    mine = t.lang if t.lang in survey.languages else survey.languages[0]
    chosen = st.segmented_control(
        t("surveys.preview_language"), survey.languages, default=mine, key="preview_language", required=True,
        format_func=lambda lang: listing.lang_name(lang, t),
    )  # fmt: skip
    return chosen or mine


def _difference(ctx: Context, each: Standing) -> None:
    t, draft = ctx.t, each.draft
    if draft is None:
        st.markdown(t("publish.no_draft"))
        return
    if draft.read() is None:
        st.error(t("publish.diff_unreadable"), icon=":material/error:")
        return
    plan = _plan(ctx, draft)
    if plan is None or plan.diff is None:
        st.markdown(t("publish.diff_first"))
        return
    if plan.level is None:
        st.markdown(t("publish.diff_same"))
        return
    now = each.version.version if each.version else "–"
    st.markdown(f"**{t('publish.diff_to_title', version=now)}**")
    level, about = t(f"publish.level_{plan.level}"), t(f"publish.level_{plan.level}_about")
    st.markdown(t("publish.diff_proposed", version=plan.version, level=level, about=about))
    past.changes(ctx, plan.diff)
