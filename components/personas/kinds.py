"""Kinds of customers: the answer, a card each, what tells them apart, and how the number of kinds was found."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, filters, page, why
from components.page import Context
from components.personas import ask
from components.personas import names as personas_names
from components.personas.names import Labels
from cx.insight import personas
from cx.insight.personas import Persona, Portrait, Trait
from cx.measure.clusters import LEAST, MOST, TRIED, Trial
from cx.measure.scope import Scope
from cx.output.charts import personas as charts
from cx.store import query

_TOLD = 4  # traits on a card


def kinds(ctx: Context, scope: Scope) -> None:
    """All that is said about kinds of customers."""
    t = ctx.t
    offered = ctx.ask(personas.surveys, scope)
    if not offered:
        cards.empty(t("personas.few", least=personas.LEAST), t("personas.few_try"))
        return
    survey, k = _asked(ctx, offered)
    found = ask.found(ctx, scope, survey, k)
    if found is None:
        return
    labels = Labels(ctx, survey)
    names = personas_names.names(ctx, found)
    _answer(ctx, found, names)
    if found.personas:
        _cards(ctx, found, names, labels)
        _opened(ctx, found, names, scope.narrowed(survey_id=survey))
        _apart(ctx, found, names, labels)
        personas_names.editor(ctx, found)
    if found.trials:
        _trials(ctx, found)


def _asked(ctx: Context, offered: tuple[str, ...]) -> tuple[str, int | None]:
    t = ctx.t
    options = ("auto", *map(str, range(LEAST, MOST + 1)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        survey = filters.select(
            "by_survey", offered, lambda s: _title(ctx, s), t("personas.survey"), titled=True, width=240,
        )  # fmt: skip
        k = filters.select(
            "k", options, lambda o: t("personas.k_auto") if o == "auto" else t("personas.k_n", n=o),
            t("personas.k"), titled=True, width=200,
        )  # fmt: skip
    return survey, None if k == "auto" else int(k)


def _title(ctx: Context, survey: str) -> str:
    found = ctx.bench.shelf.get(survey)
    return ctx.t.pick(found.title) if found else survey


def _answer(ctx: Context, found: Portrait, names: list[str]) -> None:
    t = ctx.t
    if found.k is None:
        few = found.used < personas.LEAST
        key = "few_here" if few else "one_direction" if not found.directions else "none"
        cards.empty(t(f"personas.{key}", n=t.number(found.used), least=personas.LEAST), t(f"personas.{key}_try"))
        return
    sound = [p for p in found.personas if p.standing == "stable"]
    listed = ("、" if t.lang == "zh" else ", ").join(
        t("personas.named_share", name=names[p.place], share=t.percent(p.share.value)) for p in sound
    )
    if found.k == found.chosen:
        cards.said(t("personas.answer", n=found.k, names=listed))
    else:
        best = t("personas.best", n=found.chosen) if found.chosen else t("personas.best_none")
        cards.said(t("personas.asked", n=found.k, sound=len(sound)) + best)
    drawn = t("personas.drawn", used=t.number(found.used), of=t.number(found.of), seed=personas.SEED)
    everyone = t("personas.everyone", used=t.number(found.used))
    cards.note((drawn if found.used < found.of else everyone) + t("personas.how"))


def _cards(ctx: Context, found: Portrait, names: list[str], labels: Labels) -> None:
    for start in range(0, len(found.personas), 3):
        row = found.personas[start : start + 3]
        for column, persona in zip(st.columns(3), row, strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(ctx, persona, names[persona.place], labels)


def _opened(ctx: Context, found: Portrait, names: list[str], scope: Scope) -> None:
    """Why the NPS of a card: of the kind's own people, and not of all who answered."""
    t = ctx.t
    by = {str(p.place): p for p in found.personas if p.standing != "unstable" and p.nps.value is not None}
    if not by:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = filters.select(
            "of_kind", tuple(by), lambda at: names[int(at)], t("personas.why_kind"), titled=True, width=240
        )
        score = by[place].nps
        told = t("personas.why_members", n=t.number(score.n), used=t.number(found.used), kind=names[int(place)])
        why.popover(ctx, "personas", ctx.ask(query.measure, "nps", scope), score, within=told)


