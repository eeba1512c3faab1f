"""The list of surveys: how each stands, and what waits for whom."""

from __future__ import annotations

import datetime as dt
import re
from html import escape

import streamlit as st

from components import cards, survey_names
from components.markdown import plain
from components.page import Context
from cx.measure.scope import Scope
from cx.publish import standing, versions
from cx.publish.drafts import Draft
from cx.publish.standing import Standing
from cx.store import query
from cx.survey import load
from cx.survey.schema import Survey
from cx.words import Translator

CSS = """<style>
.cx-chip { display: inline-block; border-radius: 999px; padding: .05rem .6rem; font-size: .84rem; line-height: 1.6;
  background: #E7E3D8; color: #1E2A2F; white-space: nowrap; margin: 0 .3rem .15rem 0; }
.cx-chip.good { background: #D5E6E3; color: #0A4F4B; } .cx-chip.wait { background: #F6E7C8; color: #6B4A08; }
.cx-chip.bad { background: #F6DDD6; color: #8A3220; } .cx-chip.mine { background: #0E6B66; color: #FFFFFF; }
.cx-line { display: grid; grid-template-columns: 2.2fr .6fr 1.25fr .8fr 1.8fr; gap: 0 .9rem; align-items: center;
  min-height: 2.4rem; font-size: .93rem; line-height: 1.45; }
.cx-line.head { color: #5C676B; font-size: .88rem; min-height: 1.6rem; }
.cx-line .num { text-align: right; } .cx-line .langs { white-space: nowrap; } .cx-line .cx-muted { font-size: .88rem; }
.st-key-survey_list [data-testid="stHorizontalBlock"] { border-top: 1px solid #E7E3D8; padding-top: .25rem; }
.st-key-survey_list [data-testid="stHorizontalBlock"]:first-of-type { border-top: 0; }
.st-key-survey_list .stButton button { padding: .3rem 0; min-height: 2.4rem; text-align: left; color: #0E6B66; }
.st-key-survey_list .stButton button p { text-decoration: underline; text-align: left; }
.cx-change { display: grid; grid-template-columns: 5rem 1fr; gap: .7rem; padding: .45rem 0;
  border-top: 1px solid #E7E3D8; line-height: 1.55; }
.cx-change:first-child { border-top: 0; }
.st-key-survey_phone iframe { border: 1px solid #CFCABD; border-radius: 22px; background: #FFFFFF; }
.cx-past { border-left: 2px solid #DEDACF; padding: 0 0 .8rem 1rem; margin-left: .3rem; line-height: 1.5; }
.cx-past.grave { border-color: #C8553D; } .cx-past.good { border-color: #0E6B66; }
.cx-past q { display: block; background: #F1EEE6; border-radius: 8px; padding: .4rem .7rem; margin-top: .35rem;
  quotes: none; white-space: pre-line; }
@media (max-width: 900px) { .cx-line { grid-template-columns: 1fr 1fr; padding-bottom: .5rem; }
  .cx-line.head { display: none; } .cx-line .num { text-align: left; } }
</style>"""
_COLOUR = {"open": "good", "closing": "good", "closed": "", "retired": "", "early": "wait", "new": "", "removed": "bad"}
UNTRANSLATED = "survey_translation"
_MOST_PLACES = 5
_DRAFT_COLOUR = {"draft": "", "submitted": "wait", "returned": "bad", "approved": "good"}


def standings(ctx: Context) -> dict[str, Standing]:
    """Every survey by id, after a look at the folder for files that were changed by hand."""
    versions.look(ctx.bench.database, ctx.bench.shelf)
    found = ctx.ask(standing.all, ctx.bench.shelf.all(), dt.date.today())
    return {each.survey_id: each for each in found}


def title(ctx: Context, each: Standing) -> str:
    """What it is called; its id while the draft cannot be read."""
    return survey_names.named(ctx, each.survey) if each.survey else each.survey_id


def chips(each: Standing, t: Translator, mine: bool = False) -> str:
    """How it stands, as HTML."""
    found = [_chip(t(f"publish.state_{each.service}", **_when(each, t)), _COLOUR[each.service])]
    if each.outside:
        found.append(_chip(t("publish.state_outside"), "bad"))
    if each.draft is not None:
        state = each.draft.state
        found.append(_chip(t(f"publish.state_{state}"), "mine" if mine else _DRAFT_COLOUR[state]))
    return "".join(found)


def near(day: dt.date, today: dt.date, t: Translator) -> str:
    """A day within two weeks as its distance, else its date."""
    days = (day - today).days
    if days in (-1, 0, 1):
        return t(f"publish.day_{('yesterday', 'today', 'tomorrow')[days + 1]}")
    return t("publish.in_days", n=days) if 1 < days <= 14 else t("publish.on_day", day=t.date(day))


def turn(ctx: Context, each: Standing) -> None:
    """What waits for this user, as one card with the way to it."""
    t = ctx.t
    assert each.draft is not None
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):  # fmt: skip
        said = t(f"publish.mine_{each.next}", title=title(ctx, each), who=named(ctx, each.draft.author))
        st.markdown(f":material/{_ICON[each.next or 'submit']}: **{plain(said)}**")
        if st.button(t("publish.look"), key=f"mine_{each.survey_id}", type="primary"):
            show(each.survey_id)


