"""Where customer experience stands: listen, understand, act, verify; the worst journey; what is going on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from html import escape

import streamlit as st

from components import cards, filters, page, why
from components.boards import tile
from components.boards.tile import Shown
from components.markdown import plain
from components.page import Context
from cx import demo
from cx.act import quick_wins
from cx.act.quick_wins import QuickWin
from cx.bank.boards import Tile
from cx.insight import journey, overview
from cx.insight.journey import Heat
from cx.insight.overview import Loop
from cx.insight.tiles import Asking
from cx.intake import uploads
from cx.intake.uploads import Upload
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.output import tiles
from cx.publish import standing
from cx.store import query
from cx.store.query import Contents

MOST_EVENTS = 6
# Older records, of before and after only: none of them is proven.
_SAME = {"improved": "not_proven", "not_shown": "not_proven", "worse": "harmed"}


def main(ctx: Context) -> None:
    """All of it, or with the right to the headline alone, that."""
    cards.style()
    scope = Scope(ctx.rights)
    contents = ctx.ask(query.contents, scope, ())
    if contents.first is None or contents.last is None:
        _empty(ctx)
        return
    period = ctx.ask(overview.shown, scope, contents.first, contents.last, dt.date.today())
    scope = scope.between(period.start, period.end)
    found = ctx.ask(overview.loop, scope, period.before)
    if ctx.may("overview"):
        _whole(ctx, contents, scope, period, found)
    else:
        _headline(ctx, contents, period, found)


def _empty(ctx: Context) -> None:
    """No response yet: three ways to start."""
    t = ctx.t
    st.html(f'<div class="cx-empty"><strong>{t("overview.empty")}</strong>'
            f'<span class="cx-muted">{t("overview.empty_try")}</span></div>')  # fmt: skip
    with st.container(horizontal=True):
        page.link(ctx, "bank", t("overview.start_demo"))
        page.link(ctx, "quick_survey", t("overview.start_survey"))
        page.link(ctx, "uploads", t("overview.start_upload"))


def _headline(ctx: Context, contents: Contents, period: Period, found: Loop) -> None:
    t, before = ctx.t, period.before
    st.html(f'<div class="cx-facts">{escape(_place(ctx, period))}</div>')
    if found.score is None:
        st.markdown(t("overview.no_score"))
        return
    st.markdown(f"**{t(f'nps.kind_{found.kind}')}**")
    cards.headline(found.score, t, filters.period_name(ctx, before) if before else None, t.date(contents.last))
    why.popover(ctx, "headline", found.score.now, found.score.estimate)


def _place(ctx: Context, period: Period) -> str:
    t, branches = ctx.t, ctx.rights.branches
    comma = "、" if t.lang == "zh" else ", "
    names = [ctx.model.label("branch", branch, t) for branch in sorted(branches or ())]
    where = t("overview.whole_bank") if branches is None else comma.join(names[:5]) + (" …" if len(names) > 5 else "")
    return f"{filters.period_name(ctx, period)} · {where}"


def _whole(ctx: Context, contents: Contents, scope: Scope, period: Period, found: Loop) -> None:
    t = ctx.t
    as_of = t("overview.as_of", day=t.date(contents.last))
    st.html(f'<div class="cx-facts">{escape(_place(ctx, period))} · {escape(as_of)}</div>')
    wins = ctx.ask(quick_wins.all, ctx.rights)
    _cards(ctx, period, found, wins)
    shown = None
    if found.journey is not None and found.journey in ctx.model.journeys:
        within = scope.narrowed(journey=found.journey)
        asked = Asking(within, period.before, contents.last or dt.date.today(), dt.date.today())
        shown = tile.ask(ctx, Tile("heat", "heat", journey.METRIC, ("stage", "channel"), within.where), asked)
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        _heat(ctx, shown, found.journey)
    with right:
        _events(ctx, wins, _heat_of(shown))


def _cards(ctx: Context, period: Period, found: Loop, wins: tuple[QuickWin, ...]) -> None:
    t = ctx.t
    before = filters.period_name(ctx, period.before) if period.before else None
    listen, understand, act, verify = st.columns(4)
    with listen:
        total = found.responses.total
        value = t("overview.count", n=cards.number(total, found.responses.metric, t)) if total.n else t("why.hidden")
        note = _responses_note(ctx, found, before)
        cards.card(
            ctx, "hearing", t("overview.listen"), t("overview.responses"), value, note, "quick_survey",
            t("overview.go_survey"), found.responses,
        )  # fmt: skip
    with understand:
        label = t(f"nps.kind_{found.kind}") if found.kind else t("overview.nps")
        value, note = t("overview.none"), escape(t("overview.no_score"))
        if found.score is not None:
            value = cards.number(found.score.estimate, found.score.now.metric, t)
            small = f" · {t('nps.small')}" if found.score.estimate.state == "small" else ""
            base = escape(t("overview.base", n=t.number(found.score.estimate.n)) + small)
            note = f"{cards.moved(found.score, before, t)}<br>{base}"
        behind = found.score.now if found.score is not None else None
        cards.card(ctx, "monitoring", t("overview.understand"), label, value, note, "nps", t("overview.go_nps"), behind)
    states = Counter(win.state for win in wins)
    with act:
        note = escape(t("overview.ideas", ideas=states["idea"], measuring=states["measuring"]))
        cards.card(ctx, "bolt", t("overview.act"), t("overview.running"), t("overview.wins", n=states["running"]), note,
                   "quick_wins", t("overview.go_wins"))  # fmt: skip
    with verify:
        verdicts = Counter(_SAME.get(win.verdict, win.verdict) for win in wins if win.verdict)
        note = escape(
            t("overview.verdicts", **{v: verdicts[v] for v in ("not_proven", "too_small", "harmed", "too_few")})
            if verdicts
            else t("overview.nothing_verified")
        )
        proven = t("overview.wins", n=verdicts["proven"])
        cards.card(
            ctx, "verified", t("overview.verify"), t("overview.proven"), proven, note, "quick_wins",
            t("overview.go_results"),
        )  # fmt: skip


def _responses_note(ctx: Context, found: Loop, before: str | None) -> str:
    if before is None or found.responses_before is None:
        return ""
    total = found.responses_before.total
    text = ctx.t("overview.responses_before", period=before, n=ctx.t.number(total.n))
    return escape(text) if total.value is not None else escape(ctx.t("overview.responses_none", period=before))


def _heat_of(shown: Shown | None) -> Heat | None:
    return shown.found.answer if shown is not None and isinstance(shown.found.answer, Heat) else None


def _heat(ctx: Context, shown: Shown | None, name: str | None) -> None:
    t, heat = ctx.t, _heat_of(shown)
    if shown is None or heat is None:
        st.header(t("overview.heat_title"), anchor=False)
        st.markdown(t("journey.empty"))
        return
    st.header(f"{t('overview.heat_title')} · {plain(ctx.model.label('journey', name, t))}", anchor=False)
    tile.draw(ctx, shown, "heat")
    st.markdown(tiles.answer(shown.tile, shown.found, t, ctx.model))
    with st.container(horizontal=True, vertical_alignment="center"):
        page.link(ctx, "journey", t("overview.go_journey"), {"journey": name or ""})
        why.popover(ctx, "heat", heat.measured, heat.total, within=why.rows(ctx, heat.measured))


def _worst(ctx: Context, heat: Heat) -> str | None:
    t, pains = ctx.t, journey.pains(heat, 1)
    if not pains:
        return None
    stage, row = (ctx.model.label(n, v, t) for n, v in zip(("stage", heat.by), pains[0].key, strict=True))
    estimate = pains[0].estimate
    cell = t("journey.heat_cell", stage=stage, row=row, value=t.number(estimate.value, 1), n=t.number(estimate.base))
    return t("overview.worst", cell=cell)


def _events(ctx: Context, wins: tuple[QuickWin, ...], heat: Heat | None) -> None:
    t = ctx.t
    st.header(t("overview.now"), anchor=False)
    worst = _worst(ctx, heat) if heat else None
    problems = _broken(ctx) if ctx.may("surveys_view") else 0
    events = _waiting(ctx)
    if problems:
        events.append(("report", t("overview.survey_problems", n=problems), t("overview.survey_problems_try")))
    events += [("trending_down", worst, ctx.model.label("journey", _journey(heat), t))] if worst else []
    dated = [_win(ctx, win) for win in wins if win.state != "idea"]
    if ctx.may("upload"):
        dated += [_upload(ctx, upload) for upload in ctx.ask(uploads.history)[:3] if upload.state == "loaded"]
    events += [event[1:] for event in sorted(dated, key=lambda event: event[0], reverse=True)]
    if not events:
        st.markdown(t("overview.quiet"))
    for icon, text, under in events[:MOST_EVENTS]:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f":material/{icon}: {plain(text)}")
            st.caption(plain(under))


def _broken(ctx: Context) -> int:
    """Survey files whose last good version is in service instead; warnings are told where surveys are."""
    return sum(any(p.severity == "error" for p in found) for found in ctx.bench.shelf.problems().values())


def _waiting(ctx: Context) -> list[tuple[str, str, str]]:
    """Surveys that wait for this user's yes or no, or for being published by them."""
    t, told = ctx.t, []
    for each in ctx.ask(standing.all, ctx.bench.shelf.all(), dt.date.today()) if ctx.may("surveys_approve") else ():
        if each.draft is not None and each.next in ("approve", "publish") and each.waits_for(ctx.user):
            title = t.pick(each.survey.title, each.survey_id) if each.survey else each.survey_id
            who = ctx.bench.accounts.display(each.draft.author)
            told.append(("rule", t(f"publish.mine_{each.next}", title=title, who=who), t("overview.waiting_try")))
    return told


