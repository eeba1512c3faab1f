"""Drawing the questionnaire: texts and templates, nothing that decides. Every page is one request."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from cx.bank.model import Model
from cx.output import effort
from cx.survey import flow, piping
from cx.survey.schema import Survey, Text
from cx.words import LANGUAGES, Problem, Translator
from web import offline, submission, survey_assets, survey_question
from web.survey_piece import State, fill
from web.visit import Visit

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True, undefined=StrictUndefined, auto_reload=False, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
THANKS_SECONDS = 8
TEMPLATES.globals.update(keeps=offline.possible, thanks_seconds=THANKS_SECONDS)
_MESSAGE = ("message",)
IDLE_SECONDS = 60
ALERTS = ("not_saved", "too_large")
_KEPT = 256
# Where the submission id and the time go; random, so that nothing a respondent types can stand for them.
_SID_MARK, _TIME_MARK = secrets.token_hex(12), secrets.token_hex(12)


@cache
def _template(name: str) -> Template:
    """Compiled when first drawn, and kept: all of them would be a tenth of the start."""
    return TEMPLATES.get_template(f"survey/{name}.html")


@dataclass(frozen=True)
class Sheet:
    """One page of a survey as it is to be shown. ``page`` counts from 0, ``said`` holds texts by field, ``noted`` is
    what the script noted on it before."""

    page: int
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    notice: str | None = None
    correcting: bool = False
    fresh: bool = False
    noted: str = ""


class Drawn:
    """Pages drawn for a fresh respondent, by everything they depend on except the submission: latest 256.

    Surveys in random order are drawn for each respondent.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[bytes, ...]] = OrderedDict()

    def first(self, survey: Survey, visit: Visit, model: Model, page: int, sid: str, began: int) -> bytes:
        """The page without anything said yet, for this submission."""
        key = (survey.digest, visit, model, page, dt.date.today())
        parts = self._kept.get(key)
        if parts is None:
            parts = self._draw(survey, visit, model, page)
            self._kept[key] = parts
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        before, between, after = parts
        return b"".join((before, sid.encode(), between, b"%d" % began, after))

    def _draw(self, survey: Survey, visit: Visit, model: Model, page: int) -> tuple[bytes, ...]:
        sheet = Sheet(page, submission.brought(survey, visit), fresh=True)
        html = _html(survey, visit, model, sheet, _SID_MARK, _TIME_MARK)
        before, rest = html.split(_SID_MARK, 1)
        return tuple(part.encode() for part in (before, *rest.split(_TIME_MARK, 1)))


def page(survey: Survey, visit: Visit, model: Model, sheet: Sheet, sid: str, began: int) -> bytes:
    """A page with what was said and what is wrong with it."""
    return _html(survey, visit, model, sheet, sid, str(began)).encode("utf-8", "replace")


def _html(survey: Survey, visit: Visit, model: Model, sheet: Sheet, sid: str, began: str) -> str:
    t = Translator(visit.lang)
    content = survey.pages[sheet.page]
    own = {question.id for question in content.questions}
    dependents = _dependents(_written(survey))
    answers = _answers_for(survey, sheet, dependents)
    shows = flow.visible(survey, sheet.page, answers)
    asked = [q.id for q in shows if q.type != "note"]
    span = 100 / len(survey.pages)

    @cache
    def counted() -> Mapping[str, object]:
        return flow.complete(survey, answers_of(survey, sheet.said))

    def piped(text: str) -> str:
        return piping.fill(text, survey, counted(), t) if "{{" in text else text

    wrong = {id: fields for id, problem in sheet.problems.items() if (fields := _at_fault(id, problem))}
    state = State(
        said=sheet.said,
        shown=frozenset(q.id for q in shows),
        errors={q.id: _message(sheet.problems[q.id], t) for q in shows if q.id in sheet.problems},
        wrong=wrong,
        new=sheet.new,
        piped=piped,
        photo=lambda name: visit.link(f"{survey.id}/photo/{name}", sid=sid),
    )
    return _template("page").render(
        **_common(survey, visit, model, survey_assets.of_page(survey, sheet.page, visit)),
        **_links(visit),
        sid=sid,
        began=began,
        title=t.pick(survey.title),
        intro=t.pick(survey.intro),
        heading=piped(t.pick(content.title)),
        number=sheet.page + 1,
        pages=len(survey.pages),
        shown=[q.id for q in shows],
        questions=fill(survey_question.pieces(survey, sheet.page, visit, _template("question")), state),
        labels={q.id: piped(t.pick(q.label)) for q in shows if q.id in state.errors},
        errors=state.errors,
        at={id: fields[0] for id, fields in wrong.items()},
        notice=sheet.notice,
        alerts=ALERTS,
        correcting=sheet.correcting,
        fresh=sheet.fresh,
        noted=sheet.noted,
        before=round(sheet.page * span, 1),
        span=round(span, 1),
        answered=round(span * sum(id in answers for id in asked) / max(1, len(asked)), 1),
        some_required=any(q.required for q in shows),
        more=flow.next_page(survey, sheet.page, answers) is not None,
        promise=_promise(_written(survey), visit.lang),
        files=any(q.type == "photo" for q in content.questions),
        other_language=_other(survey.languages, visit),
        dependents=" ".join(sorted(dependents & own)),
        idle=IDLE_SECONDS,
    )


def _written(survey: Survey) -> Survey:
    """The survey as it was written: what is kept about it must not be kept for each respondent's order."""
    return survey.written or survey


