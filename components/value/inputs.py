"""The cases and their inputs: choose one, change it, keep it, carry it in and out as a file."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import cards, filters, opened, page, session
from components.page import Context
from components.personas import names
from components.value import outcome
from cx.act import quick_wins
from cx.act.quick_wins import QuickWin
from cx.insight import value as cases
from cx.insight.value import FILE, Book, Case, Input
from cx.measure.value import INPUTS, Range
from cx.publish import entries
from cx.words import Problem, Refused
from cx.words.apart import apart

_SAVED, _FORM, _SENT = "value_saved", "value", "value_file"
_UNITS = {"lift": "points", "customers": "people"}


def book(ctx: Context) -> Book | None:
    """All cases; None where the file cannot be read, which is told."""
    if session.take(_SAVED, False):
        st.success(ctx.t("value.saved"), icon=":material/check:")
    try:
        return cases.book(names.folders(ctx))
    except Refused as refused:
        page.problems(ctx, refused)
        return None


def case(ctx: Context, found: Book) -> Case | None:
    """The case chosen in the address, with what the bank itself knows put in."""
    t = ctx.t
    if not found.cases:
        cards.empty(t("value.none"), t("value.none_try"))
        return None
    by = {one.id: one for one in found.cases}
    id = filters.select("case", tuple(by), lambda c: t.pick(by[c].name), t("value.case"), titled=True, width=360)
    return _known(ctx, found, by[id])


def _known(ctx: Context, found: Book, one: Case) -> Case:
    inputs = {**one.inputs, **ctx.ask(cases.retained, ctx.rights, _Hashed(found.retention))}
    win = next((w for w in _wins(ctx) if w.id == one.quick_win), None)
    if win is not None and win.figures:
        inputs = {**inputs, **_of_win(ctx, win)}
    return replace(one, inputs=inputs)


class _Hashed(dict[str, str]):
    """A mapping that can be part of a question that is remembered."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def _wins(ctx: Context) -> tuple[QuickWin, ...]:
    return ctx.ask(quick_wins.all, ctx.rights) if ctx.may("act_view") else ()


def _of_win(ctx: Context, win: QuickWin) -> dict[str, Input]:
    """What a quick win says itself: its cost, and the change of NPS where that was what it measured."""
    t, title = ctx.t, ctx.t.pick(win.charter.title)
    cost = win.charter.cost
    found = {"cost": Input(Range(cost, cost, cost), t("value.from_win", title=title), assumption=False)} if cost else {}
    change = win.result.found.change if win.result is not None and win.charter.metric == "nps" else None
    if change is not None and change.diff is not None and change.low is not None and change.high is not None:
        lift = Range(change.low, change.diff, change.high)
        found["lift"] = Input(lift, t("value.from_win", title=title), assumption=False)
    return found


def table(ctx: Context, found: Book, one: Case) -> None:
    """The inputs: to read for all, to change for those who may."""
    t = ctx.t
    cards.heading(t("value.inputs_title"))
    stamp = ""
    if may_edit(ctx):
        now = next(each for each in found.cases if each.id == one.id)
        latest = entries.stamp(cases.plain(now))
        begun, stamp = opened.begun(_FORM, one.id, now, latest)
        if latest != stamp:
            opened.moved(ctx, _FORM, now.by, now.at, t.pick(now.name))
        one = _known(ctx, found, begun)
    if not may_edit(ctx):
        cards.words_table([_told(ctx, found, name, one.inputs[name]) for name in INPUTS], t("value.inputs_title"))
        return
    rows = [_row(ctx, name, one.inputs[name]) for name in INPUTS]
    fixed = [t("value.input"), t("value.unit")]
    with st.form("value_form", border=False):
        name = st.text_input(t("value.name"), t.pick(one.name), max_chars=80, key=opened.key("value_name", stamp))
        wins = {"": t("value.no_win"), **apart({w.id: t.pick(w.charter.title) for w in _wins(ctx)})}
        left, right = st.columns(2)
        win = left.selectbox(t("value.win"), list(wins), format_func=lambda w: wins[w],
                             index=list(wins).index(one.quick_win) if one.quick_win in wins else 0,
                             key=opened.key("value_win", stamp))  # fmt: skip
        years = right.number_input(t("value.years"), 1, 20, one.years, key=opened.key("value_years", stamp))
        given = st.data_editor(
            rows,
            hide_index=True,
            disabled=fixed,
            width="stretch",
            height="content",
            key=opened.key("value_rows", stamp),
        )
        cards.note(t("value.inputs_how"))
        with st.container(horizontal=True):
            save = st.form_submit_button(t("value.save"), type="primary")
            copy = st.form_submit_button(t("value.save_as"))
    if save or copy:
        try:
            inputs = {key: _input(ctx, row) for key, row in zip(INPUTS, given, strict=True)}
            label = name if copy or isinstance(one.name, str) else {**one.name, t.lang: name}
            entries.save_case(opened.desk(ctx), Case(one.id, label, inputs, win, int(years)), None if copy else stamp)
        except Refused as refused:
            page.problems(ctx, Refused(*(_where(ctx, p) for p in refused.problems)))
            return
        opened.forget(_FORM)
        _done()


