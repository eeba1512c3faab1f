"""The indicator dictionary on screen: how it stands, what a draft changes in words, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from components import page, session
from components.markdown import plain
from components.page import Context
from cx.bank.diff import Change
from cx.bank.model import Model
from cx.publish import dictionary, drafts, versions
from cx.publish.dictionary import Desk, Plan
from cx.publish.drafts import DICTIONARY, Comment, Draft
from cx.publish.versions import Version
from cx.words import Refused, Translator

_SAID = "dictionary_said"
_COLOUR = {"major": "#A83F28", "minor": "#7A5A10", "patch": "#5C676B"}


def desk(ctx: Context) -> Desk:
    """Where the dictionary is kept; noted when its file was changed outside."""
    found = ctx.bench.dictionary
    dictionary.look(found)
    return found


def standing(at: Desk) -> tuple[Version | None, Draft | None]:
    """The version in service, and the draft where there is one."""
    with at.db.cursor() as con:
        known = versions.all(con, DICTIONARY)
        return (known[0] if known else None), drafts.find(con, DICTIONARY)


def planned(at: Desk, draft: Draft) -> Plan:
    """What publishing the draft would mean."""
    with at.db.cursor() as con:
        return dictionary.plan(con, at, draft.text)


def answer(ctx: Context, at: Desk, version: Version | None, draft: Draft | None) -> None:
    """The page's answer in two sentences, and what was just done."""
    t = ctx.t
    if said := session.take(_SAID, ""):
        st.success(said, icon=":material/check:")
    count = t.number(len(ctx.model.indicators))
    words = [t("dictionary.in_service", n=count, version=version.version if version else "–")]
    if draft is None:
        words.append(t("dictionary.no_draft"))
    else:
        who = ctx.bench.accounts.display(draft.author)
        key = "draft_same" if draft.text == at.text() else f"draft_{draft.state}"
        words.append(t(f"dictionary.{key}", who=who, n=t.number(len(planned(at, draft).changes))))
    st.html(f'<p class="cx-say">{escape("".join(words) if t.lang == "zh" else " ".join(words))}</p>')


def act(ctx: Context, at: Desk, draft: Draft) -> None:
    """The draft's changes in words, what is wrong in it, and the buttons that this user has."""
    t = ctx.t
    faults = at.faults(draft.text)
    page.problems(ctx, faults)
    plan = planned(at, draft)
    if plan.changes:
        st.html(f"<h2>{escape(t('dictionary.changes', version=plan.version))}</h2>{told(plan.changes, ctx.model, t)}")
        if plan.level == "major":
            st.warning(t("dictionary.major"), icon=":material/call_split:")
    for comment in draft.comments:
        st.info(t("dictionary.comment", who=plain(ctx.bench.accounts.display(comment.who)), text=plain(comment.text)))
    if draft.state == "submitted" and ctx.may("dictionary_approve") and ctx.user.name in draft.authors:
        st.html(f'<p class="cx-note">{escape(t("dictionary.own"))}</p>')
    note = ""
    if draft.state in ("submitted", "approved") and ctx.may("dictionary_approve"):
        note = st.text_area(t("dictionary.note"), key="dictionary_note", height=80)
    with st.container(horizontal=True):
        for number, (name, deed) in enumerate(_offered(ctx, at, draft, note, bool(faults)).items()):
            kind = "primary" if number == 0 and name != "discard" else "secondary"
            if st.button(t(f"dictionary.do_{name}"), key=f"dictionary_{name}", type=kind):
                done(ctx, deed, t(f"dictionary.done_{name}"))


def done(ctx: Context, deed: Callable[[], object], said: str) -> None:
    """Do it, say so and draw the page anew; a refusal is told instead."""
    try:
        deed()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put(_SAID, said)
    st.rerun()


def past(ctx: Context, at: Desk) -> None:
    """Every version that was in service: who, when, what it changed, and the way back to it."""
    t = ctx.t
    with at.db.cursor() as con:
        known = versions.all(con, DICTIONARY)
    for place, version in enumerate(known):
        with st.container(border=True, key=f"dictionary_version_{version.number}", gap="xsmall"):
            who = ctx.bench.accounts.display(version.who)
            head = t(
                f"dictionary.origin_{version.origin}", version=version.version, who=who, day=t.date(version.at.date())
            )
            st.html(f'<strong>{escape(head)}</strong> <span class="cx-muted">SHA-256 {version.sha256[:12]}…</span>')
            older = known[place + 1] if place + 1 < len(known) else None
            if older is not None:
                changes = dictionary.between(at, older, version)
                st.html(told(changes, ctx.model, t) if changes else f"<p>{escape(t('dictionary.none'))}</p>")
            back = ctx.may("dictionary_approve") and place > 0 and dictionary.seen(version, known)
            if back and st.button(
                t("dictionary.do_back", version=version.version), key=f"dictionary_back_{version.number}"
            ):
                done(ctx, partial(dictionary.roll_back, at, version.number, ctx.user), t("dictionary.done_back"))


def told(changes: tuple[Change, ...], model: Model, t: Translator) -> str:
    """Changes in words as an HTML list, the gravest first."""
    lines = (
        f'<li><span style="color:{_COLOUR[change.level]}">{escape(t(f"publish.level_{change.level}"))}</span> '
        f"{escape(tell(change, model, t))}</li>"
        for change in changes
    )
    return f"<ul>{''.join(lines)}</ul>"


def tell(change: Change, model: Model, t: Translator) -> str:
    """One change in words."""
    name = model.label("indicator", change.indicator, t)
    if change.code != "changed":
        return t(f"dictionary.change_{change.code}", name=name, id=change.indicator)
    none = t("dictionary.nothing")
    field = t(f"dictionary.field_{change.field}")
    return t("dictionary.change_field", name=name, field=field, old=change.before or none, new=change.after or none)


def _offered(ctx: Context, at: Desk, draft: Draft, note: str, faulty: bool) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    revision, user = draft.revision, ctx.user
    edits, approves = ctx.may("dictionary_edit"), ctx.may("dictionary_approve")
    if edits and draft.state in ("draft", "returned") and not faulty and draft.text != at.text():
        found["submit"] = lambda: dictionary.submit(at, revision, user)
    if approves and draft.state == "submitted" and user.name not in draft.authors:
        found["approve"] = lambda: drafts.approve(at.db, DICTIONARY, revision, user, note)
    if approves and draft.state == "approved":
        found["publish"] = lambda: dictionary.publish(at, revision, user)
    if approves and draft.state in ("submitted", "approved"):
        found["send_back"] = lambda: drafts.send_back(at.db, DICTIONARY, revision, user, [Comment(None, note)])
    if edits:
        found["discard"] = lambda: drafts.discard(at.db, DICTIONARY, revision, user)
    return found
