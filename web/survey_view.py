"""Drawing the pages with questions: texts and templates, nothing that decides. Every page is one request."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from cx.bank.model import Model
from cx.output import effort
from cx.survey import flow, piping
from cx.survey.schema import Survey
from cx.words import LANGUAGES, Problem, Translator
from web import submission, survey_assets, survey_question
from web.survey_frame import common, template, written
from web.survey_piece import State, fill
from web.visit import Visit

IDLE_SECONDS = 60
ALERTS = ("not_saved", "too_large")
_KEPT = 256
# Where the submission id and the time go; random, so that nothing a respondent types can stand for them.
_SID_MARK, _TIME_MARK = secrets.token_hex(12), secrets.token_hex(12)


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
        *before, after = parts
        return b"%b%d%b" % (sid.encode().join(before), began, after)

    def _draw(self, survey: Survey, visit: Visit, model: Model, page: int) -> tuple[bytes, ...]:
        sheet = Sheet(page, submission.brought(survey, visit), fresh=True)
        html = _html(survey, visit, model, sheet, _SID_MARK, _TIME_MARK)
        before, after = html.split(_TIME_MARK, 1)
        return tuple(part.encode() for part in (*before.split(_SID_MARK), after))


def page(survey: Survey, visit: Visit, model: Model, sheet: Sheet, sid: str, began: int) -> bytes:
    """A page with what was said and what is wrong with it."""
    return _html(survey, visit, model, sheet, sid, str(began)).encode("utf-8", "replace")


def _html(survey: Survey, visit: Visit, model: Model, sheet: Sheet, sid: str, began: str) -> str:
    t = Translator(visit.lang)
    content = survey.pages[sheet.page]
    own = {question.id for question in content.questions}
    dependents = _dependents(written(survey))
    answers = _answers_for(survey, sheet, dependents)
    shows = flow.visible(survey, sheet.page, answers)
    shown = flow.shown(shows)
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
        shown=frozenset(shown),
        errors={q.id: _message(sheet.problems[q.id], t) for q in shows if q.id in sheet.problems},
        wrong=wrong,
        new=sheet.new,
        piped=piped,
        photo=lambda name: visit.link(f"{survey.id}/photo/{name}", sid=sid),
    )
    return template("page").render(
        **common(survey, visit, model, survey_assets.of_page(survey, sheet.page, visit)),
        **_links(visit),
        sid=sid,
        began=began,
        title=t.pick(survey.title),
        intro=t.pick(survey.intro),
        heading=piped(t.pick(content.title)),
        number=sheet.page + 1,
        pages=len(survey.pages),
        shown=shown,
        questions=fill(survey_question.pieces(survey, sheet.page, visit, template("question")), state),
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
        promise=_promise(written(survey), visit.lang),
        files=any(q.type == "photo" for q in content.questions),
        other_language=_other(survey.languages, visit, sid if visit.home else None),
        dependents=" ".join(sorted(dependents & own)),
        idle=IDLE_SECONDS,
    )


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
        "restart": visit.restart(),
        "codes": visit.link(f"{visit.survey_id}/c"),
    }


def answers_of(survey: Survey, said: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The typed answers among texts of all pages; what cannot be read is left out."""
    answers: dict[str, object] = {}
    for place in range(len(survey.pages)):
        answers.update(flow.parse(survey, place, said).answers)
    return answers


@lru_cache(maxsize=256)
def _promise(survey: Survey, lang: str) -> str:
    return effort.promise(survey, Translator(lang))


@lru_cache(maxsize=256)
def _dependents(survey: Survey) -> frozenset[str]:
    return flow.dependents(survey)


@lru_cache(maxsize=1_024)
def _other(offered: Sequence[str], visit: Visit, sid: str | None) -> str | None:
    """The page in the other language; ``sid`` goes along where no cookie holds the version that chance gave."""
    other = next((lang for lang in LANGUAGES if lang != visit.lang and lang in offered), None)
    return visit.inside(other).link(**({"_sid": sid} if sid else {})) if other else None


def _at_fault(question: str, problem: Problem) -> list[str]:
    """The fields that a problem is about, where an answer has several."""
    return [f"{question}.{part}" for part in problem.values.get("parts", ())]  # type: ignore[attr-defined]


def _message(problem: Problem, t: Translator) -> str:
    return problem.plainly(t)
