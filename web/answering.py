"""A page of the questionnaire handed in: checked by :mod:`cx.survey.flow`, made durable by the journal, and answered
with a redirect, so that Back, reload, a second click and sending again never make a second response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from cx.store.journal import NotSaved
from cx.survey import flow, piping
from cx.survey.schema import Survey
from cx.words import Problem, Translator
from web import paradata, photos, quotas, reached, receipt, submission, survey_form, survey_view
from web.arrival import Arrival, arrive, began, message
from web.respondent import SENT_SECONDS, may_see, remember
from web.survey_view import Sheet


@photos.in_turn
async def answer(request: Request) -> Response:
    """A page handed in."""
    try:
        posted = await survey_form.read(request, photos.most)
    except survey_form.Unreadable as error:
        return message(request, "too_large_lost" if error.status == 413 else "malformed", error.status)
    came = arrive(request, posted)
    if isinstance(came, Response):
        return came
    sid = came.visit.sid or receipt.submission_id(posted.one("_sid"))
    page = came.number(posted.one("_p"))
    if sid is None or page is None:
        return message(request, "malformed", 422, reopen=came.visit.link())
    return await _hand_in(request, came.of(sid), posted, sid, page)


async def _hand_in(request: Request, came: Arrival, posted: survey_form.Posted, sid: str, page: int) -> Response:
    kept = await submission.find(came.bench, came.visit, sid) if len(came.survey.pages) > 1 else None
    if kept is None and page != came.first:
        return message(request, "forgotten", 410, reopen=came.visit.link())
    if kept is not None and kept.over is not None:
        return came.closed(kept.over)
    before = submission.brought(came.survey, came.visit) | (kept.said if kept else {})
    if kept is not None and not may_see(request, came.visit, sid, kept):
        return _sent_elsewhere(request, came, posted, sid, before, page)
    problems: Mapping[str, Problem] = {}
    if photos.asked(came.survey, page):
        posted, problems = await photos.taken(came.bench, came.survey, page, posted)
    answered = bool(came.survey.quotas) and await submission.answered(came.bench, sid)
    handed = _Handed(came, posted, sid, page, before, kept.trail if kept else {}, problems, answered)
    if posted.too_large:
        return handed.again(413, notice="too_large")
    try:
        if posted.photos:
            await handed.keep()
        if posted.one("_go") in ("back", "later"):
            return await _leave(handed)
        return await _forward(request, handed)
    except NotSaved:
        return handed.again(503, notice="not_saved")


def _sent_elsewhere(
    request: Request, came: Arrival, posted: survey_form.Posted, sid: str, before: submission.Said, page: int
) -> Response:
    """A page of what another browser sent: the same once more is thanked, anything else is neither shown nor taken."""
    if not submission.same(submission.merged(came.survey, page, before, posted.fields), before):
        return message(request, "forgotten", 410, reopen=came.visit.link())
    return came.go(f"{came.visit.link(f'{came.survey.id}/thanks')}&code={receipt.code(sid)}")


class _Handed(NamedTuple):
    """A page handed in, and what other pages said (``before``)."""

    came: Arrival
    posted: survey_form.Posted
    sid: str
    page: int
    before: submission.Said
    trail: Mapping[str, Any]
    photo_problems: Mapping[str, Problem]
    answered: bool
    """Of a survey with quotas: whether it is a response already; the form itself may say what it likes."""

    def said(self) -> submission.Said:
        """All that was said: made only where it is shown or kept, most pages handed in are neither."""
        return submission.merged(self.came.survey, self.page, self.before, self.posted.fields)

    def along(self) -> paradata.Trail:
        """The trail with this page; of a survey of one page the response itself says how long it took."""
        if len(self.came.survey.pages) == 1 and not self.posted.one("_pd"):
            return {"began": began(self.posted), "pages": {}, "questions": {}}
        return paradata.along(self.trail, self.came.survey, self.page, began(self.posted), self.posted.one("_pd"))

    @property
    def correcting(self) -> bool:
        """Whether this was sent before."""
        return "_r" in self.posted.fields

    async def keep(self, page: int | None = None) -> None:
        """Keep all that was said, to go on at ``page``."""
        came, at = self.came, self.page if page is None else page
        await submission.keep_draft(
            came.bench, came.survey, came.visit, self.sid, self.said(), at, trail=self.along()
        )  # fmt: skip

    def go(self, page: int) -> Response:
        """On to a page."""
        return self.came.go(self.came.visit.link(sid=self.sid, p=str(page + 1)))

    def again(self, status: int, **more: Any) -> Response:
        """The page once more, with all that was said."""
        noted = self.posted.one("_pd")[: paradata.LONGEST]
        about = {"page": self.page, "said": self.said(), "correcting": self.correcting, "noted": noted}
        sheet = Sheet(**{**about, **more})
        return self.came.draw(sheet, self.sid, began(self.posted), status)


async def _forward(request: Request, handed: _Handed) -> Response:
    came, posted, page, before = handed.came, handed.posted, handed.page, handed.before
    survey = came.survey
    earlier = survey_view.answers_of(survey, before) if len(survey.pages) > 1 else {}
    turn = flow.turn(survey, page, earlier, posted.fields)
    new = unseen(survey, page, turn.answers, posted)
    problems = {id: problem for id, problem in turn.problems.items() if id not in new}
    if handed.photo_problems:
        shows = {question.id for question in flow.visible(survey, page, turn.answers)}
        problems |= {id: problem for id, problem in handed.photo_problems.items() if id in shows}
    if problems or new:
        notice = "new_questions" if new else None
        return handed.again(422 if problems else 200, problems=problems, new=new, notice=notice)
    if survey.quotas and (over := await _over(handed, turn.answers)):
        return over
    if turn.page is not None:
        reached.started(came, before)
        await handed.keep(turn.page)
        return handed.go(turn.page)
    return await _finish(request, handed, turn.counted)


async def _over(handed: _Handed, answers: Mapping[str, object]) -> Response | None:
    """Thanks instead of the next page, when enough people like this one answered: nothing of it is kept."""
    came = handed.came
    if handed.answered or came.visit.mode == "preview":
        return None
    quota = await quotas.full(came.bench, came.survey, answers)
    if quota is None:
        return None
    if len(came.survey.pages) > 1 or came.visit.token:
        await submission.keep_draft(came.bench, came.survey, came.visit, handed.sid, {}, over=quota.id)
    submission.leave(handed.sid)
    return came.closed(quota.id)


async def _leave(handed: _Handed) -> Response:
    """The page before, or how to go on later, with this page kept as it is, finished or not."""
    came = handed.came
    if handed.posted.one("_go") == "later" and came.visit.remembers:
        await handed.keep()
        return came.go(came.visit.link(f"{came.survey.id}/later", sid=handed.sid))
    page = flow.previous_page(came.survey, handed.page, survey_view.answers_of(came.survey, handed.said())) or 0
    await handed.keep(page)
    return handed.go(page)


async def _finish(request: Request, handed: _Handed, whole: Mapping[str, object]) -> Response:
    came, sid = handed.came, handed.sid
    survey = came.survey
    wrong = flow.problems(survey, whole) if len(survey.pages) > 1 else {}
    if wrong:
        page = next(i for i, each in enumerate(survey.pages) if any(q.id in wrong for q in each.questions))
        return handed.again(422, page=page, problems=wrong)
    thanks = f"{survey.id}/thanks"
    if came.visit.mode == "preview":
        return came.go(came.visit.link(thanks))
    code = await _send(handed, whole)
    if not handed.correcting:
        reached.started(came, handed.before)
        reached.completed(came)
    if not came.visit.remembers:
        own = piping.fill(survey.thanks, survey, whole, Translator(came.visit.lang))
        return came.go(came.visit.link(thanks, once=submission.codes.put_new((code, own))))
    there = f"{came.visit.link(thanks)}&code={code}{'&changed=1' if handed.correcting else ''}"
    return came.go(there, *remember(request, came, sid, SENT_SECONDS))


async def _send(handed: _Handed, whole: Mapping[str, object]) -> str:
    """Make it a response, counted for its quotas."""
    came = handed.came
    if not came.survey.quotas:
        return await submission.send(came.bench, came.survey, came.visit, handed.sid, whole, handed.along())
    hits = () if handed.answered else flow.hits(came.survey, whole)
    with quotas.taking(came.bench, came.survey, hits):
        code = await submission.send(came.bench, came.survey, came.visit, handed.sid, whole, handed.along())
    if handed.answered:
        quotas.recount(came.bench, came.survey)
    return code


def unseen(survey: Survey, page: int, answers: Mapping[str, object], posted: survey_form.Posted) -> frozenset[str]:
    """Questions that show because of these answers and did not stand on the page before, or not with all choices or
    rows that they have now."""
    if "_v" not in posted.fields:
        return frozenset()
    seen = set(posted.one("_v").replace(",", " ").split())  # commas: forms that were open before
    if all(q.id in seen and not q.conditional for q in survey.pages[page].questions):
        return frozenset()
    shows = (question for question in flow.visible(survey, page, answers) if question.type != "note")
    return frozenset(question.id for question in shows if not seen.issuperset(flow.shown((question,))))
