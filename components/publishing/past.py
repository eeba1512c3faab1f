"""What happened to a survey: its history with comments, its texts side by side, its versions and the way back."""

from __future__ import annotations

import datetime as dt
from difflib import unified_diff
from html import escape

import streamlit as st

from components import moments, page, session
from components.page import Context
from components.publishing import acting, listing
from cx.publish import drafts, past, telling, versions
from cx.publish import publishing as press
from cx.publish.drafts import Draft, Revision
from cx.publish.past import Event
from cx.publish.standing import Standing
from cx.publish.versions import Version
from cx.survey import load
from cx.survey.diff import Diff, compare
from cx.survey.schema import Survey
from cx.words import Refused

_BACK = "publishing_back"
_GRAVE, _GOOD = ("returned", "aside", "outside", "removed"), ("approved", "published", "restored")
_MOST = 40


def history(ctx: Context, each: Standing) -> None:
    """Who did what, newest first; texts that were put aside can be compared and taken over."""
    events = ctx.ask(past.events, each.survey_id)
    st.html(
        "".join(_event(ctx, each, event) for event in events[:_MOST]) or f"<p>{escape(ctx.t('publish.no_past'))}</p>"
    )
    if ctx.may("surveys_edit"):
        _texts(ctx, each)


def changes(ctx: Context, diff: Diff) -> None:
    """The differences in words, the gravest first."""
    if not diff.changes:
        st.markdown(ctx.t("publish.level_none"))
        return
    t, colour = ctx.t, {"major": "bad", "minor": "wait", "patch": ""}
    st.html(
        "".join(
            f'<div class="cx-change"><span><span class="cx-chip {colour[change.level]}">'
            f"{escape(t(f'publish.level_{change.level}'))}</span></span>"
            f"<span>{escape(telling.tell(change, t, ctx.model))}</span></div>"
            for change in diff.changes
        )
    )


def list_of(ctx: Context, each: Standing) -> None:
    """Every version that was in service, with what it changed, and the way back to it."""
    t = ctx.t
    found = ctx.ask(versions.all, each.survey_id)
    if not found:
        st.markdown(t("publish.no_versions"))
        return
    for place, version in enumerate(found):
        with st.container(border=True, key=f"version_{version.number}"):
            head, do = st.columns([0.8, 0.2], vertical_alignment="center")
            do = do.container(horizontal_alignment="right")
            head.html(_version(ctx, version, place == 0, versions.origin_of(version, found)))
            older = found[place + 1] if place + 1 < len(found) else None
            back = ctx.may("surveys_approve") and place > 0 and version.origin not in versions.OUT
            if back and do.button(t("publish.do_roll_back"), key=f"back_{version.number}", icon=":material/history:"):
                session.put(_BACK, (each.survey_id, version.number))
            if older is not None:
                _changed(ctx, older, version)
            if session.get(_BACK, ("", 0)) == (each.survey_id, version.number):
                _roll_back(ctx, each, version, found[0])


def _changed(ctx: Context, older: Version, version: Version) -> None:
    with st.expander(ctx.t("publish.changed_since", version=older.version)):
        try:
            diff = ctx.ask(_difference, older, version)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        changes(ctx, diff)


def _difference(con: versions.Connection, older: Version, newer: Version) -> Diff:
    """Kept with the answers of the database, although it asks nothing of it: both versions never change."""
    del con
    return compare(older.read(), newer.read())


def _roll_back(ctx: Context, each: Standing, version: Version, now: Version) -> None:
    t = ctx.t
    try:
        diff = ctx.ask(_difference, now, version)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    st.markdown(t("publish.about_roll_back", version=version.version))
    changes(ctx, diff)

    def act() -> object:
        session.drop(_BACK)
        return press.roll_back(acting.press_of(ctx), each.survey_id, version.number, ctx.user)

    acting.confirm(ctx, "roll_back", act, t("publish.said_roll_back", version=version.version))