def overview(ctx: Context, found: dict[str, Standing]) -> None:
    """The list: one line a survey, and its way in."""
    t, counted = ctx.t, responses(ctx)
    with st.container(key="survey_list", gap="xsmall"):
        names, line = st.columns([0.27, 0.73], vertical_alignment="center")
        names.html(f'<div class="cx-line head"><span>{escape(t("surveys.title"))}</span></div>')
        heads = ("state", "version", "languages", "responses", "next")
        cells = "".join(
            f'<span class="{"num" if head == "responses" else ""}">{escape(t(f"surveys.{head}"))}</span>'
            for head in heads
        )
        line.html(f'<div class="cx-line head">{cells}</div>')
        for each in found.values():
            names, line = st.columns([0.27, 0.73], vertical_alignment="center")
            if names.button(title(ctx, each), key=f"open_{each.survey_id}", type="tertiary", help=each.survey_id):
                show(each.survey_id)
            line.html(_line(ctx, each, counted.get(each.survey_id, "0")))
    if t("surveys.hidden") in counted.values():
        st.caption(t("surveys.hidden_about"))


def responses(ctx: Context) -> dict[str, str]:
    """Responses so far by survey, through the door; few are not told apart from none where the base is too small."""
    measured = ctx.ask(query.measure, "responses", Scope(ctx.rights), ("survey_id",))
    shown = {}
    for cell in measured.cells:
        hidden = cell.estimate.state == "hidden"
        shown[cell.key[0]] = ctx.t("surveys.hidden") if hidden else ctx.t.number(cell.estimate.value)
    return shown


def show(survey_id: str | None) -> None:
    """Go to one survey, or back to the list."""
    st.query_params.clear()
    if survey_id is not None:
        st.query_params["survey"] = survey_id
    st.rerun()


def waiting(ctx: Context, found: dict[str, Standing]) -> None:
    """What is this user's turn, first of all."""
    mine = [each for each in found.values() if each.waits_for(ctx.user)]
    for each in sorted(mine, key=lambda each: (each.next not in ("approve", "publish"), each.survey_id)):
        turn(ctx, each)


def languages(each: Standing, t: Translator) -> str:
    """The languages it speaks."""
    survey = each.survey
    if survey is None:
        return "–"
    return " · ".join(lang_name(lang, t) for lang in survey.languages)


def whose(ctx: Context, each: Standing) -> str:
    """Who has to act now, in words; empty where nobody has."""
    if each.draft is None:
        return ""
    return ctx.t(f"publish.next_{each.next}", who=named(ctx, each.draft.author))


def untranslated(ctx: Context, draft: Draft) -> None:
    """What a draft does not say in every language it speaks, and where; nothing where all is said."""
    t, reading = ctx.t, load.read(draft.text, f"{draft.survey_id}.yaml")
    lacking = [problem for problem in reading.problems if problem.code == UNTRANSLATED]
    if reading.survey is None or not lacking:
        return
    names = list(dict.fromkeys(_place(ctx, reading.survey, problem.where) for problem in lacking))
    spoken = " · ".join(lang_name(lang, t) for lang in dict.fromkeys(str(each.values["lang"]) for each in lacking))
    places = ("、" if t.lang == "zh" else ", ").join(names[:_MOST_PLACES]) + (" …" if names[_MOST_PLACES:] else "")
    said = t("publish.untranslated", n=len(lacking), langs=spoken, places=places)
    st.warning(plain(said), icon=":material/translate:")


def _place(ctx: Context, survey: Survey, where: str) -> str:
    """The question that a place in a definition is about; the survey itself outside questions."""
    found = re.search(r"(?:pages\[(\d+)\]\.)?questions\[(\d+)\]", where)
    if found is None:
        return ctx.t("publish.where_survey")
    question = survey.pages[int(found[1] or 1) - 1].questions[int(found[2]) - 1]
    return ctx.t("publish.where_question", name=ctx.t.pick(question.label, question.id))


def lang_name(lang: str, t: Translator) -> str:
    """A language by its name; its code where we have none."""
    return t(f"surveys.lang_{lang}") if t.has(f"surveys.lang_{lang}") else lang


def named(ctx: Context, name: str) -> str:
    """A colleague as others know them."""
    return ctx.bench.accounts.display(name)


_ICON = {"submit": "edit_note", "mend": "reply", "approve": "rule", "publish": "publish"}


def _line(ctx: Context, each: Standing, count: str) -> str:
    t = ctx.t
    version = each.served.version if each.served else "–"
    cells = (
        f"<span>{chips(each, t, each.waits_for(ctx.user))}</span>",
        f"<span>{escape(version)}</span>",
        f'<span class="langs">{escape(languages(each, t))}</span>',
        f'<span class="num">{escape(count)}</span>',
        f'<span class="cx-muted">{escape(whose(ctx, each))}</span>',
    )
    return f'<div class="cx-line">{"".join(cells)}</div>'


def _chip(text: str, kind: str) -> str:
    return f'<span class="cx-chip {kind}">{escape(text)}</span>'


def _when(each: Standing, t: Translator) -> dict[str, str]:
    return {"when": near(each.turn, each.day, t)} if each.turn is not None else {}


def style() -> None:
    """Put the style of these screens on the page."""
    cards.style()
    st.html(CSS)


def leave(ctx: Context) -> None:
    """The way back to the list."""
    if st.button(ctx.t("publish.all"), key="surveys_all", type="tertiary", icon=":material/arrow_back:"):
        show(None)
