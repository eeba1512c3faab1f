"""One pain point: how bad then and today, its evidence then and now, what to do, and its history."""

from __future__ import annotations

import datetime as dt
from html import escape
from urllib.parse import urlencode

import streamlit as st

from components import cards, page
from components.markdown import plain
from components.page import Context
from components.pain_points import deeds, fitting, listed, words
from cx.act import pain_points
from cx.act.pain_points import PainPoint, Piece, showing, telling, weighing
from cx.act.pain_points.showing import Shown
from cx.measure.severity import Severity

_VERDICT = {"up": "up", "down": "down", "noise": "noise"}


def show(ctx: Context, id: str, back: bool, today: dt.date) -> None:
    """The whole page of one entry; where there is none that may be seen, that."""
    t, point = ctx.t, ctx.ask(pain_points.get, id, ctx.rights)
    st.button(t("pain_points.to_list"), key="pain_back", type="tertiary", icon=":material/arrow_back:", on_click=_away)
    if point is None:
        st.error(t("pain_points.gone"), icon=":material/error:")
        return
    branches = frozenset((point.branch,)) if point.branch else frozenset()
    scales = ctx.ask(weighing.scales, ctx.rights, branches)
    now = weighing.today(scales, point, ctx.model, ctx.rights)
    st.html(
        f'<div class="cx-pain-point"><h2>{escape(t.pick(point.title))}</h2>'
        f"<p><span>{escape(words.place(ctx, point.matter))}</span></p>{listed.way(ctx, point)}</div>"
    )
    fitting.propose(ctx, point, listed.own_wins(ctx, point))
    _say(ctx, point, now, back)
    _severity(ctx, point, now)
    _evidence(ctx, point)
    deeds.next_step(ctx, point, today)
    _history(ctx, point)


def _away() -> None:
    st.query_params.pop("pain", None)


def _say(ctx: Context, point: PainPoint, now: Severity | None, back: bool) -> None:
    t, (number, unit) = ctx.t, words.total(ctx, now)
    if now is not None:
        said = [t("pain_points.say", total=number, unit=unit, product=words.product(ctx, now))]
    else:
        said = [t("pain_points.no_severity_why")]
    said.append(
        t("pain_points.say_owner", owner=ctx.bench.accounts.display(point.owner)) if point.owner
        else t("pain_points.say_nobody")
    )  # fmt: skip
    if back:
        said.append(t("pain_points.say_back"))
    st.html(f'<div class="cx-say">{escape(("" if t.lang == "zh" else " ").join(said))}</div>')


def _severity(ctx: Context, point: PainPoint, now: Severity | None) -> None:
    t, then = ctx.t, point.severity
    cards.heading(t("pain_points.severity_title"))
    if point.grade is not None:
        g = point.grade
        cards.note(t("signals.severity", total=g.total, distance=g.distance, duration=g.duration, breadth=g.breadth))
    if then is None and now is None:
        cards.said(t("pain_points.no_severity_why"))
        return
    day = t.date((point.pieces[0].taken_on or point.since.date()) if point.pieces else point.since.date())
    columns = (t("pain_points.then", day=day), t("pain_points.today"))
    rows = [
        {t("pain_points.part"): t(f"pain_points.part_{name}_name"), columns[0]: _part(ctx, then, name),
         columns[1]: _part(ctx, now, name), t("pain_points.meaning"): t(f"pain_points.part_{name}_about")}
        for name in ("reach", "branch", "impact", "sharp", "witnesses", "total")
        if name != "branch" or any(one is not None and one.part is not None for one in (then, now))
    ]  # fmt: skip
    cards.words_table(rows, t("pain_points.severity_title"))
    listed.how(ctx)


def _part(ctx: Context, found: Severity | None, name: str) -> str:
    t = ctx.t
    if found is None:
        return "–"
    if name == "reach":
        if found.reach is None:
            return t("pain_points.reach_unknown")
        return t("pain_points.reach", share=t.percent(found.reach, 1), n=t.number(found.a_month))
    if name == "branch":
        return t.percent(found.part, 1) if found.part is not None else "–"
    if name == "impact":
        n, unhappy = t.number(found.impact.n), t.number(found.impact.counts.get("unhappy", 0))
        said = words.impact(ctx, found)
        return t("pain_points.impact_base", said=said, n=n, unhappy=unhappy) if found.unit == "nps" else said
    if name == "sharp":
        return t.percent(found.sharp)
    if name == "witnesses":
        names = ("、" if t.lang == "zh" else ", ").join(t(f"pain_points.family_{one}") for one in found.families)
        return t("pain_points.witnesses", share=t.percent(found.witnesses, 1), names=names)
    number, unit = words.total(ctx, found)
    return f"{number} {unit}"


