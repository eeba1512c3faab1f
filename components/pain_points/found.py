"""Found today, not yet in the register: candidates by source, each entered with one click; and by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

import streamlit as st

from components import cards, filters, page, session
from components.page import Context
from components.pain_points import listed, words
from components.voices import reading
from cx.act import pain_points
from cx.act.pain_points import Candidate, Matter, PainPoint, Piece, gathering, seeking, weighing
from cx.act.pain_points.seeking import Look
from cx.measure import periods
from cx.measure.scope import Scope
from cx.measure.severity import FAMILIES, Severity
from cx.store import query
from cx.words import Refused

SEEKERS: Mapping[str, Callable[..., tuple[Candidate, ...]]] = {
    "journey": seeking.journey, "drivers": seeking.drivers, "crosscheck": seeking.crosscheck,
    "signals": seeking.signals, "voices": seeking.voices, "cases": gathering.cases, "walks": gathering.walks,
}  # fmt: skip


def show(ctx: Context, known: tuple[PainPoint, ...]) -> None:
    """Choose where to look, then what was found there."""
    t = ctx.t
    look = _look(ctx)
    if look is None:
        page.empty(ctx, "pain_points.no_data", "quick_survey", "uploads")
    options = (*SEEKERS, "people") if ctx.may("act_edit") else tuple(SEEKERS)
    source = filters.pick("source", options, lambda one: t(f"pain_points.source_{one}"), t("pain_points.source"))
    if source == "people":
        _by_hand(ctx, look)
        return
    if source == "voices":
        if not ctx.may("comments"):
            cards.note(t("pain_points.no_comments"))
            return
        reading.ready(ctx)
    cards.note(t(f"pain_points.about_{source}", period=filters.period_name(ctx, look.period)))
    with st.spinner(t("pain_points.looking")):
        found = ctx.ask(SEEKERS[source], look, ctx.model)
    if not found:
        cards.empty(
            t("pain_points.found_none", source=t(f"pain_points.source_{source}")), t("pain_points.found_none_try")
        )
    by_matter = {point.matter.key: point for point in known}
    branches = frozenset(one.matter.branch for one in found if one.matter.branch is not None)
    scales = ctx.ask(weighing.scales, ctx.rights, branches) if found else None
    for at, one in enumerate(found):
        severity = scales.of(one.matter, one.pieces, ctx.model) if scales else None
        if severity is not None and ctx.rights.branches is not None:
            severity = replace(severity, part=None)
        _card(ctx, one, severity, by_matter.get(one.matter.key), f"{source}_{at}")
    if len(found) >= seeking.MOST:
        cards.note(t("pain_points.first", n=seeking.MOST))
    page.link(ctx, source, t("pain_points.to_source", source=t(f"pain_points.source_{source}")))


def _look(ctx: Context) -> Look | None:
    """The last quarter that is over (else 90 days), in one's own branch or the one chosen."""
    contents = ctx.ask(query.contents, Scope(ctx.rights), ())
    if contents.first is None or contents.last is None:
        return None
    own = ctx.rights.branches
    branches = tuple(branch for branch in ctx.model.branches if own is None or branch in own)
    options = ("", *branches) if own is None else branches
    if not options:
        return None
    branch = options[0]
    if len(options) > 1:
        label = {"": ctx.t("signals.whole_bank")}
        branch = filters.select(
            "branch", options, lambda b: label.get(b) or ctx.model.label("branch", b, ctx.t), ctx.t("dimension.branch"),
            titled=True, width=260,
        )  # fmt: skip
    today = dt.date.today()
    period = periods.default(contents.first, contents.last, today)
    return Look(ctx.rights, branch or None, period, contents.last, today)


def _card(ctx: Context, found: Candidate, severity: Severity | None, known: PainPoint | None, key: str) -> None:
    t = ctx.t
    fresh = [piece for piece in found.pieces if known is None or pain_points.is_new(known, piece)]
    lines = "".join(f"<p>{escape(_line(ctx, piece))}</p>" for piece in found.pieces)
    state = "" if known is None else t("pain_points.known", title=t.pick(known.title),
                                       state=t(f"pain_points.state_{known.state}"))  # fmt: skip
    number, unit = words.total(ctx, severity)
    weight = t("pain_points.weight", total=number, unit=unit, product=words.product(ctx, severity)) if severity else ""
    with st.container(border=True, key=f"candidate_{key}"):
        st.html(
            f'<div class="cx-pain-point"><strong>{escape(t.pick(words.title(ctx, found)))}</strong>'
            f"<p><span>{escape(words.place(ctx, found.matter))}</span></p>{lines}"
            f"<p><span>{escape(weight)}</span></p><span>{escape(state)}</span></div>"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if ctx.may("act_edit") and fresh:
                word = "enter" if known is None else "add" if known.open else "reopen"
                icon = {"enter": "add", "add": "attach_file", "reopen": "undo"}[word]
                if st.button(t(f"pain_points.{word}"), key=f"enter_{key}", icon=f":material/{icon}:"):
                    _enter(ctx, found)
            if known is not None:
                st.button(t("pain_points.open"), key=f"see_{key}", type="tertiary", icon=":material/arrow_forward:",
                          on_click=listed.go, args=(known.id,))  # fmt: skip
            page.link(ctx, found.pieces[0].page, t("pain_points.see_evidence"), dict(found.pieces[0].query))


def _line(ctx: Context, piece: Piece) -> str:
    t = ctx.t
    said = words.estimate(ctx, piece, piece.value, piece.low, piece.high, piece.n)
    against = (
        t("pain_points.against", value=words.value(ctx, piece, piece.against)) if piece.against is not None else ""
    )
    colon = "：" if t.lang == "zh" else ": "
    return f"{words.name(ctx, piece)}{colon}{said}{against} · {words.days(ctx, piece)}"


def _enter(ctx: Context, found: Candidate, note: str = "") -> None:
    try:
        entered = pain_points.enter(
            ctx.bench.database, ctx.user.name, found, words.title(ctx, found), rights=ctx.rights, model=ctx.model,
            note=note,
        )  # fmt: skip
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("pain_told", ctx.t(f"pain_points.told_{entered.how}"))
    if entered.how in ("new", "reopened"):
        listed.go(entered.id)
    st.rerun()


def _by_hand(ctx: Context, look: Look) -> None:
    """What somebody saw or heard: a place, and words; no figure."""
    t, model = ctx.t, ctx.model
    points = [p.id for journey in model.journeys.values() for stage in journey.stages for p in stage.touchpoints]
    cards.note(t("pain_points.about_people"))
    with st.form("pain_by_hand"):
        touchpoint = st.selectbox(
            t("pain_points.hand_where"), points, index=None, key="hand_touchpoint", placeholder=t("quick_win.choose"),
            format_func=lambda id: words.place(ctx, Matter(None, id)).rpartition(" · ")[0],
        )  # fmt: skip
        said = st.text_area(t("pain_points.hand_said"), max_chars=500, key="hand_said", height=90)
        sent = st.form_submit_button(t("pain_points.enter"), type="primary", key="hand_save")
    if not sent:
        return
    if touchpoint is None or not said.strip():
        st.error(t("pain_points.hand_missing"), icon=":material/error:")
        return
    piece = Piece("people", FAMILIES["people"], "said", said=said.strip())
    _enter(ctx, Candidate(Matter(look.branch, touchpoint), (piece,)), said.strip())