def _event(ctx: Context, each: Standing, event: Event) -> str:
    t = ctx.t
    many = event.kind == "saved" and event.first != event.last
    key = "saved_many" if many else "rolled_back_to" if event.back else event.kind
    values = {
        "who": listing.named(ctx, event.who),
        "first": event.first,
        "last": event.last,
        "version": event.version or "",
        "back": event.back or "",
    }
    said = escape(t(f"publish.past_{key}", **values))
    kind = "grave" if event.kind in _GRAVE else "good" if event.kind in _GOOD else ""
    survey = each.survey
    names = {q.id: t.pick(q.label, q.id) for q in survey.questions} if survey else {}
    quoted = "".join(
        f"<q>{f'<strong>{escape(names.get(c.question, c.question))}</strong><br>' if c.question else ''}"
        f"{escape(c.text)}</q>"
        for c in event.comments
    )
    return (
        f'<div class="cx-past {kind}">{said} <span class="cx-muted">{escape(local(ctx, event.at))}</span>{quoted}</div>'
    )


def local(ctx: Context, at: dt.datetime) -> str:
    """A moment of the tables (UTC) on the bank's clock."""
    return moments.told(ctx, at)


def _version(ctx: Context, version: Version, current: bool, origin: Version | None) -> str:
    t = ctx.t
    level = t(f"publish.level_{version.level}") if version.level else t("publish.level_first")
    chip = f'<span class="cx-chip good">{escape(t("publish.current"))}</span>' if current else ""
    mark = "" if version.intact else f'<span class="cx-chip bad">{escape(t("publish.not_intact"))}</span>'
    deed = "rolled_back_to" if origin else version.origin
    back = {"back": origin.version} if origin else {}
    who = t(f"publish.by_{deed}", who=listing.named(ctx, version.who), at=local(ctx, version.at), **back)
    parts = [who]
    if version.authors:
        parts.append(
            t(
                "publish.by_authors",
                names=("、" if t.lang == "zh" else ", ").join(listing.named(ctx, name) for name in version.authors),
            )
        )
    if version.approved_by:
        parts.append(t("publish.by_approver", name=listing.named(ctx, version.approved_by)))
    checked = f"SHA-256 {version.sha256}"
    return (
        f'<div style="line-height:1.6" title="{escape(checked)}"><strong>{escape(version.version)}</strong> '
        f'<span class="cx-chip">{escape(level)}</span>{chip}{mark}<br>'
        f'<span class="cx-facts">{escape(" · ".join(parts))}</span></div>'
    )


def _texts(ctx: Context, each: Standing) -> None:
    """One kept text against what is now: in words, as text, and taking it over."""
    t = ctx.t
    kept = {revision.revision: revision for revision in past.folded(ctx.ask(drafts.history, each.survey_id))}
    others = [number for number, revision in kept.items() if each.draft is None or number != each.draft.revision]
    if not others:
        return
    st.header(t("publish.texts"), anchor=False)
    asides = [number for number in others if kept[number].aside]
    chosen = st.selectbox(
        t("publish.text_of"), others, index=others.index(asides[0]) if asides else 0, key="publish_text",
        format_func=lambda number: _named(ctx, kept[number]),
    )  # fmt: skip
    _side_by_side(ctx, each, kept[chosen])
    revision = each.draft.revision if each.draft else None
    if st.button(t("publish.take"), key="publish_take", icon=":material/swap_horiz:"):
        try:
            drafts.take(ctx.bench.database, each.survey_id, chosen, ctx.user, revision)
        except Refused as refused:
            page.problems(ctx, refused)
        else:
            acting.done(t("publish.said_take", revision=chosen))


def _named(ctx: Context, revision: Revision) -> str:
    key = "publish.text_aside" if revision.aside else "publish.text_saved"
    return ctx.t(
        key, revision=revision.revision, who=listing.named(ctx, revision.author), at=local(ctx, revision.saved_at)
    )


def _side_by_side(ctx: Context, each: Standing, other: Revision) -> None:
    t, now = ctx.t, _now(each)
    if now is None:
        return
    text, survey = now
    there = load.read(other.text, f"{each.survey_id}.yaml").survey
    if survey is not None and there is not None:
        diff = compare(survey, there)
        st.markdown(t("publish.text_differs" if diff.changes else "publish.text_same"))
        if diff.changes:
            changes(ctx, diff)
    lines = list(unified_diff(text.splitlines(), other.text.splitlines(), lineterm="", n=2))[2:]
    if lines:
        with st.expander(t("publish.text_lines")):
            st.code("\n".join(lines), language="diff")


def _now(each: Standing) -> tuple[str, Survey | None] | None:
    """The draft, else the last version: its text and what it says."""
    draft: Draft | None = each.draft
    if draft is not None:
        return draft.text, draft.read()
    return (each.version.text, each.served) if each.version is not None else None
