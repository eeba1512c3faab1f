"""Walk-throughs: the score in words, the weakest items with photos, branches, and every walk."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, filters, page, why
from components.filters import Chosen
from components.page import Context
from components.walks import detail
from components.walks import photos as walk_photos
from cx.insight import walks
from cx.insight.walks import ENOUGH, Item, Place, View
from cx.output.charts import walks as chart
from cx.store.walks import Walk
from cx.survey.schema import Survey

_ROW, _MORE = ("region", "branch"), ("mode",)
_WEAKEST, _LATEST = 4, 10


def show(ctx: Context) -> None:
    """One walk in full where the address names one, else all of a checklist."""
    if "walk" in st.query_params:
        detail.show(ctx, st.query_params["walk"])
        return
    known = ctx.ask(walks.surveys, ctx.rights)
    if not known:
        _empty(ctx)
    ids = list(dict.fromkeys(id for id, _ in known))
    titles = {id: _title(ctx, id, [version for each, version in known if each == id]) for id in ids}
    extra = [("survey", ids, titles.__getitem__)] if len(ids) > 1 else []
    survey = filters.chosen_of("survey", ids)
    within = walks.scope(ctx.rights).narrowed(survey_id=survey)
    chosen = filters.choose(ctx, extra=extra, row=_ROW, more=_MORE, within=within)
    if chosen is None:
        _empty(ctx)
    found = ctx.ask(walks.view, chosen.scope, _definitions(ctx, [pair for pair in known if pair[0] == survey]))
    if not found.walks:
        page.empty(ctx, "walks.empty_scope")
    _answer(ctx, found)
    _items(ctx, found)
    _branches(ctx, found, chosen)
    _list(ctx, found)
    _do(ctx)


def checklist(ctx: Context) -> Survey | None:
    """A checklist in service today."""
    found = (each for each in ctx.bench.shelf.all() if each.kind == "walk" and each.is_open(dt.date.today()))
    return next(found, None)


def _definitions(ctx: Context, known: list[tuple[str, str]]) -> tuple[Survey, ...]:
    found = (ctx.bench.shelf.version(id, version) for id, version in known)
    return tuple(survey for survey in found if survey is not None)


def _title(ctx: Context, id: str, versions: list[str]) -> str:
    found = _definitions(ctx, [(id, version) for version in versions])
    return ctx.t.pick(found[0].title) if found else id


def _empty(ctx: Context) -> None:
    """Nothing yet: the checklist to make, or the one to walk with."""
    t = ctx.t
    ready = checklist(ctx) is not None
    cure = "empty_ready_try" if ready else "empty_try" if ctx.may("surveys_edit") else "empty_branch_try"
    cards.empty(t("walks.empty"), t(f"walks.{cure}"))
    if ready:
        _do(ctx)
    else:
        _template(ctx)
    st.stop()


def _template(ctx: Context) -> None:
    if ctx.may("surveys_edit"):
        st.caption(ctx.t("walks.template_lead"))
        page.link(ctx, "builder", ctx.t("walks.template"))


def _do(ctx: Context) -> None:
    """The way to the next walk, for those who may take it."""
    t, survey = ctx.t, checklist(ctx)
    if not ctx.may("quick_survey"):
        return
    st.header(t("walks.do"), anchor=False)
    if survey is None:
        st.markdown(t("walks.do_none"))
        _template(ctx)
        return
    st.markdown(t("walks.do_lead"))
    branch = st.query_params.get("branch")
    about = {"survey": survey.id} | ({"branch": branch} if branch else {})
    page.link(ctx, "quick_survey", t("walks.do_go"), about)


def _answer(ctx: Context, found: View) -> None:
    t, e = ctx.t, found.total
    st.caption(t("walks.voice_walks"))
    if e.value is None:
        st.markdown(t("walks.answer_unscored"))
        return
    scored = [walk for walk in found.counted if walk.n]
    reach = ""
    if e.low is not None:
        reach = t("walks.answer_reach", low=t.percent(e.low), high=t.percent(e.high))
    places = [place for place in found.places if place.branch and place.estimate.value is not None]
    key = "answer_one" if len(scored) == 1 else "answer"
    lead = t(
        f"walks.{key}", places=t.number(len(places)), walks=t.number(len(scored)), score=t.percent(e.value), reach=reach
    )
    more = [_weakest(ctx, found.items[0])] if found.items and (found.items[0].estimate.value or 0.0) < 1 else []
    if len(places) > 1:
        name = ctx.model.label("branch", places[0].branch, t)
        more.append(t("walks.answer_branch", branch=name, score=t.percent(places[0].estimate.value)))
    space = "" if t.lang == "zh" else " "
    st.markdown(lead + (space + t("walks.answer_join").join(more) + t("walks.answer_end") if more else ""))
    if e.low is not None:
        st.caption(t("walks.interval_how", n=ENOUGH))
    why.popover(ctx, "walks", found.measured, e)


def _weakest(ctx: Context, item: Item) -> str:
    t = ctx.t
    values = {"item": t.pick(item.label), "score": t.percent(item.estimate.value)}
    if item.lowest is None:
        return t("walks.answer_item", **values)
    branch, low = item.lowest
    return t("walks.answer_item_at", branch=ctx.model.label("branch", branch, t), low=t.percent(low), **values)


def _items(ctx: Context, found: View) -> None:
    """The weakest few with their photos, all others behind a line."""
    t = ctx.t
    if not found.items:
        return
    st.header(t("walks.items"), anchor=False)
    photos = t("walks.items_photos") if ctx.rights.comments else ""
    st.caption(f"{t('walks.items_how')} {photos}")
    weak = [item for item in found.items if (item.estimate.value or 0.0) < 1][:_WEAKEST]
    for item in weak:
        with st.container(border=True, key=f"walk_item_{item.id.replace('.', '_')}"):
            text, pictures = st.columns([2, 5], gap="medium", vertical_alignment="center")
            with text:
                st.html(cards.figure(t.pick(item.label), t.percent(item.estimate.value), " · ".join(_facts(ctx, item))))
            with pictures:
                walk_photos.row(ctx, item.photos, f"item_{item.id}")
    rest = [item for item in found.items if item not in weak]
    if rest:
        with st.expander(t("walks.more_items", n=len(rest))):
            cards.words_table([_row(ctx, item) for item in rest], t("walks.items"))


def _facts(ctx: Context, item: Item) -> list[str]:
    facts = [ctx.t("walks.item_n", n=ctx.t.number(item.estimate.n))]
    if item.lowest:
        facts.append(ctx.t("walks.item_lowest", where=_lowest(ctx, item)))
    return facts


def _row(ctx: Context, item: Item) -> dict[str, str]:
    t, e = ctx.t, item.estimate
    return {
        t("walks.item"): t.pick(item.label), t("walks.score"): t.percent(e.value), t("walks.n"): t.number(e.n),
        t("walks.lowest"): _lowest(ctx, item),
    }  # fmt: skip


def _lowest(ctx: Context, item: Item) -> str:
    if item.lowest is None:
        return "–"
    branch, low = item.lowest
    return ctx.t("walks.lowest_cell", branch=ctx.model.label("branch", branch, ctx.t), score=ctx.t.percent(low))


def _branches(ctx: Context, found: View, chosen: Chosen) -> None:
    t = ctx.t
    places = [place for place in found.places if place.branch]
    if not places:
        return
    st.header(t("walks.branches"), anchor=False)
    cards.words_table([_place(ctx, place) for place in places], t("walks.branches_about"))
    drawn = chart.walks(places, t, lambda branch: ctx.model.label("branch", branch, t))
    if drawn is not None:
        st.markdown(f"**{t('walks.trend_title')}**")
        cards.chart(drawn, "walk_trend")
        st.caption(t("walks.trend_note", n=chart.MOST_BRANCHES))
    _not_walked(ctx, {place.branch for place in places}, chosen)


def _place(ctx: Context, place: Place) -> dict[str, str]:
    t = ctx.t
    scores = [walk.score for walk in place.walks if walk.score is not None]
    change = "–"
    if len(scores) > 1:
        change = t("walks.change_points", diff=t.number(100 * (scores[-1] - scores[0]), 0, signed=True))
    return {
        t("walks.branch"): ctx.model.label("branch", place.branch, t),
        t("walks.score"): t.percent(place.estimate.value), t("walks.n"): t.number(len(place.walks)),
        t("walks.last_day"): t.date(place.walks[-1].day),
        t("walks.change"): change,
    }  # fmt: skip


def _not_walked(ctx: Context, walked: set[str | None], chosen: Chosen) -> None:
    """Branches of the selection that nobody walked through."""
    t, where = ctx.t, dict(chosen.scope.where)
    if "branch" in where:
        return
    own, regions = ctx.rights.branches, where.get("region")
    left = [
        branch for branch in ctx.model.branches.values()
        if branch.id not in walked and (own is None or branch.id in own) and (not regions or branch.region in regions)
    ]  # fmt: skip
    if left:
        with st.expander(t("walks.not_walked", n=len(left))):
            join = "、" if t.lang == "zh" else ", "
            st.markdown(t("walks.not_walked_names", names=join.join(t.pick(branch.name) for branch in left)))


def _list(ctx: Context, found: View) -> None:
    t = ctx.t
    st.header(t("walks.list"), anchor=False)
    cards.words_table([_walk(ctx, walk) for walk in found.walks[:_LATEST]], t("walks.list_about"))
    older = found.walks[_LATEST:]
    if older:
        with st.expander(t("walks.older", n=len(older))):
            cards.words_table([_walk(ctx, walk) for walk in older], t("walks.list_about"))
    labels = {walk.id: _label(ctx, walk) for walk in found.walks}
    filters.select("walk", ["", *labels], lambda id: labels.get(id, t("walks.open_none")), t("walks.open"))


def _walk(ctx: Context, walk: Walk) -> dict[str, str]:
    t = ctx.t
    row = {
        t("walks.day"): t.date(walk.day), t("walks.branch"): ctx.model.label("branch", walk.branch, t),
        t("walks.score"): t.percent(walk.score), t("walks.items_count"): t.number(walk.n),
        t("walks.photos"): t.number(walk.photos), t("walks.mode"): ctx.model.label("mode", walk.mode, t),
    }  # fmt: skip
    if walk.flagged:
        row[t("walks.score")] = f"{t.percent(walk.score)} ({t('walks.left_out_yes')})"
    return row


def _label(ctx: Context, walk: Walk) -> str:
    t = ctx.t
    score = t.percent(walk.score) if walk.score is not None else t("walks.no_score")
    return t("walks.open_label", day=t.date(walk.day), branch=ctx.model.label("branch", walk.branch, t), score=score)
