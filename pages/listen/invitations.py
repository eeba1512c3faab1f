"""Invitations: whom to ask by a link of their own, how far that reached, and whom to remind."""

from __future__ import annotations

import streamlit as st

from components import cards, page
from components.invitations import reach as invitations_reach
from components.invitations import remind as invitations_remind
from components.invitations import wave
from components.uploads import reading

ctx = page.begin(__file__)
t = ctx.t
cards.style()
reading.own_words(t)
surveys = {survey.id: survey for survey in ctx.bench.shelf.all() if survey.kind == "customer"}
invitations_reach.headline(ctx)
ask, reach, remind = st.tabs([t(f"invitations.tab_{name}") for name in ("new", "reach", "remind")])
with ask:
    wave.new_wave(ctx, surveys)
with reach:
    invitations_reach.show(ctx, surveys)
with remind:
    invitations_remind.show(ctx)
