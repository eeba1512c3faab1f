"""Response quality: which answers were hardly given with care, how often such a rule errs, and what counts."""

from __future__ import annotations

import streamlit as st

from components import cards, page
from components.quality import overview

ctx = page.begin(__file__)
cards.style()
overview.headline(ctx)
overview.rules(ctx)
st.header(ctx.t("quality.look"), anchor=False)
overview.look(ctx)
