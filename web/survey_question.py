"""The questions of a page as pieces: drawn by ``question.html`` once for a definition, language and room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence

from jinja2 import Template

from cx.survey import types
from cx.survey.schema import Choice, Question, Survey
from cx.words import Translator
from web import survey_assets
from web.survey_piece import Piece, Slots
from web.visit import Visit

_SINGLE_CONTROL = frozenset(("text", "number", "date", "slider", "photo"))
_KEPT = 4_000
_kept: dict[Hashable, Piece] = {}
_orders: dict[Hashable, Piece] = {}  # apart, so that one respondent's orders do not drive out what all share


def pieces(survey: Survey, page: int, visit: Visit, template: Template) -> list[Piece]:
    """The questions of a page, as every respondent of this link sees them."""
    return [
        _piece(survey, question, visit, template) for question in survey.pages[page].questions if _is_drawn(question)
    ]


def forget() -> None:
    """Draw every piece anew from now on (for measurements)."""
    _kept.clear()
    _orders.clear()


def _is_drawn(question: Question) -> bool:
    return question.type != "computed"


def _piece(survey: Survey, question: Question, visit: Visit, template: Template) -> Piece:
    key = (survey.digest, question.id, visit.lang, _roomy(visit), visit.remembers, *_order(question))
    kept = _orders if question.order == "random" else _kept
    piece = kept.get(key)
    if piece is None:
        if len(kept) >= _KEPT:
            kept.clear()
        piece = kept[key] = _draw(question, visit, template)
    return piece


def _order(question: Question) -> tuple[Hashable, ...]:
    """What makes the same question look different: this respondent's order, or the day."""
    if question.type == "maxdiff":
        return (question.version,)
    if question.order == "random":
        return (*(each.id for each in question.choices), *(each.id for each in question.rows))
    return (dt.date.today(),) if question.type == "date" else ()


def _draw(question: Question, visit: Visit, template: Template) -> Piece:
    t = Translator(visit.lang)
    slots = Slots(question, t)
    html = template.render(
        q=question,
        s=slots,
        t=t,
        group=question.type not in _SINGLE_CONTROL or bool(survey_assets.stops(question)),
        stops=survey_assets.stops(question),
        more=_more(question, t),
        named=_names_fit(question, visit),
        sets=_sets(question),
        own_phone=visit.remembers,
        na=types.NOT_APPLICABLE,
        day=types.day_limit,
    )
    return slots.cut(html)


def _sets(question: Question) -> Sequence[Sequence[Choice]]:
    """The sets of a maxdiff, in this respondent's order."""
    if question.type != "maxdiff":
        return ()
    by_id = {choice.id: choice for choice in question.choices}
    return [[by_id[id] for id in ids] for ids in types.sets(question)]


def _roomy(visit: Visit) -> bool:
    return not (visit.large or visit.mode == "kiosk")


def _names_fit(question: Question, visit: Visit) -> bool:
    """Whether every point has a name that fits under its number without breaking a word."""
    scale = question.scale
    if scale is None or len(scale.labels) < len(scale.points) or len(scale.points) > 5:
        return False
    t, room = Translator(visit.lang), 10 if _roomy(visit) else 6
    words = [word for label in scale.labels.values() for word in t.pick(label).split()]
    return all(sum(2 if ord(letter) > 0x2E80 else 1 for letter in word) <= room for word in words)


def _more(question: Question, t: Translator) -> str:
    """What the hint says beside the author's help."""
    if question.type == "multiple":
        return _how_many(question, t)
    if question.type == "ranking":
        return t("survey_page.rank_some", n=question.max_choices) if question.max_choices else t("survey_page.rank_all")
    if survey_assets.stops(question):
        return ""
    if question.type in ("number", "slider") and question.minimum is not None and question.maximum is not None:
        return t("survey_page.number_between", low=question.minimum, high=question.maximum)
    if question.type == "photo" and question.max_photos > 1:
        return t("survey_page.photo_most", n=question.max_photos)
    return ""


def _how_many(question: Question, t: Translator) -> str:
    low, high = question.min_choices, question.max_choices
    if low and high:
        return t("survey_page.choose_between", low=low, high=high)
    if low and low > 1:
        return t("survey_page.choose_at_least", low=low)
    return t("survey_page.choose_at_most", high=high) if high else t("survey_page.choose_several")
