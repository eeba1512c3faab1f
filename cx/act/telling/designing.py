"""Before the start, in words: what change the pilots can show, and why these branches are held against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.telling.values import value
from cx.act.verification import Design, Match
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_CLOSE, _BUSY = 0.5, (0.5, 2.0)


def visible(t: Translator, charter: Charter, design: Design, model: Model) -> str:
    """What size of change would be seen in these weeks, in plain words; or why that cannot be said."""
    weeks = t.number(charter.length.days / 7)
    if design.visible is None:
        why = t("quick_win.semicolon").join(t(f"quick_win.cannot_{reason}") for reason in design.reasons)
        return t("quick_win.power_none", why=why or t("quick_win.cannot_answers"))
    return t("quick_win.power", weeks=weeks, change=value(t, charter, design.visible, model))


def seeing(t: Translator, charter: Charter, design: Design, model: Model) -> str:
    """The warning where the target is smaller than what can be seen, with what would help; else empty."""
    if design.enough is not False or design.visible is None:
        return ""
    wanted = value(t, charter, design.wanted, model)
    if design.wanted is not None and design.wanted <= 0:
        return t("quick_win.power_reached", now=value(t, charter, design.before.value, model))
    said = [t("quick_win.power_small", wanted=wanted, change=value(t, charter, design.visible, model))]
    if design.weeks_needed is not None:
        said.append(t("quick_win.power_weeks", weeks=design.weeks_needed))
    if design.pilots_needed is not None:
        said.append(t("quick_win.power_pilots", pilots=design.pilots_needed))
    if len(said) == 1:
        said.append(t("quick_win.power_neither"))
    return t("quick_win.join").join(said)


def matched(t: Translator, charter: Charter, match: Match, model: Model) -> str:
    """Why a control branch was taken: for which pilot, and how its level, trend and volume compare."""
    said = [
        t("quick_win.match_level", level=value(t, charter, match.level, model, signed=True)),
        t("quick_win.match_trend", trend=value(t, charter, match.trend, model, signed=True)),
    ]
    if not _BUSY[0] <= match.volume <= _BUSY[1]:
        said.append(t("quick_win.match_volume", times=t.number(match.volume, 1)))
    names = {"branch": model.label("branch", match.branch, t), "pilot": model.label("branch", match.pilot, t)}
    word = "close" if match.distance <= _CLOSE else "like"
    return t(f"quick_win.match_{word}", why=t("quick_win.comma").join(said), **names)
