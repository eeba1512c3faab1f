"""Before the start, in words: what change the pilots can show, what would help, and why these branches are held against
them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.telling.values import size, value
from cx.act.verification import Design, Match, Outlook
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_CLOSE, _BUSY = 0.5, (0.5, 2.0)
_FEWEST = (2, 5)  # pilots and controls, of which chance picks the pilots in fewer than 1 way of 20
_WORTH_MORE = 0.97  # of what can be seen now: less gained is not worth telling


def foreseen(t: Translator, charter: Charter, found: Outlook, model: Model) -> str:
    """What the pilot can show, in a line of the charter: the visible change, and the chance to prove what counts."""
    if found.visible is None:
        why = _why(t, found)
        return t("quick_win.foreseen_none" if found.compared else "quick_win.foreseen_alone", why=why)
    known = {"pilots": found.pilots, "controls": found.controls, "weeks": found.weeks}
    said = [t("quick_win.foreseen", change=size(t, charter, found.visible, model), **known)]
    if found.chance is not None:
        aimed = size(t, charter, found.aimed, model)
        key = "foreseen_least" if found.named else "foreseen_target"
        said.append(t(f"quick_win.{key}", aimed=aimed, chance=t.percent(found.chance)))
    return t("quick_win.join").join(said)


def missed(t: Translator, charter: Charter, found: Outlook, model: Model) -> str:
    """The warning where what counts will probably be missed, or no comparison can be made; else empty."""
    if not found.blind:
        return ""
    if found.visible is None:
        return foreseen(t, charter, found, model)
    if found.aimed is not None and found.aimed <= 0:
        return t("quick_win.power_reached")
    change, aimed = (size(t, charter, number, model) for number in (found.visible, found.aimed))
    chance = t.percent(found.chance)
    key = "missed_least" if found.named else "missed_target"
    return t(f"quick_win.{key}", weeks=found.weeks, change=change, aimed=aimed, chance=chance)


def helping(t: Translator, charter: Charter, design: Design, model: Model) -> list[str]:
    """What would let the pilot see what counts, each with its number; nothing where it sees it, or none can tell."""
    if design.enough is not False or design.visible is None or not design.aimed or design.aimed <= 0:
        return []
    weeks = [(each.weeks, each.change) for each in design.by_weeks if 7 * each.weeks > charter.length.days]
    pilots = [pair for pair in design.by_pilots if pair[0] > len(charter.pilots)]
    if design.pilots_needed is not None and design.pilots_needed > len(charter.pilots):
        pilots = [pair for pair in pilots if pair[0] >= design.pilots_needed] or pilots
    said = []
    for name, options in (("weeks", weeks), ("pilots", pilots)):
        enough = next((pair for pair in options if pair[1] <= design.aimed), None)
        best = enough or min(options, key=lambda pair: pair[1], default=None)
        if best is not None and best[1] < _WORTH_MORE * design.visible:
            change = size(t, charter, best[1], model)
            key = f"help_{name}" if enough else f"help_{name}_some"
            said.append(t(f"quick_win.{key}", n=best[0], change=change))
    return [*said, t("quick_win.help_more", change=size(t, charter, design.visible, model))]


def instead(t: Translator, branches: int, whole: bool) -> list[str]:
    """The honest next best where pilots cannot be held against other branches, for somebody with so many branches, or
    with the ``whole`` bank."""
    pilots, controls = _FEWEST
    said = [] if whole else [t("quick_win.instead_office")]
    if branches >= pilots + controls:
        said.append(t("quick_win.instead_fewer", pilots=pilots, controls=controls))
    said.append(t("quick_win.instead_turns" if branches > 1 else "quick_win.instead_switch"))
    return [*said, t("quick_win.instead_long")]


def _why(t: Translator, found: Outlook) -> str:
    said = t("quick_win.semicolon").join(t(f"quick_win.cannot_{reason}") for reason in found.reasons)
    return said or t("quick_win.cannot_answers")


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
