"""The look that `.streamlit/config.toml` cannot say: width, spacing, Chinese line height, small text classes."""

from __future__ import annotations

import streamlit as st

from cx.words import Translator

_CSS = """<style>
.stMainBlockContainer { max-width: 1180px; padding: 2.2rem 2.2rem 4rem; }
.stMain h1 { font-size: 1.75rem; font-weight: 650; line-height: 1.35; padding: 0 0 .6rem; }
.stMain h2, .stMain h3 { font-size: 1.08rem; font-weight: 600; padding: .6rem 0 .45rem; }
.stMain .stHtml h2, .stMain .stHtml h3 { line-height: 1.2; margin: 0; }
.stMain [data-testid="stPageLink"] a { padding-left: 0; }
.stMarkdown p, .stMarkdown li, .stHtml { line-height: LINE; }
.stAppHeader { background: transparent; }
[data-testid="stCaptionContainer"] { opacity: 1; color: #5C676B; }
[data-testid="stSidebarNavLink"] [data-testid="stIconMaterial"] { color: #4C575B; }
.stApp a:focus-visible, .stApp summary:focus-visible, .cx-who button:focus-visible, .cx-table:focus-visible,
.stApp [data-testid^="stBaseButton-element"]:focus-visible { outline: 3px solid #0E6B66; outline-offset: 2px; }
[data-testid="stFileUploader"] :is([data-testid="stIconMaterial"], [data-testid="stBaseButton-borderlessIcon"])
  { color: #4C575B; }
[data-testid="stCode"] .token { color: #1E2A2F !important; }
[data-testid="stCode"] .token.keyword { color: #0E6B66 !important; }
[data-testid="stMain"]:focus-visible { outline: 3px solid #0E6B66; outline-offset: -3px; }
.cx-crumb { color: #5C676B; font-size: .9rem; }
.cx-muted { color: #5C676B; }
.cx-note { color: #5C676B; font-size: .875rem; line-height: 1.6; margin: 0; }
.st-key-filters > div { flex: 1 1 auto; }
@media (min-width: 1100px) { .stMain .st-key-filters { flex-wrap: nowrap; } .st-key-filters > div { min-width: 0; } }
.cx-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.cx-empty { border: 1px dashed #CFCABD; border-radius: 10px; padding: 2.2rem; text-align: center;
  background: #F1EEE655; }
.cx-empty strong { display: block; font-size: 1.15rem; font-weight: 600; margin-bottom: .35rem; }
.cx-who { line-height: 1.5; }
.cx-who strong { font-weight: 600; }
.cx-who form { display: inline; }
.cx-who button, .cx-who a { font: inherit; font-size: .9rem; color: #0E6B66; background: none; border: 0;
  padding: 8px 14px 8px 0; cursor: pointer; text-decoration: underline; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 3.2rem 1rem 3rem; }
  .stAppHeader { background: #FBFAF7; } .stMain h1 { font-size: 1.45rem; }
  .st-key-filters { gap: .5rem; } .st-key-filters > div { min-width: calc(50% - .25rem); } }
</style>"""


_OWN_WORDS = {  # Streamlit's lists speak English and take no words of ours: shown over its own
    "select_all": '[data-key="__select_all__"] > div',
    "select_matches": '[data-key="__select_matches__"] > div',
    "no_results": ':is([data-testid="stMultiSelectDropdown"], [data-testid="stSelectboxVirtualDropdown"]) '
    "[role=option] > span:only-child",
}


def apply(lang: str) -> None:
    """Put the style sheet on the page; Chinese text gets 1.6 line height, and lists speak the page's language."""
    t = Translator(lang)
    own = "".join(
        f'{where} {{ font-size: 0; }} {where}::after {{ content: "{t(f"shell.{key}")}"; font-size: .95rem; }}\n'
        for key, where in _OWN_WORDS.items()
        if lang != "en"
    )
    st.html(_CSS.replace("LINE", "1.6" if lang == "zh" else "1.5").replace("</style>", f"{own}</style>"))
