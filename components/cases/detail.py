"""One case: what the customer said, why it was opened, how its clocks stand, what to do, what was done."""

from __future__ import annotations

import datetime as dt
from functools import partial
from html import escape

import streamlit as st

from components import cards, page
from components.actions import linked
from components.cases import acting, again, deciding, saying, words
from components.markdown import plain
from components.page import Context
from components.voices.quote import asked
from cx.act import alarm_telling, cases
from cx.act.cases import Case, Said, telling
from cx.insight.signals import series as signal_series
from cx.words import Translator


def draw(ctx: Context, case: Case, moment: dt.datetime) -> None:
    """The whole page of one case."""
    t = ctx.t
    st.button(t("cases.back"), icon=":material/arrow_back:", key="case_back", type="tertiary",
              on_click=partial(acting.go, case=""))  # fmt: skip
    st.html(
        f"<h2>{escape(words.title(ctx, case))}</h2>{words.marked(words.marks(ctx, case, moment))}"
        f"<div class='cx-facts'>{escape(words.facts(ctx, case))}</div>"
    )
    if case.open:
        cards.said(next_step(ctx, case))
    said = ctx.ask(cases.said, case, ctx.rights) if case.response_id else None
    if said is not None:
        _customer(ctx, said)
    _why(ctx, case)
    if ctx.may("act_edit"):
        cards.heading(t("cases.see_to"))
        deciding.draw(ctx, case)
        if case.response_id or case.channel:
            _texts(ctx, case, said)
    if case.response_id:
        again.draw(ctx, case)
    linked.show(ctx, "case", case.id, touchpoint=case.about.touchpoint, branch=case.about.branch)
    _history(ctx, case)


def next_step(ctx: Context, case: Case) -> str:
    """What is to be done next, in a sentence."""
    if case.state == "open":
        return ctx.t("cases.next_hot" if case.hot else "cases.next_take")
    if case.contacted_at is None and case.contact_due is not None:
        return ctx.t("cases.next_contact")
    if case.again is not None:
        return ctx.t("cases.next_close")
    return ctx.t("cases.next_solve")


def _customer(ctx: Context, said: Said) -> None:
    t = ctx.t
    cards.heading(t("cases.customer_said"))
    pairs = (("touchpoint", said.touchpoint), ("branch", said.branch), ("channel", said.channel))
    place = [ctx.model.label(name, value, t) for name, value in pairs if value]
    cards.note(" · ".join([words.at(ctx, said.submitted_at), *place]))
    quotes = [cards.quote(text, asked(ctx, said.survey_id, question), "detractor") for question, text in said.comments]
    if quotes:
        st.html("".join(quotes))
    elif not ctx.rights.comments:
        cards.note(t("cases.words_hidden"))
    rows = [
        {t("cases.col_question"): asked(ctx, said.survey_id, question),
         t("cases.col_score"): _score(t, type, score, points)}
        for question, type, score, points in said.answers if score is not None
    ]  # fmt: skip
    if rows:
        cards.words_table(rows, t("cases.customer_said"))


def _score(t: Translator, type: str, score: int, points: int | None) -> str:
    if type == "yes_no":
        return t("cases.yes" if score else "cases.no")
    return t("cases.score_of", score=score, points=points) if points else str(score)


def _why(ctx: Context, case: Case) -> None:
    t = ctx.t
    cards.heading(t("cases.why"))
    cards.said(words.reasons(ctx, case))
    if case.about.cause is not None:
        subject = signal_series.subject(case.about.cause.subject)
        name = alarm_telling.name(t, subject, ctx.model) if subject else case.about.cause.subject
        st.caption(t("cases.from_signal", name=plain(name)))
        page.link(ctx, "signals", t("cases.to_chart"), {"chart": case.about.cause.subject})


def _texts(ctx: Context, case: Case, said: Said | None) -> None:
    cards.heading(ctx.t("cases.texts_title"))
    lang = said.lang if said is not None and said.lang in ("zh", "en") else ctx.t.lang
    saying.draw(ctx, case.id, case.kinds, partial(_filling, ctx, case), lang, partial(deciding.used, ctx, case))


def _filling(ctx: Context, case: Case, t: Translator) -> dict[str, str]:
    """What the fields of a text stand for in this case, in the language of the text."""
    bank, about = t.pick(ctx.model.bank), case.about
    point = ctx.model.label("touchpoint", about.touchpoint, t) if about.touchpoint else ""
    return {
        "bank": bank,
        "branch": ctx.model.label("branch", about.branch, t) if about.branch else bank,
        "day": t.date(words.local(ctx, case.opened_at).date()),
        "topic": point or case.topic or t("cases.topic_any"),
        "me": ctx.user.display,
        "link": again.link(ctx, case),
    }


def _history(ctx: Context, case: Case) -> None:
    t, rules = ctx.t, ctx.bench.rules
    cards.heading(t("cases.history"))
    lines = []
    for done in ctx.ask(cases.history, case.id, ctx.rights):
        parts = [words.at(ctx, done.at), words.person(ctx, done.by), t(f"cases.action_{done.action}")]
        if done.outcome:
            parts.append(t(f"cases.outcome_{done.outcome}"))
        if done.root_cause:
            parts.append(telling.cause(done.root_cause, rules, t))
        if done.owner:
            parts.append(t("cases.owned", name=words.person(ctx, done.owner)))
        if done.template:
            parts.append(t("cases.by_text", name=saying.name(ctx, done.template)))
        note = f"<div>{escape(done.note)}</div>" if done.note else ""
        lines.append(f"<li><span class='cx-facts'>{escape(' · '.join(parts))}</span>{note}</li>")
    st.html(f"<ol>{''.join(lines)}</ol>")
