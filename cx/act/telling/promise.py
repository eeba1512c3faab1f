"""The charter line by line, the same on screen and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.quick_wins import QuickWin
from cx.act.telling.board import rank
from cx.act.telling.designing import foreseen
from cx.act.telling.sides import aside
from cx.act.telling.values import estimate, metric, scaled, size, value
from cx.act.verification import Outlook
from cx.bank import zone
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_MOST_NAMES = 16


def facts(
    t: Translator, charter: Charter, model: Model, outlook: Outlook | None = None, hidden: bool = False
) -> list[tuple[str, str]]:
    """Everything promised, and what the pilot can show: a name and its text each. ``hidden``: the baseline is there,
    but not for the reader."""
    weeks = t.number(charter.length.days / 7)
    without = "none" if charter.baseline is None else "never"
    said = {
        "hypothesis": t.pick(charter.hypothesis),
        "touchpoint": model.label("touchpoint", charter.touchpoint, t),
        "metric": scaled(t, charter, model),
        "baseline": t("quick_win.baseline_hidden") if hidden else _baseline(t, charter, model),
        "target": value(t, charter, charter.target, model),
        "least": size(t, charter, charter.least, model) if charter.least else "",
        "outlook": _outlook(t, charter, outlook, model),
        "owner": t.pick(charter.owner),
        "timeline": t("quick_win.period", start=t.date(charter.start), end=t.date(charter.end), weeks=weeks),
        "pilots": _branches(t, charter.pilots, model),
        "controls": _branches(t, charter.controls, model) if charter.controls else t(f"quick_win.controls_{without}"),
        "budget": t("quick_win.money_promised", cost=t.number(charter.cost), saving=t.number(charter.saving)),
        "guardrails": t("quick_win.comma").join(
            metric(t, aside(charter, name), model) for name in charter.guardrails
        ) or t("quick_win.guardrails_none"),
        "priority": rank(t, charter),
    }  # fmt: skip
    return [(t(f"quick_win.{name}"), text) for name, text in said.items() if text]


def steps(t: Translator, charter: Charter, model: Model) -> list[tuple[str, str, bool]]:
    """Each milestone: when (due, or done), what, and whether it is done."""
    found = []
    for each in sorted(charter.milestones, key=lambda each: each.day):
        title = t.pick(each.title)
        if each.branch:
            title = t("quick_win.milestone_of", branch=model.label("branch", each.branch, t), title=title)
        found.append((t.date(each.done or each.day), title, each.done is not None))
    return found


def _outlook(t: Translator, charter: Charter, found: Outlook | None, model: Model) -> str:
    if found is None:
        return ""
    said = foreseen(t, charter, found, model)
    return t("quick_win.join").join((said, t("quick_win.foreseen_day", day=t.date(found.day))))


def signed(t: Translator, win: QuickWin, display: Callable[[str], str], hours: str | None) -> str:
    """Who signed the charter when, or that nobody did; ``display`` gives a person's name, ``hours`` is the bank's
    zone."""
    found = win.signature
    if found is None:
        return t("quick_win.charter_unsigned" if win.state == "idea" else "quick_win.charter_before")
    at = t.time(zone.local(found.at, hours))
    said = t("quick_win.charter_alone" if found.alone else "quick_win.charter_signed", by=display(found.by), at=at)
    if found.outlook is None or not found.outlook.blind:
        return said
    return t("quick_win.semicolon").join((said, t("quick_win.charter_knowing")))


def _branches(t: Translator, branches: tuple[str, ...], model: Model) -> str:
    names = [model.label("branch", branch, t) for branch in branches]
    more = [t("quick_win.and_more", n=len(names) - _MOST_NAMES)] if len(names) > _MOST_NAMES else []
    return t("quick_win.pilots_n", n=len(names), names=t("quick_win.comma").join(names[:_MOST_NAMES] + more))


def _baseline(t: Translator, charter: Charter, model: Model) -> str:
    frozen = charter.baseline
    if frozen is None:
        return t("quick_win.baseline_none")
    said = estimate(t, charter, frozen.estimate, model)
    days = {name: t.date(getattr(frozen, name)) for name in ("start", "end")}
    return t("quick_win.baseline_text", value=said, taken=t.date(frozen.taken_on), **days)
