"""Drawing the questionnaire: texts and templates, nothing that decides. Every page is one request."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cx.bank.model import Model
from cx.output import effort
from cx.survey import flow, types
from cx.survey.schema import Question, Survey
from cx.words import LANGUAGES, Problem, Translator
from web.security import Complete, policy
from web.visit import Visit

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
IDLE_SECONDS = 60
THANKS_SECONDS = 8
ALERTS = ("not_saved", "too_large")
_KEPT = 256
# Where the submission id and the time go; random, so that nothing a respondent types can stand for them.
_SID_MARK, _TIME_MARK = secrets.token_hex(12), secrets.token_hex(12)


def _inline(name: str) -> tuple[str, str]:
    """An inline file and its CSP source."""
    text = (_FOLDER / "survey" / name).read_text(encoding="utf-8").strip()
    return text, f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_CSS, _CSS_SOURCE = _inline("survey.css")
_JS, _JS_SOURCE = _inline("survey.js")


@dataclass(frozen=True)
class Sheet:
    """One page of a survey as it is to be shown. ``page`` counts from 0, ``said`` holds texts by question id."""

    page: int
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    notice: str | None = None
    correcting: bool = False
    fresh: bool = False


@lru_cache(maxsize=256)
def _headers(framed: tuple[str, ...], visit_mode: str) -> Complete:
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy(script=(_JS_SOURCE,), style=(_CSS_SOURCE,), framed_by=framed),
        "cache-control": "private, no-cache" if visit_mode in ("link", "qr") else "no-store",
        "vary": "accept-language, cookie",
    }
    return Complete.of(headers)


def headers(survey: Survey | None, visit_mode: str = "link") -> Complete:
    """Security and cache headers of a questionnaire page. A person's own phone may show a page again on Back; a shared
    device keeps nothing."""
    framed = survey.embed if survey is not None and visit_mode not in ("staff", "preview") else ()
    return _headers(tuple(framed), visit_mode)


class Drawn:
    """Pages drawn for a fresh respondent, by everything they depend on except the submission: latest 256."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[bytes, ...]] = OrderedDict()

    def first(self, survey: Survey, visit: Visit, model: Model, page: int, sid: str, began: int) -> bytes:
        """The page without anything said yet, for this submission."""
        key = (survey.digest, visit, model, page, dt.date.today())
        parts = self._kept.get(key)
        if parts is None:
            said = {name: text.split(",") if _several(survey, name) else [text] for name, text in visit.brought}
            parts = tuple(_draw(survey, visit, model, Sheet(page, said, fresh=True)))
            self._kept[key] = parts
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return _fill(parts, sid, began)


def page(survey: Survey, visit: Visit, model: Model, sheet: Sheet, sid: str, began: int) -> bytes:
    """A page with what was said and what is wrong with it."""
    return _fill(_draw(survey, visit, model, sheet), sid, began)


def _fill(parts: Sequence[bytes], sid: str, began: int) -> bytes:
    before, between, after = parts
    return b"".join((before, sid.encode(), between, b"%d" % began, after))


def _draw(survey: Survey, visit: Visit, model: Model, sheet: Sheet) -> list[bytes]:
    """The page in three parts: before the submission id, between it and the time, and after."""
    t = Translator(visit.lang)
    answers = answers_of(survey, sheet.said)
    shown = [question.id for question in flow.visible(survey, sheet.page, answers)]
    content = survey.pages[sheet.page]
    pages = len(survey.pages)
    asked = [q.id for q in content.questions if q.id in shown and q.type != "note"]
    span = 100 / pages
    html = _TEMPLATES.get_template("survey/page.html").render(
        **_common(survey, visit, model),
        content=content,
        number=sheet.page + 1,
        pages=pages,
        shown=shown,
        said=sheet.said,
        errors={id: _message(problem, t) for id, problem in sheet.problems.items() if id in shown},
        new=sheet.new,
        notice=sheet.notice,
        alerts=ALERTS,
        correcting=sheet.correcting,
        fresh=sheet.fresh,
        before=round(sheet.page * span, 1),
        span=round(span, 1),
        answered=round(span * sum(id in answers for id in asked) / max(1, len(asked)), 1),
        some_required=any(q.required and q.id in shown for q in content.questions),
        more=flow.next_page(survey, sheet.page, answers) is not None,
        named={q.id for q in content.questions if _names_fit(q, visit)},
        hints={q.id: _hint(q, t) for q in content.questions},
        promise=effort.promise(survey, t),
        action=visit.link(),
        visible_url=visit.link(f"{survey.id}/visible"),
        again=visit.link(new="1"),
        larger=visit.link(large="1"),
        other_language=_other(survey, visit),
        sid_mark=_SID_MARK,
        time_mark=_TIME_MARK,
        dependents=" ".join(sorted(flow.dependents(survey) & {q.id for q in content.questions})),
        idle=IDLE_SECONDS,
        restart=visit.link(survey.id),
        na=types.NOT_APPLICABLE,
        day=types.day_limit,
    )
    before, rest = html.split(_SID_MARK, 1)
    between, after = rest.split(_TIME_MARK, 1)
    return [part.encode("utf-8", "replace") for part in (before, between, after)]


