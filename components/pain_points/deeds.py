"""What can be done with a pain point: plan a quick win from the playbook, move on, verify, close, and the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape

import streamlit as st

from components import cards, page, session
from components.actions import linked
from components.markdown import plain
from components.page import Context
from components.pain_points import listed
from cx.act import pain_points
from cx.act.pain_points import PainPoint, Proof, proving
from cx.bank.playbook import Action
from cx.words import Refused


def next_step(ctx: Context, point: PainPoint, today: dt.date) -> None:
    """Quick wins made for it, what helps against it, and the steps that the user may take."""
    _wins(ctx, point)
    if point.open:
        _playbook(ctx, point)
        _verification(ctx, point, today)
    linked.show(ctx, "pain_point", point.id, touchpoint=point.touchpoint, branch=point.branch)
    if ctx.may("act_edit"):
        _steps(ctx, point)


def _wins(ctx: Context, point: PainPoint) -> None:
    t, wins = ctx.t, ctx.ask(proving.wins, point, ctx.rights)
    if not wins:
        return
    cards.heading(t("pain_points.wins_title"))
    for win in wins:
        word = listed.verdict(ctx, win.verdict) if win.verdict else t(f"quick_win.state_{win.state}")
        with st.container(horizontal=True, vertical_alignment="center"):
            page.link(ctx, "quick_wins", plain(t.pick(win.charter.title)), {"win": win.id})
            st.caption(word)
    if any(win.verdict in listed.GOOD for win in wins):
        page.link(ctx, "rollout", t("pain_points.to_rollout"))


def _playbook(ctx: Context, point: PainPoint) -> None:
    t = ctx.t
    theme = point.matter.name.removeprefix("theme:")
    pains = ctx.model.playbook.of(point.touchpoint, theme)
    cards.heading(t("pain_points.playbook_title"))
    if not pains:
        cards.said(t("pain_points.playbook_none"))
    for pain in pains:
        for action in pain.actions:
            with st.container(border=True, key=f"action_{pain.id}_{action.id}"):
                _action(ctx, point, action)
    if ctx.may("act_edit"):
        page.link(ctx, "quick_wins", t("pain_points.plan_own"), _start(point))


def _action(ctx: Context, point: PainPoint, action: Action) -> None:
    t = ctx.t
    metric = ctx.model.label("indicator", action.metric, t) if action.metric in ctx.model.indicators else t(
        f"metric.{action.metric}"
    )  # fmt: skip
    facts = t("pain_points.action_facts", effort=action.effort, weeks=action.weeks, metric=metric)
    st.html(
        f'<div class="cx-pain-point"><strong>{escape(t.pick(action.name))}</strong><p>{escape(t.pick(action.do))}</p>'
        f"<span>{escape(facts)}</span></div>"
    )
    if ctx.may("act_edit"):
        begin = {
            "title": t.pick(action.name), "hypothesis": t.pick(action.do), "effort": str(action.effort),
            "weeks": str(action.weeks), "metric": action.metric,
        }  # fmt: skip
        page.link(ctx, "quick_wins", t("pain_points.plan_from"), _start(point) | begin)


def _start(point: PainPoint) -> dict[str, str]:
    """What the form of a quick win begins with."""
    found = {"new": "1", "pain_point": point.id}
    if point.touchpoint:
        found["touchpoint"] = point.touchpoint
    own = [name for piece in point.pieces for key, names in piece.where if key == "indicator" for name in names]
    own += [evidence.subject.split(":")[1] for evidence in point.signals if evidence.subject.startswith("indicator")]
    if own:
        found["metric"] = own[0]
    return found | ({"pilot": point.branch} if point.branch else {})


def _verification(ctx: Context, point: PainPoint, today: dt.date) -> None:
    """Before and after of its own indicator, where no quick win was made for it."""
    t = ctx.t
    for check in point.checks:
        values = {
            "name": ctx.model.label("indicator", check.indicator, t), "day": t.date(check.started),
            "before": t.number(check.before[0], 2), "after": t.number(check.after[0], 2),
            "word": listed.verdict(ctx, check.verdict),
        }  # fmt: skip
        cards.said(t("pain_points.check_said", **values))
    names = proving.indicators(point, ctx.model)
    if point.state not in ("optimise", "verify") or not names or not ctx.may("act_edit"):
        return
    with st.expander(t("pain_points.check"), icon=":material/balance:"), st.form(f"check_{point.id}", border=False):
        st.caption(t("pain_points.check_how", days=proving.SHORTEST.days))
        name = st.selectbox(t("pain_points.check_indicator"), names, key=f"check_name_{point.id}",
                            format_func=lambda one: ctx.model.label("indicator", one, t))  # fmt: skip
        started = st.date_input(t("pain_points.check_started"), today - dt.timedelta(days=90), format="YYYY-MM-DD",
                                max_value=today, key=f"check_day_{point.id}")  # fmt: skip
        if st.form_submit_button(t("pain_points.check_save"), key=f"check_save_{point.id}"):
            do(ctx, "checked", lambda: pain_points.check(
                ctx.bench.database, ctx.user.name, point.id, name, started, rights=ctx.rights, model=ctx.model,
                today=today,
            ))  # fmt: skip


def _steps(ctx: Context, point: PainPoint) -> None:
    t, db, who, by = ctx.t, ctx.bench.database, ctx.user.name, {"rights": ctx.rights}
    cards.heading(t("pain_points.steps_title"))
    with st.container(border=True), st.form(f"move_{point.id}", border=False):
        options = _options(ctx, point)
        to = st.selectbox(t("pain_points.move_to"), list(options), key=f"to_{point.id}",
                          format_func=lambda one: options[one])  # fmt: skip
        proofs = {_proof_key(one): one for one in _proofs(ctx, point)}
        chosen = None
        if "close" in options:
            chosen = st.selectbox(t("pain_points.close_on"), list(proofs), key=f"proof_{point.id}",
                                  format_func=lambda one: _proof(ctx, point, proofs[one]))  # fmt: skip
        elif point.state == "verify":
            st.caption(t("pain_points.close_needs"))
        note = st.text_input(t("pain_points.note"), max_chars=500, key=f"found_{point.id}")
        people = {"": t("pain_points.nobody"), **ctx.bench.accounts.who_may("act_edit", point.branch)}
        owner = st.selectbox(t("pain_points.owner"), list(people), key=f"owner_{point.id}",
                             index=list(people).index(point.owner) if point.owner in people else 0,
                             format_func=lambda one: people[one])  # fmt: skip
        if not st.form_submit_button(t("signals.save"), type="primary", key=f"move_save_{point.id}"):
            return

    def deed() -> None:
        if owner != point.owner:
            pain_points.give(db, who, point.id, owner, **by)
        if to == "stay":
            if note.strip():
                pain_points.note(db, who, point.id, note, **by)
        elif to == "close":
            assert chosen is not None
            pain_points.close(db, who, point.id, proofs[chosen], note, **by)
        elif to == "drop":
            pain_points.drop(db, who, point.id, note, **by)
        elif to == "reopen":
            pain_points.reopen(db, who, point.id, note, **by)
        else:
            pain_points.move(db, who, point.id, to, note, **by)
        for key in ("found", "to"):  # what was said and chosen is done with
            session.drop(f"{key}_{point.id}")

    do(ctx, "saved", deed)


def _options(ctx: Context, point: PainPoint) -> dict[str, str]:
    t = ctx.t
    if not point.open:
        return {"stay": t("pain_points.to_stay"), "reopen": t("pain_points.to_reopen")}
    onward = {state: t("pain_points.to_state", state=t(f"pain_points.state_{state}"))
              for state in pain_points.nexts(point.state)}  # fmt: skip
    if point.state == "verify" and _proofs(ctx, point):
        onward = {"close": t("pain_points.to_close")} | onward
    early = {"drop": t("pain_points.to_drop")} if point.state in ("monitor", "analyse", "identify") else {}
    return {"stay": t("pain_points.to_stay"), **onward, **early}


def _proofs(ctx: Context, point: PainPoint) -> tuple[Proof, ...]:
    """What it may be closed on today."""
    return ctx.ask(pain_points.proofs, point, ctx.rights)


def _proof_key(proof: Proof) -> str:
    return f"{proof.kind}:{proof.id}"


def _proof(ctx: Context, point: PainPoint, proof: Proof) -> str:
    t = ctx.t
    if proof.kind == "win":
        wins = {win.id: win for win in ctx.ask(proving.wins, point, ctx.rights)}
        name = t.pick(wins[proof.id].charter.title)
    else:
        name = ctx.model.label("indicator", point.checks[int(proof.id)].indicator, t)
    return t("pain_points.proof", name=name, day=t.date(proof.on), word=listed.verdict(ctx, proof.verdict))


def do(ctx: Context, told: str, deed: Callable[[], None]) -> None:
    """Do it, say so and draw the page anew; a refusal is told instead."""
    try:
        deed()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("pain_told", ctx.t(f"pain_points.told_{told}"))
    st.rerun()