def _told(ctx: Context, found: Book, name: str, one: Input) -> dict[str, str]:
    """A row to read: each value in its unit."""
    t = ctx.t
    ends = {
        t(f"value.{end}"): outcome.priced(ctx, found, name, getattr(one.range, end))
        for end in ("low", "likely", "high")
    }
    source = t("value.assumption") if one.assumption else one.source or "–"
    if one.assumption and one.source:
        source = f"{one.source} · {source}"
    return {t("value.input"): t(f"value.input_{name}")} | ends | {t("value.source"): source}


def _row(ctx: Context, name: str, one: Input) -> dict[str, object]:
    t, r = ctx.t, one.range
    unit = "share" if name in cases.SHARES else _UNITS.get(name, "money")
    return {
        t("value.input"): t(f"value.input_{name}"), t("value.unit"): t(f"value.unit_{unit}"),
        t("value.low"): r.low, t("value.likely"): r.likely, t("value.high"): r.high,
        t("value.source"): one.source, t("value.assumption"): one.assumption,
    }  # fmt: skip


def _input(ctx: Context, row: dict[str, object]) -> Input:
    t = ctx.t
    ends = [row[t(f"value.{end}")] for end in ("low", "likely", "high")]
    if any(not isinstance(end, int | float) for end in ends):
        raise Refused(Problem("value_range", str(row[t("value.input")])))
    source = str(row[t("value.source")] or "")
    return Input(Range(*map(float, ends)), source, bool(row[t("value.assumption")]) or not source.strip())  # type: ignore[arg-type]


def _where(ctx: Context, problem: Problem) -> Problem:
    known = problem.where in INPUTS
    return replace(problem, where=ctx.t(f"value.input_{problem.where}")) if known else problem


def may_edit(ctx: Context) -> bool:
    """Whether the user may change cases and claims: those who act, for the whole bank."""
    return ctx.may("act_edit") and ctx.rights.branches is None


def _done() -> None:
    session.put(_SAVED, True)
    st.rerun()


def files_of(ctx: Context, found: Book) -> None:
    """All cases as a file, out and in."""
    t = ctx.t
    with st.expander(t("value.files"), icon=":material/swap_vert:"):
        st.download_button(
            t("value.download"), cases.dumped(found), FILE, "application/yaml", icon=":material/download:"
        )
        if not may_edit(ctx):
            return
        sent = st.file_uploader(t("value.upload"), type=["yaml", "yml"], key="value_file")
        if sent is None:
            return
        _, stamp = opened.begun(_SENT, sent.file_id, None, entries.stamp(cases.dumped(found)))
        if st.button(t("value.upload_go"), icon=":material/upload:"):
            try:
                new = cases.read(sent.getvalue().decode("utf-8"), sent.name)
                entries.save_book(opened.desk(ctx), new, stamp, sent.name[:60])
            except UnicodeDecodeError as error:
                page.problems(ctx, Refused(Problem("value_file", sent.name, {"detail": str(error)[:60]})))
            except Refused as refused:
                page.problems(ctx, refused)
            else:
                opened.forget(_FORM)
                _done()
