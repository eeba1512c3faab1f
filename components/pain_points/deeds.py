"""What can be done with a pain point: plan a quick win from the playbook, move on, verify, close, and the rest."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page, session
from components.actions import linked
from components.markdown import plain
from components.page import Context
from components.pain_points import fitting, listed, playbook
from cx.act import pain_points
from cx.act.pain_points import GOOD, PainPoint, Proof, Reach, proving, telling


def next_step(ctx: Context, point: PainPoint, today: dt.date) -> None:
    """Quick wins made for it, what helps against it, and the steps that the user may take."""
    t = ctx.t
    _wins(ctx, point)
    if point.open and listed.pending(ctx, point):  # what helps is known: rolling it out comes first
        with st.expander(t("pain_points.playbook_more"), icon=":material/menu_book:"):
            playbook.show(ctx, point)
    elif point.open:
        playbook.show(ctx, point)
    if point.open:
        _verification(ctx, point, today)
    linked.show(ctx, "pain_point", point.id, touchpoint=point.touchpoint, branch=point.branch)
    if ctx.may("act_edit"):
        _steps(ctx, point)


def _wins(ctx: Context, point: PainPoint) -> None:
    t, wins = ctx.t, listed.own_wins(ctx, point)
    if not wins:
        return
    cards.heading(t("pain_points.wins_title"))
    for win in wins:
        word = telling.verdict(t, win.verdict) if win.verdict else t(f"quick_win.state_{win.state}")
        with st.container(horizontal=True, vertical_alignment="center"):
            page.link(ctx, "quick_wins", plain(t.pick(win.charter.title)), {"win": win.id})
            st.caption(word)
    if any(win.verdict in GOOD for win in wins):
        page.link(ctx, "rollout", t("pain_points.to_rollout"))


def _verification(ctx: Context, point: PainPoint, today: dt.date) -> None:
    """Before and after of its own indicator, where no quick win was made for it."""
    t = ctx.t
    for check in point.checks:
        values = {
            "name": ctx.model.label("indicator", check.indicator, t), "day": t.date(check.started),
            "before": t.number(check.before[0], 2), "after": t.number(check.after[0], 2),
            "word": telling.verdict(t, check.verdict),
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
            fitting.do(ctx, "checked", lambda: pain_points.check(
                ctx.bench.database, ctx.user.name, point.id, name, started, rights=ctx.rights, model=ctx.model,
                today=today,
            ))  # fmt: skip


def _steps(ctx: Context, point: PainPoint) -> None:
    t, db, who, by = ctx.t, ctx.bench.database, ctx.user.name, {"rights": ctx.rights}
    cards.heading(t("pain_points.steps_title"))
    if session.take(f"pain_done_{point.id}", False):  # what was said and chosen is done with, in the browser too
        session.put(f"to_{point.id}", "stay")
        session.put(f"found_{point.id}", "")
    with st.container(border=True), st.form(f"move_{point.id}", border=False):
        options = _options(ctx, point)
        to = st.selectbox(t("pain_points.move_to"), list(options), key=f"to_{point.id}",
                          format_func=lambda one: options[one])  # fmt: skip
        known = listed.reached(ctx, point)
        proofs = {_proof_key(proof): (proof, reached) for proof, reached in known}
        chosen = None
        if {"close", "decide"} & set(options):
            chosen = st.selectbox(t("pain_points.close_on"), list(proofs), key=f"proof_{point.id}",
                                  format_func=lambda one: _proof(ctx, point, *proofs[one]))  # fmt: skip
            if "close" not in options:
                st.caption(t("pain_points.close_not_yet"))
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
        elif to in ("close", "decide"):
            assert chosen is not None
            decided = to == "decide"
            pain_points.close(db, who, point.id, proofs[chosen][0], note, model=ctx.model, decided=decided, **by)
        elif to == "drop":
            pain_points.drop(db, who, point.id, note, **by)
        elif to == "reopen":
            pain_points.reopen(db, who, point.id, note, **by)
        else:
            pain_points.move(db, who, point.id, to, note, **by)
        session.put(f"pain_done_{point.id}", True)

    fitting.do(ctx, "saved", deed)


def _options(ctx: Context, point: PainPoint) -> dict[str, str]:
    t = ctx.t
    if not point.open:
        return {"stay": t("pain_points.to_stay"), "reopen": t("pain_points.to_reopen")}
    onward = {state: t("pain_points.to_state", state=t(f"pain_points.state_{state}"))
              for state in pain_points.nexts(point.state)}  # fmt: skip
    known = listed.reached(ctx, point) if point.state == "verify" else ()
    if any(not proving.solved(*one) for one in known):
        onward["decide"] = t("pain_points.to_decide")
    if any(proving.solved(*one) for one in known):
        onward = {"close": t("pain_points.to_close")} | onward
    early = {"drop": t("pain_points.to_drop")} if point.state in ("monitor", "analyse", "identify") else {}
    return {"stay": t("pain_points.to_stay"), **onward, **early}


def _proof_key(proof: Proof) -> str:
    return f"{proof.kind}:{proof.id}"


def _proof(ctx: Context, point: PainPoint, proof: Proof, reached: Reach) -> str:
    t = ctx.t
    if proof.kind == "win":
        wins = {win.id: win for win in listed.own_wins(ctx, point)}
        name = t.pick(wins[proof.id].charter.title)
    else:
        name = ctx.model.label("indicator", point.checks[int(proof.id)].indicator, t)
    return t("pain_points.proof", name=name, day=t.date(proof.on), word=telling.reach(t, proof, reached))
