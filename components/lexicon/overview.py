"""The lexicon on screen: what is drafted, what it would change, its versions."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from components import cards, page, session
from components.markdown import plain
from components.page import Context
from components.voices import quote, reading
from cx.insight import voices_lexicon, voices_trial
from cx.insight.voices_trial import Changed, Trial
from cx.measure.scope import Scope
from cx.publish import lexicon
from cx.voices.lexicon import FILES
from cx.words import Refused

_DRAFTS, _SAID = "lexicon_drafts", "lexicon_said"


def folder(ctx: Context) -> Path:
    """Where the bank's own files lie."""
    return voices_lexicon.folder(ctx.bench.place)


def text(ctx: Context, file: str) -> str:
    """The text to go on with: the draft of this user, else what is in service."""
    drafts: dict[str, tuple[str, str]] = session.get(_DRAFTS, {})
    return drafts[file][0] if file in drafts else lexicon.text(folder(ctx), file)


def draft(ctx: Context, file: str, text: str) -> None:
    """Keep a text as this user's draft of a file; what it was written over stays what it was."""
    now = lexicon.text(folder(ctx), file)
    drafts: dict[str, tuple[str, str]] = dict(session.get(_DRAFTS, {}))
    over = drafts[file][1] if file in drafts else now
    drafts.pop(file, None)
    if text != over:
        drafts[file] = (text, over)
    session.put(_DRAFTS, drafts)


def _discard(file: str) -> None:
    drafts = dict(session.get(_DRAFTS, {}))
    drafts.pop(file, None)
    session.put(_DRAFTS, drafts)


def drafted(ctx: Context) -> None:
    """What was just done; each draft with what is wrong in it or what it would change, to be saved or discarded."""
    if said := session.take(_SAID, ""):
        st.success(said, icon=":material/check:")
    drafts: dict[str, tuple[str, str]] = session.get(_DRAFTS, {})
    for file in FILES:
        if file in drafts:
            with st.container(border=True, key=f"lexicon_draft_{file.split('.')[0]}"):
                _draft(ctx, file, *drafts[file])


def _draft(ctx: Context, file: str, text: str, over: str) -> None:
    t = ctx.t
    cards.heading(t("lexicon.draft_title", file=t(f"lexicon.file_{file.split('.')[0]}")))
    faults = lexicon.faults(file, text)
    page.problems(ctx, faults)
    sound = not any(problem.severity == "error" for problem in faults)
    if sound:
        _preview(ctx, file, text)
    with st.container(horizontal=True):
        if sound and st.button(t("lexicon.save"), key=f"lexicon_save_{file}", type="primary", icon=":material/save:"):
            try:
                lexicon.save(ctx.bench.database, folder(ctx), file, text, ctx.user.name, over)
            except Refused as refused:
                page.problems(ctx, refused)
                return
            _discard(file)
            voices_lexicon.refresh()
            session.put(_SAID, t("lexicon.saved"))
            st.rerun()
        st.button(t("lexicon.discard"), key=f"lexicon_discard_{file}", on_click=partial(_discard, file))


def _preview(ctx: Context, file: str, text: str) -> None:
    t = ctx.t
    reading.ready(ctx)
    then = lexicon.trial(folder(ctx), file, text)
    found = _tried(ctx, then.digest, lambda: _compared(ctx, then))
    if not found.n:
        cards.said(t("lexicon.preview_nothing"))
        return
    numbers = {name: t.number(getattr(found, name)) for name in ("n", "moods", "themes", "risks")}
    cards.said(t("lexicon.preview", **numbers))
    if found.changed:
        with st.expander(t("lexicon.preview_examples", n=len(found.changed))):
            cards.words_table([_example(ctx, each) for each in found.changed], t("lexicon.preview_about"))


def _compared(ctx: Context, then: voices_lexicon.Lexicon) -> Trial:
    now = voices_lexicon.lexicon(ctx.bench.place)
    with st.spinner(ctx.t("lexicon.trying")), ctx.bench.database.cursor() as con:
        return voices_trial.compare(con, Scope(ctx.rights), now, then)


def _tried(ctx: Context, digest: str, find) -> Trial:  # type: ignore[no-untyped-def]
    """The comparison, kept for this tab as long as neither lexicon nor data change."""
    mark = (digest, voices_lexicon.lexicon(ctx.bench.place).digest, ctx.bench.database.version)
    kept: tuple[object, Trial | None] = session.get("lexicon_tried", (None, None))
    if kept[0] == mark and kept[1] is not None:
        return kept[1]
    found: Trial = find()
    session.put("lexicon_tried", (mark, found))
    return found


def _example(ctx: Context, each: Changed) -> dict[str, str]:
    t = ctx.t
    return {
        t("voices.col_text"): each.text,
        t("lexicon.before"): _read(ctx, each.before),
        t("lexicon.after"): _read(ctx, each.after),
    }


def _read(ctx: Context, found: voices_trial.Reading) -> str:
    t, comma = ctx.t, "、" if ctx.t.lang == "zh" else ", "
    names = [quote.theme(ctx, id) for id in found.themes] + [t(f"voices.risk_{risk}") for risk in found.risks]
    return t(f"voices.mood_{found.label}") + (f" · {comma.join(names)}" if names else "")


def past(ctx: Context) -> None:
    """Every version of the bank's own files: who, when, and the way back."""
    t = ctx.t
    lexicon.look(ctx.bench.database, folder(ctx))
    known = ctx.ask(lexicon.all)
    if not known:
        cards.said(t("lexicon.past_none"))
        return
    newest = {version.file: version.number for version in reversed(known)}
    for version in known:
        with st.container(border=True):
            who = ctx.bench.accounts.display(version.who)
            name = t(f"lexicon.file_{version.file.split('.')[0]}")
            back = t("lexicon.back_to", number=version.back_to) if version.back_to else ""
            origin = t(f"lexicon.origin_{version.origin}")
            st.markdown(
                f"**{version.number} · {plain(name)}** · {origin}{back} · {plain(who)} · {t.time(version.at)} UTC"
            )
            with st.expander(t("lexicon.see")):
                st.code(version.text or t("lexicon.bare"), language="yaml")
            if newest[version.file] != version.number:
                key = f"lexicon_back_{version.number}"
                if st.button(t("lexicon.roll_back"), key=key, icon=":material/history:"):
                    _back(ctx, version.number)


def _back(ctx: Context, number: int) -> None:
    try:
        lexicon.roll_back(ctx.bench.database, folder(ctx), number, ctx.user.name)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    voices_lexicon.refresh()
    session.put(_SAID, ctx.t("lexicon.rolled_back", number=number))
    st.rerun()
