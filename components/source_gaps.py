"""Values that lack: by indicator on screen, one a line in the file that goes to who owes them."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, filters
from components.markdown import plain
from components.page import Context
from cx.collect.handout import as_csv
from cx.insight import sources
from cx.insight.sources import Gap, View
from cx.store.arrivals import Unit

_SHOWN, _NAMED = 12, 3


def show(ctx: Context, found: View) -> None:
    """The table of what lacks, by the owner chosen, and the file to send."""
    t = ctx.t
    st.header(t("sources.gaps_title"), anchor=False)
    if not found.gaps:
        st.markdown(t("sources.gaps_none"))
        return
    owners = list(dict.fromkeys(ctx.model.indicators[gap.indicator].owner for gap in found.gaps))
    names = ["", *sorted(owner for owner in owners if owner)]
    chosen = filters.select(
        "owner", names, lambda owner: owner or t("sources.gaps_all"), t("sources.gaps_of"), titled=True
    )
    kept = [gap for gap in found.gaps if not chosen or ctx.model.indicators[gap.indicator].owner == chosen]
    groups: dict[tuple[str, tuple[dt.date, ...]], list[Gap]] = {}
    for gap in kept:
        groups.setdefault((gap.indicator, gap.periods), []).append(gap)
    oldest = sorted(groups.values(), key=lambda lacking: min(gap.due or dt.date.max for gap in lacking))
    rows = [_row(ctx, lacking) for lacking in oldest]
    cards.words_table(rows[:_SHOWN], t("sources.gaps_title"), t("sources.never"))
    if len(rows) > _SHOWN:
        st.caption(t("sources.gaps_more", shown=_SHOWN))
    st.download_button(
        t("sources.download"), lambda: as_csv(file_rows(ctx, kept)), f"{t('sources.file')}.csv", "text/csv",
        icon=":material/download:", key="sources_gaps", on_click="ignore",
    )  # fmt: skip
    _never(ctx, found)


def _row(ctx: Context, lacking: list[Gap]) -> dict[str, str]:
    """Units of one indicator that lack the same periods."""
    t, entry = ctx.t, ctx.model.indicators[lacking[0].indicator]
    periods, grain = lacking[0].periods, lacking[0].grain
    named = [t.period(day, grain) for day in periods]
    said = named[0] if len(named) == 1 else ""
    if len(named) > 1:
        said = t("sources.periods_n", first=named[0], last=named[-1], n=t.number(len(named)))
    due = min((gap.due for gap in lacking if gap.due), default=None)
    return {
        t("sources.col_indicator"): t.pick(entry.name),
        t("sources.col_periods"): said or t("sources.never"),
        t("sources.col_units"): _units(ctx, [gap.unit for gap in lacking]),
        t("sources.col_due"): t.date(due),
        t("sources.col_owner"): entry.owner or t("sources.no_owner"),
        t("sources.col_source"): entry.source or t("sources.unnamed"),
    }


def _units(ctx: Context, units: list[Unit]) -> str:
    t = ctx.t
    names = [unit_name(ctx, unit) for unit in units]
    if len(names) == 1:
        return names[0]
    listed = ("、" if t.lang == "zh" else ", ").join(names[:_NAMED])
    key = "units_n" if len(names) <= _NAMED else "units_more"
    return t(f"sources.{key}", n=t.number(len(names)), names=listed)


def unit_name(ctx: Context, unit: Unit) -> str:
    """A unit in words: its branch, else its region, channel or line, else the whole bank."""
    branch, region, channel, line = unit
    parts = {"branch": branch, "region": None if branch else region, "channel": channel, "business_line": line}
    named = [ctx.model.label(name, value, ctx.t) for name, value in parts.items() if value]
    return " · ".join(named) or ctx.t("sources.whole_bank")


def file_rows(ctx: Context, kept: list[Gap]) -> list[list[str]]:
    """One line a value that lacks, below a head: what goes to the owner."""
    t = ctx.t
    names = ("indicator", "unit", "period", "due", "refresh", "owner", "source")
    rows = [[t(f"sources.col_{name}") for name in names]]
    for gap in kept:
        entry, unit = ctx.model.indicators[gap.indicator], unit_name(ctx, gap.unit)
        about = [entry.refresh, entry.owner, entry.source]
        if not gap.periods:
            rows.append([t.pick(entry.name), unit, t("sources.never"), "", *about])
        for day in gap.periods:
            due = sources.due(ctx.model, entry, gap.grain, day)
            rows.append([t.pick(entry.name), unit, t.period(day, gap.grain), due.isoformat() if due else "", *about])
    return rows


def _never(ctx: Context, found: View) -> None:
    t = ctx.t
    counts = {name: n for source in found.sources for name, n in source.never.items()}
    if counts:
        listed = ("、" if t.lang == "zh" else ", ").join(
            t("sources.never_item", name=plain(t.pick(ctx.model.indicators[name].name)), n=t.number(n))
            for name, n in list(counts.items())[:8]
        )
        st.caption(t("sources.never_note", names=listed))