def thanks(survey: Survey, visit: Visit, model: Model, code: str | None, changed: bool) -> bytes:
    """The last page: thanks and the receipt code (none in a preview)."""
    t = Translator(visit.lang)
    name = "preview_done" if code is None else "thanks_changed" if changed else "thanks"
    own = t.pick(survey.thanks) if code is not None else ""
    html = _TEMPLATES.get_template("survey/thanks.html").render(
        **_common(survey, visit, model),
        title=t(f"survey_page.{name}_title"),
        thanks=own or t("survey_page.preview_done" if code is None else "survey_page.thanks"),
        code=code,
        seconds=THANKS_SECONDS,
        restart=visit.link(f"../{survey.id}"),
        correct=visit.link(f"../{survey.id}"),
    )
    return html.encode()


def message(
    name: str, lang: str, bank: str, reopen: str | None = None, other: str | None = None, **values: object
) -> bytes:
    """A page that says what is the matter (texts ``<name>_title`` and ``<name>``) and what to do."""
    t = Translator(lang)
    titles = {"too_large_lost": "too_large"}
    html = _TEMPLATES.get_template("survey/message.html").render(
        t=t,
        visit=Visit("", lang),
        css=Markup(_CSS),
        place=bank,
        title=t(f"survey_page.{titles.get(name, name)}_title"),
        message=t(f"survey_page.{name}", **values),
        reopen=reopen,
        other_language=other,
    )
    return html.encode()


def answers_of(survey: Survey, said: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The typed answers among texts of all pages; what cannot be read is left out."""
    answers: dict[str, object] = {}
    for place in range(len(survey.pages)):
        answers.update(flow.parse(survey, place, said).answers)
    return answers


def _several(survey: Survey, name: str) -> bool:
    question = survey.question(name)
    return question is not None and question.type == "multiple"


def _common(survey: Survey, visit: Visit, model: Model) -> dict[str, object]:
    t = Translator(visit.lang)
    branch = dict(visit.dims).get("branch")
    bank = t.pick(model.bank)
    place = t("survey_page.at", bank=bank, branch=model.label("branch", branch, t)) if branch else bank
    return {
        "t": t, "survey": survey, "visit": visit, "place": place, "css": Markup(_CSS), "js": Markup(_JS),
        "foot": _foot(survey, t),
    }  # fmt: skip


def _foot(survey: Survey, t: Translator) -> str:
    parts = []
    if survey.purpose:
        parts.append(t("survey_page.purpose", purpose=t.pick(survey.purpose)))
    if survey.retention_days:
        parts.append(_keeping(survey.retention_days, t))
    return " · ".join((*parts, t("survey_page.delete_by_receipt")))


def _keeping(days: int, t: Translator) -> str:
    for unit, name in ((365, "years"), (30, "months")):
        if days >= 2 * unit and days % unit <= days // unit:
            return t(f"survey_page.keep_{name}", n=days // unit)
    return t("survey_page.keep_days", n=days)


def _other(survey: Survey, visit: Visit) -> str | None:
    other = next((lang for lang in LANGUAGES if lang != visit.lang and lang in survey.languages), None)
    return visit.inside(other).link() if other else None


def _hint(question: Question, t: Translator) -> str:
    own = t.pick(question.help)
    if question.type == "multiple":
        return f"{own} {_how_many(question, t)}".strip()
    if question.type == "number" and question.minimum is not None and question.maximum is not None:
        return f"{own} {t('survey_page.number_between', low=question.minimum, high=question.maximum)}".strip()
    return own


def _names_fit(question: Question, visit: Visit) -> bool:
    """Whether every point has a name that fits under its number without breaking a word."""
    scale = question.scale
    if scale is None or len(scale.labels) < len(scale.points) or len(scale.points) > 5:
        return False
    t, room = Translator(visit.lang), 6 if visit.large or visit.mode == "kiosk" else 10
    words = [word for label in scale.labels.values() for word in t.pick(label).split()]
    return all(sum(2 if ord(letter) > 0x2E80 else 1 for letter in word) <= room for word in words)


def _how_many(question: Question, t: Translator) -> str:
    low, high = question.min_choices, question.max_choices
    if low and high:
        return t("survey_page.choose_between", low=low, high=high)
    if low and low > 1:
        return t("survey_page.choose_at_least", low=low)
    return t("survey_page.choose_at_most", high=high) if high else t("survey_page.choose_several")


def _message(problem: Problem, t: Translator) -> str:
    return f"{problem.what(t)} {problem.cure(t)}".strip()