def _evidence(ctx: Context, point: PainPoint) -> None:
    t = ctx.t
    cards.heading(t("pain_points.evidence_title", n=t.number(len(point.pieces))))
    cards.note(t("pain_points.evidence_how"))
    for at, piece in enumerate(point.pieces):
        with st.container(border=True, key=f"piece_{at}"):
            _piece(ctx, ctx.ask(showing.shown, piece, ctx.rights), at)


def _piece(ctx: Context, found: Shown, at: int) -> None:
    t, piece = ctx.t, found.piece
    by = ctx.bench.accounts.display(piece.by) if piece.by else ""
    taken = t("pain_points.taken", by=by, day=t.date(piece.taken_on)) if piece.taken_on else ""
    head = f"<strong>{escape(words.name(ctx, piece))}</strong> <span>{escape(_source(ctx, piece))}</span>"
    if piece.figure == "said":
        body = f"<p>“{escape(t.pick(piece.said))}”</p>"
    else:
        body = f"<p>{escape(_then(ctx, piece))}<br>{escape(_now(ctx, found))}</p>"
    st.html(f'<div class="cx-pain-point">{head}{body}<span>{escape(taken)}</span></div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        if piece.page:
            page.link(ctx, piece.page, t("pain_points.see_evidence"), dict(piece.query))
        if piece.sql:
            with st.popover(t("pain_points.asked_how"), type="tertiary", icon=":material/help:", key=f"asked_{at}"):
                st.caption(t("why.sql"))
                st.code(piece.sql, language="sql", wrap_lines=True)
                st.caption(t("why.parameters"))
                st.code("\n".join(piece.parameters) or t("why.none"), language=None, wrap_lines=True)
                st.caption(t("why.link"))
                st.code(f"/{piece.page}?{urlencode(dict(piece.query))}", language=None, wrap_lines=True)


def _source(ctx: Context, piece: Piece) -> str:
    more = [
        ctx.t(f"pain_points.more_{name}", value=ctx.t.percent(value) if name in ("weight", "sure") else
              ctx.t.number(100 * value if name == "moved" else value, 1, signed=name == "moved"))
        for name, value in piece.more
    ]  # fmt: skip
    return " · ".join((ctx.t(f"pain_points.source_{piece.source}"), *more))


def _then(ctx: Context, piece: Piece) -> str:
    said = words.estimate(ctx, piece, piece.value, piece.low, piece.high, piece.n)
    against = ""
    if piece.against is not None:
        against = ctx.t("pain_points.against", value=words.value(ctx, piece, piece.against))
    return ctx.t("pain_points.was", days=words.days(ctx, piece), said=said + against)


def _now(ctx: Context, found: Shown) -> str:
    t, piece, parts = ctx.t, found.piece, []
    if not found.asked:
        return t("pain_points.not_asked")
    if found.again is not None:
        e = found.again
        said = t("why.hidden") if e.state == "hidden" else words.estimate(ctx, piece, e.value, e.low, e.high, e.base)
        parts.append(t("pain_points.again", said=said))
    if found.start is None or found.end is None:
        parts.append(t("pain_points.no_newer"))
        return ("" if t.lang == "zh" else " ").join(parts)
    e = found.now
    said = t("why.hidden") if e.state == "hidden" else words.estimate(ctx, piece, e.value, e.low, e.high, e.base)
    when = t("filters.range", start=t.date(found.start), end=t.date(found.end))
    if piece.signal is not None:
        when = t.period(found.start, piece.signal.subject.split(":")[-2])
    parts.append(t("pain_points.is", days=when, said=said))
    if found.change is not None and found.change.verdict in _VERDICT:
        parts.append(t(f"pain_points.moved_{found.change.verdict}"))
    return ("" if t.lang == "zh" else " ").join(parts)


def _history(ctx: Context, point: PainPoint) -> None:
    t = ctx.t
    steps = ctx.ask(pain_points.history, point.id, ctx.rights)
    cards.heading(t("pain_points.history"))
    lines = []
    for step in reversed(steps):
        detail = dict(step.detail)
        values = {"state": t(f"pain_points.state_{step.state}"), "owner": _person(ctx, detail.get("owner", "")),
                  "source": t(f"pain_points.source_{detail.get('source', 'people')}"),
                  "verdict": telling.verdict(t, detail.get("verdict", "")),
                  "have": detail.get("have", ""), "of": detail.get("of", "")}  # fmt: skip
        did = "decided" if "decided" in detail else "reached" if "have" in detail else step.did
        said = t(f"pain_points.did_{did}", **values)
        note = (t("pain_points.noted", note=t.pick(step.note))) if step.note else ""
        lines.append(f"- {t.date(step.at.date())} · {plain(_person(ctx, step.by))} · {plain(said)}{plain(note)}")
    st.markdown("\n".join(lines))


def _person(ctx: Context, name: str) -> str:
    return ctx.bench.accounts.display(name) if name else ctx.t("pain_points.nobody")
