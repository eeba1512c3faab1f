"""The demo's register of pain points: found by the same rooms as everybody's, on the days when they would have been."""

from __future__ import annotations

import datetime as dt

from cx.act import pain_points
from cx.act.pain_points import Candidate, Matter, Piece, seeking
from cx.act.pain_points.seeking import Look
from cx.bank.model import Model
from cx.demo.names import USER
from cx.demo.truth import WinTruth, truth
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database
from cx.words import LANGUAGES, Label, Translator

_EARLY = dt.timedelta(days=28)  # before the start of the quick win that was made for it
_STEPS: dict[pain_points.State, Label] = {
    "analyse": {"zh": "分网点、分时段看数据。", "en": "Looked at branches and times of day."},
    "identify": {"zh": "已找到主要原因。", "en": "The main cause is known."},
    "optimise": {"zh": "速赢开始试点。", "en": "The quick win is being piloted."},
    "verify": {"zh": "速赢已结项，等确认。", "en": "The quick win is closed; to be confirmed."},
}
_HEARD = {
    "form-filling": {
        "zh": "客户说同样的信息要写三遍。",
        "en": "Customers say that they write the same things three times.",
    }
}


def record(db: Database, model: Model) -> dict[str, str]:
    """Enter what hurt before each quick win, and what the journey shows at the end; ids by touchpoint."""
    found: dict[str, str] = {}
    for win in truth().quick_wins:
        candidate = _before(db, win, model)
        if candidate is not None:
            found[win.touchpoint] = _walk(db, _enter(db, model, candidate, win.start - _EARLY), win)
    last = truth().last + dt.timedelta(days=1)
    for one in _seen(db, last, model, tuple(name for name in model.journeys if name != truth().worst["journey"])):
        if one.matter.touchpoint is not None:
            found[one.matter.touchpoint] = _enter(db, model, one, last)
    return found


def _before(db: Database, win: WinTruth, model: Model) -> Candidate | None:
    """What was known before a quick win: the worst cell of its journey, or what colleagues had heard."""
    if model.place_of(win.touchpoint) is None:
        return None
    if win.touchpoint in _HEARD:
        piece = Piece("people", "people", "said", said=_HEARD[win.touchpoint])
        return Candidate(Matter(None, win.touchpoint), (piece,))
    seen = _seen(db, win.start - _EARLY, model, (truth().worst["journey"],))
    return next((one for one in seen if one.matter.touchpoint == win.touchpoint), None)


def _seen(db: Database, day: dt.date, model: Model, journeys: tuple[str, ...]) -> tuple[Candidate, ...]:
    """What the journeys showed on a day: by the last quarter that was over."""
    last = day - dt.timedelta(days=1)
    look = Look(WHOLE_BANK, None, periods.default(truth().first, last, day), last, day)
    with db.cursor() as con:
        return seeking.journey(con, look, model, tuple(name for name in journeys if name in model.journeys))


def _walk(db: Database, id: str, win: WinTruth) -> str:
    """Looked into before the quick win, waiting for verification after it."""
    days = [win.start - _EARLY + dt.timedelta(days=2 * place) for place in range(1, 4)]
    for (state, said), day in zip(_STEPS.items(), (*days, win.end + dt.timedelta(days=2)), strict=True):
        pain_points.move(db, USER, id, state, said, rights=WHOLE_BANK, at=_noon(day))
    return id


def _enter(db: Database, model: Model, found: Candidate, day: dt.date) -> str:
    title = {
        lang: t("pain_points.title_touchpoint", name=model.label("touchpoint", found.matter.touchpoint, t))
        for lang, t in ((lang, Translator(lang)) for lang in LANGUAGES)
    }
    return pain_points.enter(db, USER, found, title, rights=WHOLE_BANK, model=model, at=_noon(day)).id


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4))
