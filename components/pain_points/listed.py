"""The register: the answer in words, entries as cards with the worst first, closed ones below."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards
from components.markdown import plain
from components.page import Context
from components.pain_points import fitting, words
from cx.act import pain_points, quick_wins, rollout
from cx.act.pain_points import GOOD, STATES, PainPoint, Proof, Reach, proving, telling, weighing
from cx.measure.severity import Severity

_CARDS = 12


def weighed(ctx: Context) -> tuple[tuple[PainPoint, Severity | None], ...]:
    """All entries with their severity of today, open ones first, the worst first."""
    points = ctx.ask(pain_points.everything, ctx.rights)
    branches = frozenset(point.branch for point in points if point.branch is not None)
    scales = ctx.ask(weighing.scales, ctx.rights, branches) if points else None
    found = [(p, weighing.today(scales, p, ctx.model, ctx.rights) if scales else None) for p in points]
    return tuple(sorted(found, key=lambda pair: (not pair[0].open, *weighing.order(pair[1]), pair[0].id)))


def answer(ctx: Context, found: tuple[tuple[PainPoint, Severity | None], ...], back: int) -> None:
    """How many there are, which is worst, what waits."""
    t, opened = ctx.t, [pair for pair in found if pair[0].open]
    if not opened:
        st.html(f'<div class="cx-say">{escape(t("pain_points.answer_none"))}</div>')
        return
    worst, severity = opened[0]
    number, unit = words.total(ctx, severity)
    said = [t("pain_points.answer", n=t.number(len(opened)), title=t.pick(worst.title))]
    if severity is not None:
        said.append(t("pain_points.answer_worst", total=number, unit=unit, product=words.product(ctx, severity)))
    half = sum(pending(ctx, point) for point, _ in opened)
    waiting = sum(point.state == "verify" for point, _ in opened) - half
    nobody = sum(not point.owner for point, _ in opened)
    for key, n in (("pending", half), ("verify", waiting), ("nobody", nobody), ("back", back)):
        if n:
            said.append(t(f"pain_points.answer_{key}", n=t.number(n)))
    st.html(f'<div class="cx-say">{escape(("" if t.lang == "zh" else " ").join(said))}</div>')


def show(ctx: Context, found: tuple[tuple[PainPoint, Severity | None], ...], back: frozenset[str]) -> None:
    """Open entries as cards; the others in a list."""
    t, opened = ctx.t, [pair for pair in found if pair[0].open]
    if not opened:
        cards.empty(t("pain_points.nothing"), t("pain_points.nothing_try"))
    kinds = sorted({words.kind(ctx, severity) for _, severity in opened if severity and severity.unit == "nps"})
    if len(kinds) > 1:
        cards.note(t("pain_points.kinds", kinds=("、" if t.lang == "zh" else ", ").join(kinds)))
    for point, severity in opened[:_CARDS]:
        _card(ctx, point, severity, point.id in back)
    if rest := opened[_CARDS:]:
        with st.expander(t("pain_points.more", n=t.number(len(rest)))):
            for point, severity in rest:
                _card(ctx, point, severity, point.id in back)
    if opened:
        how(ctx)
    if done := [pair for pair in found if not pair[0].open]:
        with st.expander(t("pain_points.done", n=t.number(len(done))), expanded=bool(back)):
            for point, severity in done:
                _card(ctx, point, severity, point.id in back)


def how(ctx: Context) -> None:
    """How severity is worked out, for who wants to know."""
    with st.expander(ctx.t("pain_points.how"), icon=":material/help:"):
        st.markdown(ctx.t("pain_points.how_text"))


def _card(ctx: Context, point: PainPoint, severity: Severity | None, back: bool) -> None:
    t = ctx.t
    number, unit = words.total(ctx, severity)
    owner = ctx.bench.accounts.display(point.owner) if point.owner else t("pain_points.nobody")
    facts = t("pain_points.facts", owner=owner, sources=words.sources(ctx, point), n=t.number(len(point.pieces)))
    flag = f'<span class="cx-flag bad">{escape(t("pain_points.back"))}</span>' if back else ""
    with st.container(border=True, key=f"pain_{point.id}"):
        st.html(
            f'<div class="cx-pain-point"><div class="cx-grade">{escape(number)}<small>{escape(unit)}</small></div>'
            f"<strong>{escape(t.pick(point.title))}</strong>{flag}"
            f"<p><span>{escape(words.place(ctx, point.matter))}</span><br>{escape(words.product(ctx, severity))}</p>"
            f"{way(ctx, point)}<span>{escape(facts)}</span></div>"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                t("pain_points.open"), key=f"open_{point.id}", type="tertiary", icon=":material/arrow_forward:",
                on_click=go, args=(point.id,),
            )  # fmt: skip
            fitting.propose(ctx, point, own_wins(ctx, point))


def way(ctx: Context, point: PainPoint) -> str:
    """The states as a line, the present one marked; how far what was verified reaches, or how it ended."""
    t = ctx.t
    if point.state == "dropped":
        return f"<p><span>{escape(t('pain_points.state_dropped'))}: {escape(t.pick(point.note))}</span></p>"
    at = STATES.index(point.state)
    cells = [
        f'<div class="{"here" if place == at else "past" if place < at else ""}"'
        f"{' aria-current=step' if place == at else ''}>{escape(t(f'pain_points.state_{state}'))}</div>"
        for place, state in enumerate(STATES)
    ]
    return f'<div class="cx-way">{"".join(cells)}</div>{_verified(ctx, point)}'


def _verified(ctx: Context, point: PainPoint) -> str:
    t, proof = ctx.t, point.proof
    if point.state == "closed" and proof is not None:
        decided = bool(point.ending and point.ending.decided)
        good = proof.verdict in GOOD and not decided
        said = telling.ended(t, point, ctx.bench.accounts.display)
        word = t("pain_points.flag_decided") if decided else telling.verdict(t, proof.verdict)
        flag = f'<span class="cx-flag {"good" if good else "bad"}">{escape(word)}</span>'
        return f"{flag}<p>{escape(said)}</p>" if said else flag
    known = reached(ctx, point) if point.open else ()
    if not known:
        return ""
    return f'<p><span class="cx-flag">{escape(telling.reach(t, *known[0]))}</span></p>'


def own_wins(ctx: Context, point: PainPoint) -> tuple[quick_wins.QuickWin, ...]:
    """The quick wins made for it, all read once."""
    return proving.naming(point, ctx.ask(quick_wins.all, ctx.rights))


def reached(ctx: Context, point: PainPoint) -> tuple[tuple[Proof, Reach], ...]:
    """What it may be closed on, the latest first, each with how far it reaches."""
    own = own_wins(ctx, point)
    found = proving.proven(point, own)
    steps = ctx.ask(rollout.everything, ctx.rights) if found else ()
    return tuple((proof, proving.reach(point, proof, own, steps, ctx.model)) for proof in found)


def pending(ctx: Context, point: PainPoint) -> bool:
    """Whether it is proven somewhere and waits for its rollout."""
    known = reached(ctx, point)
    return point.state == "verify" and bool(known) and known[0][0].verdict in GOOD and not known[0][1].whole


def go(id: str) -> None:
    """Open one entry."""
    st.query_params["pain"] = id


def told(text: str) -> None:
    """What was just done."""
    if text:
        st.success(plain(text), icon=":material/check:")
