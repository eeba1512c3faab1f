"""The Streamlit script: who is signed in, which pages they may open, and what stands beside each page."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import navigation, session, theme, welcome
from cx import workbench
from cx.access.rights import User
from cx.access.sessions import form_token
from cx.words import LANGUAGES, Translator


def main() -> None:
    """One rerun of one browser tab."""
    st.set_page_config(page_title="cx", page_icon=str(navigation.ROOT / "web" / "static" / "cx.svg"), layout="wide")
    user = session.user()
    if user is None or user.must_change:
        _closed(user)
        return
    t = Translator(user.lang)
    theme.apply(user.lang)
    allowed = navigation.allowed(user)
    if not allowed:
        _nothing(t)
        return
    chosen = st.navigation(_menu(t, allowed), expanded=True)
    st.logo(str(navigation.ROOT / "web" / "static" / "wordmark.svg"), size="large")
    _sidebar(user, t)
    if user.role == "admin" and workbench.current().fresh:
        welcome.show(t, user.name)
    else:
        chosen.run()


def _menu(t: Translator, allowed: tuple[navigation.Page, ...]) -> dict[str, list[StreamlitPage]]:
    """The pages by section. Those that the user may not open are there without being shown: a link to one then meets
    :func:`components.page.begin`, which refuses in the user's language, and not Streamlit's own "Page not found"."""
    menu: dict[str, list[StreamlitPage]] = {}
    for page in (*allowed, *(page for page in navigation.PAGES if page not in allowed)):
        shown = page in allowed
        section = page.section if shown else allowed[0].section  # hidden pages alone would leave an empty title
        menu.setdefault(t(f"shell.section_{section}"), []).append(
            st.Page(
                page.file,
                title=t(f"page.{page.stem}"),
                icon=f":material/{page.icon}:",
                url_path=page.stem,
                default=page.stem == navigation.HOME,
                visibility="visible" if shown else "hidden",
            )
        )
    return menu


def _closed(user: User | None) -> None:
    """Nothing but the way to sign in (the server sends new visitors there itself), or to set a first password."""
    here = quote(st.context.url.split("/", 3)[-1]) if st.context.url else ""
    lang = user.lang if user else (st.context.locale or LANGUAGES[0]).split("-")[0]
    t = Translator(lang if lang in LANGUAGES else LANGUAGES[0])
    st.navigation([st.Page(lambda: None, title="cx")], position="hidden")
    theme.apply(t.lang)
    what, label, path = ("must_change", "to_password", "password") if user else ("signed_out", "to_sign_in", "login")
    st.html(
        f'<div class="cx-empty"><strong>{escape(t(f"shell.{what}"))}</strong>'
        f'<a href="/{path}?next=/{here}" target="_self">{escape(t(f"shell.{label}"))}</a></div>'
    )


def _nothing(t: Translator) -> None:
    """An account whose role opens no page at all."""
    st.navigation([st.Page(lambda: None, title="cx")], position="hidden")
    what, cure = escape(t("shell.nothing")), escape(t("shell.nothing_try"))
    st.html(f'<div class="cx-empty"><strong>{what}</strong><span class="cx-muted">{cure}</span></div>')


def _sidebar(user: User, t: Translator) -> None:
    token = form_token(session.token() or "")
    other = next(lang for lang in LANGUAGES if lang != user.lang)
    here = "/" + st.context.url.split("/", 3)[-1] if st.context.url and st.context.url.count("/") > 2 else "/"
    hidden = f'<input type="hidden" name="form" value="{token}">'
    st.sidebar.html(
        f'<div class="cx-who"><strong>{escape(user.display)}</strong><br>'
        f'<span class="cx-muted">{escape(t(f"shell.role_{user.role}"))}</span><br>'
        f'<form method="post" action="/language">{hidden}<input type="hidden" name="to" value="{other}">'
        f'<input type="hidden" name="next" value="{escape(here, quote=True)}">'
        f"<button>{escape(t('access.language_other'))}</button></form>"
        f'<a href="/password" target="_self">{escape(t("shell.password"))}</a>'
        f'<form method="post" action="/logout">{hidden}<button>{escape(t("shell.sign_out"))}</button></form></div>'
    )


main()