def _answers_for(survey: Survey, sheet: Sheet, dependents: frozenset[str]) -> dict[str, object]:
    """The answers of this page, and of pages that others hang on: reading all takes longer than drawing a page."""
    answers: dict[str, object] = {}
    for place, page in enumerate(survey.pages):
        if place == sheet.page or (dependents and any(question.id in dependents for question in page.questions)):
            answers.update(flow.parse(survey, place, sheet.said).answers)
    return answers


@lru_cache(maxsize=1_024)
def _links(visit: Visit) -> Mapping[str, str]:
    return {
        "action": visit.link(),
        "visible_url": visit.link(f"{visit.survey_id}/visible"),
        "again": visit.link(new="1"),
        "larger": visit.link(large="1"),
        "restart": visit.link(visit.survey_id),
        "codes": visit.link(f"{visit.survey_id}/c"),
    }


def thanks(survey: Survey, visit: Visit, model: Model, code: str | None, changed: bool, own: str = "") -> bytes:
    """The last page: thanks (``own`` words of the survey, or ours) and the receipt code (none in a preview)."""
    t = Translator(visit.lang)
    name = "preview_done" if code is None else "thanks_changed" if changed else "thanks"
    html = _template("thanks").render(
        **_common(survey, visit, model, _MESSAGE),
        title=t(f"survey_page.{name}_title"),
        thanks=t("survey_page.preview_done") if code is None else own or t("survey_page.thanks"),
        after="",
        code=code,
        seconds=THANKS_SECONDS,
        restart=visit.link(f"../{survey.id}"),
        correct=visit.link(f"../{survey.id}"),
    )
    return html.encode()


def over(survey: Survey, visit: Visit, model: Model, message: Text | None) -> bytes:
    """What somebody reads who is not asked on, because enough people like them answered."""
    t = Translator(visit.lang)
    html = _template("thanks").render(
        **_common(survey, visit, model, _MESSAGE),
        title=t("survey_page.quota_title"),
        thanks=t.pick(message) or t("survey_page.quota"),
        after=t("survey_page.quota_kept"),
        code=None,
        seconds=THANKS_SECONDS,
        restart=visit.link(survey.id),
        correct=None,
    )
    return html.encode()


def later(survey: Survey, visit: Visit, model: Model, code: str, address: str, go_on: str) -> bytes:
    """How to go on with a draft later or on another phone: ``code``, ``address`` and the link back."""
    t = Translator(visit.lang)
    html = _template("later").render(
        **_common(survey, visit, model, _MESSAGE),
        title=t("survey_page.later_title"),
        code=code,
        address=address,
        qr=segno.make(address, error="m").svg_data_uri(border=4, scale=5, dark="#1E2A2F", light="#fff"),
        days=submission.DRAFT_SECONDS // 86_400,
        go_on=go_on,
    )
    return html.encode()


def message(
    name: str, lang: str, bank: str, reopen: str | None = None, other: str | None = None, codes: str | None = None,
    typed: str = "", **values: object,
) -> bytes:  # fmt: skip
    """A page that says what is the matter (texts ``<name>_title`` and ``<name>``) and what to do. ``codes`` is where
    the code of a draft is handed in, ``typed`` what stands in its field."""
    t = Translator(lang)
    titles = {"too_large_lost": "too_large"}
    html = _template("message").render(
        t=t,
        visit=Visit("", lang),
        css=survey_assets.styles(("codes",) if codes else ()),
        codes=codes,
        typed=typed,
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


def _common(survey: Survey, visit: Visit, model: Model, assets: Sequence[str]) -> dict[str, object]:
    t = Translator(visit.lang)
    branch = dict(visit.dims).get("branch")
    bank = t.pick(model.bank)
    place = t("survey_page.at", bank=bank, branch=model.label("branch", branch, t)) if branch else bank
    return {
        "t": t, "survey": survey, "visit": visit, "place": place, "foot": _foot(_written(survey), visit.lang),
        "css": survey_assets.styles(assets), "js": survey_assets.scripts(assets),
    }  # fmt: skip


@lru_cache(maxsize=256)
def _promise(survey: Survey, lang: str) -> str:
    return effort.promise(survey, Translator(lang))


@lru_cache(maxsize=256)
def _dependents(survey: Survey) -> frozenset[str]:
    return flow.dependents(survey)


@lru_cache(maxsize=256)
def _foot(survey: Survey, lang: str) -> str:
    t = Translator(lang)
    parts = []
    if survey.purpose:
        parts.append(t("survey_page.purpose", purpose=t.pick(survey.purpose)))
    if survey.retention_days:
        parts.append(_keeping(survey.retention_days, t))
    line = " · ".join((*parts, t("survey_page.delete_by_receipt")))
    return line[:1].upper() + line[1:]


def _keeping(days: int, t: Translator) -> str:
    for unit, name in ((365, "years"), (30, "months")):
        if days >= 2 * unit and days % unit <= days // unit:
            return t(f"survey_page.keep_{name}", n=days // unit)
    return t("survey_page.keep_days", n=days)


@lru_cache(maxsize=1_024)
def _other(offered: Sequence[str], visit: Visit) -> str | None:
    other = next((lang for lang in LANGUAGES if lang != visit.lang and lang in offered), None)
    return visit.inside(other).link() if other else None


def _at_fault(question: str, problem: Problem) -> list[str]:
    """The fields that a problem is about, where an answer has several."""
    return [f"{question}.{part}" for part in problem.values.get("parts", ())]  # type: ignore[attr-defined]


def _message(problem: Problem, t: Translator) -> str:
    return problem.plainly(t)
