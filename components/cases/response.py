"""What the customer answered: the whole questionnaire in its order, how to reach them, and what the case is about."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import answered, cards
from components.cases import words
from components.page import Context
from components.voices import quote
from cx.act.cases import Case, Contact, Said
from cx.store import parts
from cx.survey.schema import Question, Survey

_FOLDED = 10  # answers from which they are folded
_MOVED = dt.timedelta(hours=1)


def draw(ctx: Context, case: Case, said: Said) -> None:
    """Own words first, then every answer as the survey asked it."""
    t = ctx.t
    cards.heading(t("cases.customer_said"))
    pairs = (("branch", said.branch), ("channel", said.channel))
    place = [ctx.model.label(name, value, t) for name, value in pairs if value]
    cards.note(" · ".join([words.at(ctx, said.submitted_at), quote.survey(ctx, said.survey_id), *place]))
    if said.demo and case.opened_at - said.submitted_at > _MOVED:
        cards.note(t("cases.demo_moved"))
    quotes = [cards.quote(text, quote.asked(ctx, said.survey_id, id), "detractor") for id, text in said.comments]
    if quotes:
        st.html("".join(quotes))
    elif not ctx.rights.comments:
        cards.note(t("cases.words_hidden"))
    for contact in said.contacts:
        cards.said(_reached(ctx, contact))
    table(ctx, said)


def table(ctx: Context, said: Said) -> None:
    """Every answer in the order of the survey; many are folded."""
    t, rows = ctx.t, _rows(ctx, said)
    if rows and len(rows) <= _FOLDED:
        cards.words_table(rows, t("cases.answers"))
    elif rows:
        with st.expander(t("cases.answers_all", n=t.number(len(rows))), icon=":material/list_alt:"):
            cards.words_table(rows, t("cases.answers"))


def _reached(ctx: Context, contact: Contact) -> str:
    """How the customer wants to be called back."""
    left = [each for each in (contact.name, contact.phone, contact.email, contact.preferred) if each]
    return ctx.t("cases.call_back", how=" · ".join(left))


def _rows(ctx: Context, said: Said) -> list[dict[str, str]]:
    """A line a question that was answered, in the order of the survey; of a survey that is gone, as stored."""
    survey, rows = _survey(ctx, said), answered.by_question(said.answers)
    told: list[tuple[str, str]] = []
    if survey is None:
        told = [(id, _hidden(ctx, said, id) or answered.plain(ctx, each)) for id, each in rows.items()]
    else:
        for question in (each for outer in survey.questions for each in parts.questions(outer)):
            told.append((_label(ctx, survey, question), _words(ctx, said, question, rows)))
    names = ctx.t("cases.col_question"), ctx.t("cases.col_score")
    return [dict(zip(names, each, strict=True)) for each in told if each[1]]


def _words(ctx: Context, said: Said, question: Question, rows: dict[str, tuple[answered.Stored, ...]]) -> str:
    return _hidden(ctx, said, question.id) or answered.words(ctx, question, rows)


def _hidden(ctx: Context, said: Said, id: str) -> str:
    """That something was written which this reader may not read; "" where nothing is hidden."""
    mine = [each for each in said.answers if each.question == id]
    return ctx.t("cases.word_hidden") if any(each.hidden and each.choice is None for each in mine) else ""


def _label(ctx: Context, survey: Survey, question: Question) -> str:
    """What was asked; of a row of a matrix both, for a row alone says little."""
    label = ctx.t.pick(question.label, question.id)
    outer = survey.question(question.id.partition(".")[0])
    return f"{ctx.t.pick(outer.label)} – {label}" if outer is not None and outer.type == "matrix" else label


def _survey(ctx: Context, said: Said) -> Survey | None:
    found = ctx.bench.shelf.version(said.survey_id, said.version)
    return found or ctx.bench.shelf.get(said.survey_id)


def about(ctx: Context, case: Case) -> str:
    """Which touchpoint the case is about and what says so, in a sentence; empty where nobody asks."""
    t = ctx.t
    kind, _, name = (case.placed or "").partition(":")
    if not kind:
        return ""
    point = ctx.model.label("touchpoint", case.about.touchpoint, t) if case.about.touchpoint else ""
    what = {"rating": lambda: quote.asked(ctx, case.survey_id or "", name), "theme": lambda: quote.theme(ctx, name)}
    return t(f"cases.placed_{kind}", point=point, what=what[kind]() if kind in what else "")
