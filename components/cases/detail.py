"""One case: what the customer said, why it was opened, how its clocks stand, what to do, what was done."""

from __future__ import annotations

import datetime as dt
from functools import partial
from html import escape

import streamlit as st

from components import cards, page
from components.actions import linked
from components.cases import acting, again, deciding, response, saying, words
from components.markdown import plain
from components.page import Context
from cx.act import alarm_telling, cases
from cx.act.cases import Case, Said, Step, telling
from cx.insight.signals import series as signal_series
from cx.words import Translator

_STEPS = 4


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
        cards.said(next_step(ctx, case, moment))
    said = ctx.ask(cases.said, case, ctx.rights) if case.response_id else None
    if said is not None and said.flagged and case.open:
        deciding.invalid(ctx, case)
    if said is not None:
        response.draw(ctx, case, said)
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


def next_step(ctx: Context, case: Case, moment: dt.datetime) -> str:
    """What is to be done next, in a sentence."""
    if case.state == "open":
        return ctx.t("cases.next_hot" if words.still_there(case, moment) else "cases.next_take")
    if case.contacted_at is None and case.contact_due is not None:
        return ctx.t("cases.next_contact")
    if case.again is not None:
        return ctx.t("cases.next_close")
    return ctx.t("cases.next_solve")


def _why(ctx: Context, case: Case) -> None:
    t = ctx.t
    cards.heading(t("cases.why"))
    cards.said(words.reasons(ctx, case))
    if told := response.about(ctx, case):
        cards.note(told)
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
        "link": again.link(case),
    }


def _history(ctx: Context, case: Case) -> None:
    """The last steps, the latest first; the rest on demand."""
    t = ctx.t
    cards.heading(t("cases.history"))
    lines = [_line(ctx, done) for done in reversed(ctx.ask(cases.history, case.id, ctx.rights))]
    st.html(f"<ul>{''.join(lines[:_STEPS])}</ul>")
    if earlier := lines[_STEPS:]:
        with st.expander(t("cases.history_earlier", n=t.number(len(earlier)))):
            st.html(f"<ul>{''.join(earlier)}</ul>")


def _line(ctx: Context, done: Step) -> str:
    t = ctx.t
    parts = [words.at(ctx, done.at), words.person(ctx, done.by), t(f"cases.action_{done.action}")]
    if done.outcome:
        parts.append(t(f"cases.outcome_{done.outcome}"))
    if done.root_cause:
        parts.append(telling.cause(done.root_cause, ctx.bench.rules, t))
    if done.owner:
        parts.append(t("cases.owned", name=words.person(ctx, done.owner)))
    if done.template:
        parts.append(t("cases.by_text", name=saying.name(ctx, done.template)))
    note = f"<div>{escape(done.note)}</div>" if done.note else ""
    return f"<li><span class='cx-facts'>{escape(' · '.join(parts))}</span>{note}</li>"