def _upload(ctx: Context, upload: Upload) -> tuple[dt.datetime, str, str, str]:
    t = ctx.t
    if upload.source == demo.SOURCE:
        return upload.loaded_at, "science", t("overview.demo_loaded"), t("overview.demo_invented")
    text = t("overview.uploaded", file=upload.file_name, rows=t.number(upload.rows))
    under = t("overview.by", name=ctx.bench.accounts.display(upload.loaded_by), day=t.date(upload.loaded_at.date()))
    return upload.loaded_at, "upload_file", text, under


def _journey(heat: Heat | None) -> str | None:
    where = dict(heat.measured.scope.where) if heat else {}
    return next(iter(where.get("journey", ())), None)


def _win(ctx: Context, win: QuickWin) -> tuple[dt.datetime, str, str, str]:
    t = ctx.t
    if win.state == "closed" and win.result is not None:
        icon = "verified" if win.verdict in quick_wins.PROVEN else "fact_check"
        verdict = t(f"quick_win.verdict_{win.result.verdict}")
        text = t("overview.win_closed", title=t.pick(win.charter.title), verdict=verdict)
    elif win.state == "closed":  # beyond the reader's rights
        icon, text = "fact_check", t("overview.win_closed_unseen", title=t.pick(win.charter.title))
    else:
        icon, text = "bolt", t(f"overview.win_{win.state}", title=t.pick(win.charter.title))
    under = t("overview.by", name=t.pick(win.charter.owner), day=t.date(win.recorded_at.date()))
    return win.recorded_at, icon, text, under


main(page.begin(__file__))
