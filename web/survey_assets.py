"""Styles and scripts of the questionnaire: inline, each named by its hash in the page's policy, and only where a page
needs them. ``survey.css`` and ``survey.js`` go everywhere, ``<type>.css`` and ``<type>.js`` with questions of that
type.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from cx.survey.schema import Question, Survey
from web.security import Complete, policy
from web.visit import Visit

_FOLDER = Path(__file__).parent / "templates" / "survey"
_ALSO = {
    **dict.fromkeys(("text", "number", "date", "ranking", "contact", "photo"), ("field",)),
    **dict.fromkeys(("kano", "maxdiff"), ("parts",)),
    "slider": ("field",),
    "matrix": ("parts",),
}


def source(text: str) -> str:
    """The name of an inline style or script in the policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inline(file: Path) -> tuple[Markup, str]:
    text = file.read_text(encoding="utf-8").strip()
    return Markup(text), source(text)


_STYLES = {file.stem: _inline(file) for file in sorted(_FOLDER.glob("*.css"))}
_SCRIPTS = {file.stem: _inline(file) for file in sorted(_FOLDER.glob("*.js"))}
_ALL = _STYLES.keys() | _SCRIPTS.keys()
_BUTTONS = 11
_PAGE, _MESSAGE = "survey", ("message", "codes")


def stops(question: Question) -> tuple[str, ...]:
    """The answers of a slider of few whole steps: those are drawn as buttons, quicker to hit on a phone than a grip.
    None of any other question."""
    low, high, step = question.minimum, question.maximum, question.step or Decimal(1)
    if question.type != "slider" or question.unit or not (isinstance(low, Decimal) and isinstance(high, Decimal)):
        return ()
    if any(value % 1 for value in (low, high, step)) or high - low > (_BUTTONS - 1) * step:
        return ()
    return tuple(str(value) for value in range(int(low), int(high) + 1, int(step)))


def needed(questions: Iterable[Question]) -> tuple[str, ...]:
    """What questions need beside the page's own styles and script."""
    names: set[str] = set()
    for question in questions:
        names |= set() if stops(question) else {question.type, *_ALSO.get(question.type, ())}
        if any(choice.other for choice in question.choices):
            names |= {"field", "other"}
    return tuple(sorted(names & _ALL))


def of_page(survey: Survey, page: int, visit: Visit) -> tuple[str, ...]:
    """What one page of a survey needs."""
    more = "paged" if page else "codes" if len(survey.pages) > 1 and visit.remembers else ""
    return (*needed(survey.pages[page].questions), *((more,) if more else ()), *_of_mode(visit.mode))


def _of_mode(mode: str) -> tuple[str, ...]:
    return (mode,) if mode in _ALL else ()


def styles(names: Iterable[str] = ()) -> list[Markup]:
    """The inline styles of a page."""
    return [_STYLES[name][0] for name in (_PAGE, *names) if name in _STYLES]


def scripts(names: Iterable[str] = ()) -> list[Markup]:
    """The inline scripts of a page, in order."""
    return [_SCRIPTS[name][0] for name in (_PAGE, *names) if name in _SCRIPTS]


@lru_cache(maxsize=256)
def of_survey(survey: Survey, mode: str) -> tuple[str, ...]:
    """What any page of the survey needs."""
    return (*needed(survey.questions), *(("paged",) if len(survey.pages) > 1 else ()), *_of_mode(mode), *_MESSAGE)


@lru_cache(maxsize=256)
def _headers(framed: tuple[str, ...], visit_mode: str, names: tuple[str, ...]) -> Complete:
    script, style = (
        [kind[name][1] for name in (_PAGE, *names) if name in kind] for kind in (_SCRIPTS, _STYLES)
    )  # fmt: skip
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy(script=script, style=style, framed_by=framed),
        "cache-control": "private, no-cache" if visit_mode in ("link", "qr") else "no-store",
        "vary": "accept-language, cookie",
    }
    return Complete.of(headers)


def headers(survey: Survey | None, visit_mode: str = "link") -> Complete:
    """Security and cache headers of a questionnaire page. A person's own phone may show a page again on Back; a shared
    device keeps nothing."""
    framed = survey.embed if survey is not None and visit_mode not in ("staff", "preview") else ()
    names = of_survey(survey.written or survey, visit_mode) if survey is not None else _MESSAGE
    return _headers(tuple(framed), visit_mode, names)
