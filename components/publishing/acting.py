"""What can be done with a survey: buttons, and for each a panel that says what it means before it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import streamlit as st

from components import page, session
from components.markdown import plain
from components.page import Context
from components.publishing import listing
from cx.publish import drafts, versions
from cx.publish import publishing as press
from cx.publish.drafts import Comment, Draft
from cx.publish.publishing import Press
from cx.publish.standing import Standing
from cx.publish.versions import Schedule
from cx.survey.diff import LEVELS, Level
from cx.survey.schema import Survey
from cx.words import Refused
from cx.words.apart import apart

_DOING = "publishing_doing"
_SAID = "publishing_said"
_ICONS = {
    "submit": "send", "approve": "check", "send_back": "reply", "publish": "publish", "discard": "delete",
    "retire": "block", "restore": "restart_alt",
}  # fmt: skip


def bar(ctx: Context, each: Standing) -> None:
    """The buttons that this user has now, and the panel of the one that was pressed."""
    t, doing = ctx.t, session.get(_DOING, ("", ""))
    said = session.take(_SAID, "")
    if said:
        st.success(said, icon=":material/check:")
    if said and each.served is not None and each.draft is None:
        with st.container(horizontal=True):
            page.link(ctx, "quick_survey", t("publish.hand_out"), {"survey": each.survey_id})
            page.link(ctx, "invitations", t("publish.invite"), {"survey": each.survey_id})
    offered = _offered(ctx, each)
    with st.container(horizontal=True, vertical_alignment="center"):
        if ctx.may("surveys_edit"):
            page.link(ctx, "builder", t("publish.edit"), {"survey": each.survey_id})
        for number, name in enumerate(offered):
            kind = "primary" if number == 0 and name in ("submit", "approve", "publish") else "secondary"
            if st.button(t(f"publish.do_{name}"), key=f"do_{name}", type=kind, icon=f":material/{_ICONS[name]}:"):
                session.put(_DOING, (each.survey_id, name))
                doing = (each.survey_id, name)
    if _own(ctx, each):
        st.caption(f":material/info: {t('publish.own')}")
    if doing[0] == each.survey_id and doing[1] in offered:
        with st.container(border=True, key=f"panel_{doing[1]}"):
            _PANELS[doing[1]](ctx, each)


def done(said: str) -> None:
    """Close the panel, say what was done, and draw the page anew."""
    session.drop(_DOING)
    session.put(_SAID, said)
    st.rerun()


def press_of(ctx: Context) -> Press:
    """Where surveys are published."""
    return Press(ctx.bench.database, ctx.bench.place.surveys, ctx.bench.shelf)


def confirm(ctx: Context, name: str, act: Callable[[], object], said: str, ready: bool = True) -> None:
    """The two buttons at the end of a panel; a refusal is told in it."""
    with st.container(horizontal=True):
        sure = st.button(ctx.t(f"publish.sure_{name}"), key=f"sure_{name}", type="primary", disabled=not ready)
        if st.button(ctx.t("publish.cancel"), key=f"cancel_{name}"):
            session.drop(_DOING)
            st.rerun()
    if not sure:
        return
    try:
        act()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    done(said)


def _own(ctx: Context, each: Standing) -> bool:
    """Whether four eyes keep this user from approving what waits for approval."""
    draft = each.draft
    return draft is not None and draft.state == "submitted" and ctx.may("surveys_approve") and (
        ctx.user.name in draft.authors
    )  # fmt: skip


def _offered(ctx: Context, each: Standing) -> list[str]:
    state = each.draft.state if each.draft else None
    edit, approve = ctx.may("surveys_edit"), ctx.may("surveys_approve")
    rules = (
        ("submit", edit and state in ("draft", "returned")),
        ("approve", approve and state == "submitted" and not _own(ctx, each)),
        ("publish", approve and state == "approved"),
        ("send_back", approve and state in ("submitted", "approved")),
        ("discard", edit and state is not None),
        ("restore", approve and each.service in versions.OUT),
        ("retire", approve and each.served is not None and each.service != "retired"),
    )
    return [name for name, holds in rules if holds]


def _draft(each: Standing) -> Draft:
    assert each.draft is not None
    return each.draft


def _submit(ctx: Context, each: Standing) -> None:
    draft, db = _draft(each), ctx.bench.database
    st.markdown(ctx.t("publish.about_submit"))
    listing.untranslated(ctx, draft)
    confirm(
        ctx, "submit", lambda: drafts.submit(db, each.survey_id, draft.revision, ctx.user), ctx.t("publish.said_submit")
    )


def _approve(ctx: Context, each: Standing) -> None:
    draft, db = _draft(each), ctx.bench.database
    st.markdown(ctx.t("publish.about_approve", revision=draft.revision))
    listing.untranslated(ctx, draft)
    note = st.text_input(ctx.t("publish.note"), key="approve_note", max_chars=500)
    confirm(
        ctx, "approve", lambda: drafts.approve(db, each.survey_id, draft.revision, ctx.user, note),
        ctx.t("publish.said_approve"),
    )  # fmt: skip


def _send_back(ctx: Context, each: Standing) -> None:
    t, draft = ctx.t, _draft(each)
    st.markdown(t("publish.about_send_back"))
    survey = draft.read()
    labels = apart({q.id: t.pick(q.label, q.id) for q in survey.questions}) if survey else {}
    chosen = st.multiselect(
        t("publish.comment_on"), list(labels), format_func=lambda id: labels[id], key="comment_on",
        placeholder=t("publish.comment_pick"),
    )  # fmt: skip
    comments = [Comment(id, st.text_area(labels[id], key=f"comment_{id}", max_chars=2000, height=80)) for id in chosen]
    whole = st.text_area(t("publish.comment_whole"), key="comment_whole", max_chars=2000, height=90)
    comments.append(Comment(None, whole))
    confirm(
        ctx, "send_back",
        lambda: drafts.send_back(ctx.bench.database, each.survey_id, draft.revision, ctx.user, comments),
        t("publish.said_send_back"),
    )  # fmt: skip


def _publish(ctx: Context, each: Standing) -> None:
    t, draft = ctx.t, _draft(each)
    survey = draft.read()
    if survey is None:
        st.error(t("publish.diff_unreadable"))
        return
    opens, closes = _days(ctx, survey)
    schedule = Schedule(opens, closes)
    try:
        plan, known = ctx.ask(_planned, draft, survey, schedule)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    level: Level | None = None
    if plan.level is not None:
        st.markdown(t("publish.diff_proposed", version=plan.version, level=t(f"publish.level_{plan.level}"),
                      about=t(f"publish.level_{plan.level}_about")))  # fmt: skip
        options = LEVELS[LEVELS.index(plan.level) :]
        level = st.segmented_control(
            t("publish.level"), options, default=plan.level, required=True, key="publish_level",
            format_func=lambda name: f"{t(f'publish.level_{name}')} · {plan.at(name, known)}",
        )  # fmt: skip
    elif plan.diff is None:
        st.markdown(t("publish.first", version=plan.version))
    else:
        st.info(t("publish.diff_same"))
    number = plan.at(level, known)
    listing.untranslated(ctx, draft)
    st.caption(t("publish.about_publish"))
    confirm(
        ctx, "publish",
        lambda: press.publish(press_of(ctx), each.survey_id, draft.revision, ctx.user, level, schedule),
        t("publish.said_publish", version=number), plan.diff is None or plan.level is not None,
    )  # fmt: skip


def _planned(
    con: versions.Connection, draft: Draft, survey: Survey, schedule: Schedule
) -> tuple[versions.Plan, tuple[str, ...]]:
    """The plan under these first and last days, and the version numbers that were ever used."""
    dated = versions.scheduled(survey, schedule)
    return versions.plan(con, draft, dated), tuple(each.version for each in versions.all(con, draft.survey_id))


def _days(ctx: Context, survey: Survey) -> tuple[dt.date | None, dt.date | None]:
    t = ctx.t
    left, right = st.columns(2)
    return tuple(  # type: ignore[return-value]
        column.date_input(
            t(f"publish.{name}"), value=getattr(survey, name), key=f"publish_{name}", format="YYYY-MM-DD",
            help=t(f"publish.{name}_help"),
        )
        for name, column in (("opens", left), ("closes", right))
    )  # fmt: skip


def _discard(ctx: Context, each: Standing) -> None:
    draft, db = _draft(each), ctx.bench.database
    st.markdown(ctx.t("publish.about_discard"))
    confirm(
        ctx, "discard", lambda: drafts.discard(db, each.survey_id, draft.revision, ctx.user),
        ctx.t("publish.said_discard"),
    )  # fmt: skip


def _retire(ctx: Context, each: Standing) -> None:
    st.markdown(ctx.t("publish.about_retire", title=plain(listing.title(ctx, each))))
    confirm(
        ctx, "retire", lambda: press.retire(press_of(ctx), each.survey_id, ctx.user, dt.date.today()),
        ctx.t("publish.said_retire"),
    )  # fmt: skip


def _restore(ctx: Context, each: Standing) -> None:
    st.markdown(ctx.t("publish.about_restore"))
    confirm(
        ctx, "restore", lambda: press.restore(press_of(ctx), each.survey_id, ctx.user), ctx.t("publish.said_restore")
    )


_PANELS: dict[str, Callable[[Context, Standing], None]] = {
    "submit": _submit, "approve": _approve, "send_back": _send_back, "publish": _publish, "discard": _discard,
    "retire": _retire, "restore": _restore,
}  # fmt: skip