def _card(ctx: Context, persona: Persona, name: str, labels: Labels) -> None:
    t = ctx.t
    e = persona.share
    if persona.standing == "unstable" or e.value is None:
        why = t("personas.refused_why", jaccard=t.number(persona.jaccard, 2))
        st.html(f'<div class="cx-card"><h3>{escape(t("personas.refused", share=t.percent(e.value)))}</h3>'
                f'<span class="cx-facts">{escape(why)}</span></div>')  # fmt: skip
        return
    size = t("personas.size", share=t.percent(e.value), low=t.percent(e.low), high=t.percent(e.high))
    score = persona.nps
    shown = (
        t("nps.plus_minus", value=t.number(score.value), reach=t.number(score.plus_minus))
        if score.value is not None
        else "–"
    )
    lines = [f"<h3>{escape(name)}</h3>", f'<span class="cx-facts">{escape(size)}</span>',
             f'<span class="cx-facts">{escape(t("personas.card_nps", nps=shown))}</span>']  # fmt: skip
    for key, traits in _told(persona).items():
        if traits:
            items = "".join(f"<li>{escape(_trait(ctx, trait, labels))}</li>" for trait in traits)
            lines.append(f'<p class="cx-muted">{escape(t(f"personas.{key}"))}</p><ul>{items}</ul>')
    if persona.standing == "doubtful":
        lines.append(f'<span class="cx-badge">{escape(t("personas.doubtful"))}</span>')
    st.html(f'<div class="cx-card">{"".join(lines)}</div>')
    for comment in persona.quotes[:2]:
        meta = t("nps.comment_meta", score=comment.score, day=t.date(comment.day),
                 place=ctx.model.label("branch", comment.branch, t) if comment.branch else "–")  # fmt: skip
        st.html(cards.quote(comment.text, meta, "detractor" if comment.score <= 6 else "promoter"))


def _told(persona: Persona) -> dict[str, list[Trait]]:
    """What a card says, part by part; only what is more than noise."""
    real = [trait for trait in persona.traits if trait.real]
    rated = [trait for trait in real if trait.asked and trait.asked.kind == "rated"]
    does = [trait for trait in real if trait.asked and trait.asked.kind != "rated"]
    who = [trait for trait in real if trait.dimension and trait.effect > 0.02]
    return {
        "likes": [trait for trait in rated if trait.effect > 0][:_TOLD],
        "pains": list(persona.pains),
        "does": does[:_TOLD],
        "who": who[:_TOLD],
    }


def _trait(ctx: Context, trait: Trait, labels: Labels) -> str:
    t = ctx.t
    kind = trait.asked.kind if trait.asked else "choice"
    rest = t.percent(trait.rest.value) if kind in ("choice", "yes") else t.number(trait.rest.value, 1)
    return t("personas.trait_line", name=labels.of(trait), value=charts.said(trait, t), rest=rest)


def _apart(ctx: Context, found: Portrait, names: list[str], labels: Labels) -> None:
    t = ctx.t
    cards.heading(t("personas.apart_title"))
    cards.chart(charts.apart(found.personas, t, lambda p: names[p.place], labels.of), "personas_apart")
    cards.note(t("personas.apart_how"))


def _trials(ctx: Context, found: Portrait) -> None:
    t = ctx.t
    cards.heading(t("personas.trials_title"))
    rows = [_trial(ctx, trial, found) for trial in found.trials]
    cards.words_table(rows, t("personas.trials_title"))
    cards.note(t("personas.trials_how", tried=t.number(min(TRIED, found.used))))


def _trial(ctx: Context, trial: Trial, found: Portrait) -> dict[str, str]:
    t = ctx.t
    verdict = "chosen" if trial.k == found.chosen else "sound" if trial.sound else (
        "unstable" if trial.gap > max(0.02, 2 * trial.error) else "no_gap")  # fmt: skip
    return {
        t("personas.k"): str(trial.k),
        t("personas.silhouette"): t.number(trial.silhouette, 2),
        t("personas.gap"): t("nps.plus_minus", value=t.percent(trial.gap, 1), reach=t.percent(2 * trial.error, 1)),
        t("personas.jaccard"): t.number(trial.weakest, 2),
        t("groups.verdict"): t(f"personas.trial_{verdict}"),
    }


def next_steps(ctx: Context) -> None:
    """Where to go from here."""
    cards.heading(ctx.t("nps.next_title"))
    with st.container(horizontal=True):
        page.link(ctx, "quick_wins", ctx.t("nps.next_quick_win"))
        page.link(ctx, "groups")
