"""Coming to a questionnaire: the survey in the version that counts, the checked link, or the page that says why not."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from cx import workbench
from cx.access import rights
from cx.act.experiments.definition import SHARED_DEVICE
from cx.survey import arrange, flow
from cx.survey.schema import Survey
from cx.words import LANGUAGES, Translator
from web import forms, survey_assets, survey_ends, survey_form, survey_view, visit
from web.security import Complete, Pair, header, public_url
from web.survey_view import Sheet
from web.visit import Visit

_GRACE_SECONDS = 2 * 3_600
_ARRIVALS, _QUERY_BYTES = 2_000, 500
_arrivals: dict[tuple[object, ...], Arrival] = {}


class Personal(NamedTuple):
    """What the address of a personal link stands for; it lies in the request's scope under ``cx.personal``."""

    token: str
    dims: Mapping[str, str]


_ONWARD = Complete(
    ((b"cache-control", b"no-store"), (b"referrer-policy", b"same-origin"), (b"x-content-type-options", b"nosniff"))
)


class _Made(Response):
    """An answer of headers made before: Starlette builds and encodes them for every answer."""

    def __init__(self, body: bytes, status: int, headers: Complete, *more: Pair) -> None:
        self.body, self.status_code, self.background = body, status, None
        self.raw_headers = Complete((*headers, *more, (b"content-length", b"%d" % len(body))))


@dataclass(frozen=True)
class Arrival:
    """Who came where: the workbench, the survey in the version that counts, and the checked link."""

    bench: workbench.Workbench
    survey: Survey
    visit: Visit

    def page(self, body: bytes, status: int = 200, *more: Pair) -> Response:
        """A page of the questionnaire."""
        return _Made(body, status, self._headers, *more)

    def go(self, there: str, *more: Pair) -> Response:
        """On to another page, relative to this one. It has no body that a policy could be for."""
        return _Made(b"", 303, _ONWARD, (b"location", there.encode("latin-1")), *more)

    def of(self, sid: str) -> Arrival:
        """The same in the order that this respondent has."""
        return replace(self, survey=arrange.arranged(self.survey, sid)) if self.is_random else self

    @cached_property
    def is_random(self) -> bool:
        """Whether every respondent has an order of their own."""
        return arrange.is_random(self.survey)

    @cached_property
    def by_https(self) -> bool:
        """Whether users reach this server by https though the proxy before it may not say so."""
        return public_url().scheme == "https"

    @cached_property
    def first(self) -> int:
        """The first page that shows anything, counted from 0."""
        return flow.next_page(self.survey, -1, {}) or 0

    def number(self, text: str) -> int | None:
        """A page number as it stands in forms and links (from 1), as an index."""
        known = text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(self.survey.pages)
        return int(text) - 1 if known else None

    def closed(self, quota_id: str) -> Response:
        """Thanks to somebody whose quota is full."""
        quota = next((quota for quota in self.survey.quotas if quota.id == quota_id), None)
        return self.page(survey_ends.over(self.survey, self.visit, self.bench.model, quota.message if quota else None))

    @cached_property
    def _headers(self) -> Complete:
        return survey_assets.headers(self.survey, self.visit.mode)

    def draw(self, sheet: Sheet, sid: str, began: int, status: int = 200, *more: Pair) -> Response:
        """A page with what was said."""
        return self.page(survey_view.page(self.survey, self.visit, self.bench.model, sheet, sid, began), status, *more)


def arrive(request: Request, posted: survey_form.Posted | None = None, closed_too: bool = False) -> Arrival | Response:
    """Find the survey in the version that the form was made of, and read the link; or the page that says why not."""
    bench, id = workbench.current(), request.path_params["survey"]
    survey = bench.shelf.get(id)
    if survey is None:
        return message(request, "unknown", 404)
    came = checked(request, survey, bench)
    if (survey.opens or survey.closes) and came.visit.mode != "preview" and not closed_too:
        refusal = _not_open(request, survey, came.visit, began(posted) if posted is not None else 0)
        if refusal is not None:
            return refusal
    digest = posted.one("_d") if posted is not None else ""
    if digest and digest != survey.digest:
        of_then = bench.shelf.get(id, digest) or _version(bench, id, digest)
        if of_then is not None and of_then.id != id:
            came = checked(request, of_then, bench)
        if of_then is None:
            return message(request, "stale", 410, reopen=came.visit.link(), lang=came.visit.lang)
        return replace(came, survey=replace(of_then, quotas=survey.quotas))  # who is enough is known today
    return came


def _not_open(request: Request, survey: Survey, checked: Visit, since: int) -> Response | None:
    """The page that says when, unless answers are taken today or were when the respondent began."""
    now = time.time()
    today, then = dt.date.today(), dt.date.fromtimestamp(since if now - _GRACE_SECONDS < since <= now else now)
    if survey.is_open(today) or survey.is_open(then):
        return None
    t = Translator(checked.lang)
    early = survey.opens is not None and today < survey.opens
    day = t.date(survey.opens if early else survey.closes)
    return message(request, "early" if early else "closed", 410, lang=checked.lang, date=day)


def _version(bench: workbench.Workbench, id: str, digest: str) -> Survey | None:
    """A form of another version, where an experiment gave it out by the links of this survey."""
    shared = bench.serving.of(id)
    found = (bench.shelf.get(other, digest) for other in sorted(shared.surveys)) if shared else ()
    return next((survey for survey in found if survey is not None), None)


def checked(
    request: Request, survey: Survey, bench: workbench.Workbench, away: bool = False, home: str = ""
) -> Arrival:
    """The checked link; remembered, because customers of one branch all come by the same few. ``away``: shown at the
    address of another survey; ``home``: see :class:`Visit`, by default what the address says."""
    scope = request.scope
    personal: Personal | None = scope.get("cx.personal")
    if personal is not None:
        accept = header(scope, b"accept-language")[:200]
        found = visit.invited(survey, request.query_params, accept, bench.model, personal.token, personal.dims)
        return Arrival(bench, survey, found)
    accept, allowed, model = header(scope, b"accept-language")[:200], _allowed(request), bench.model
    home = home or _home(request, survey, bench)
    key = (survey.digest, model, scope["query_string"], accept, allowed, away, home)
    found = _arrivals.get(key)
    if found is None or found.bench is not bench:
        link = visit.read(survey, request.query_params, accept, model, allowed)
        if away or home:
            link = replace(link, away=away, home=home if link.mode in SHARED_DEVICE else "")
        found = Arrival(bench, survey, link)
        if len(scope["query_string"]) > _QUERY_BYTES:
            return found
        if len(_arrivals) >= _ARRIVALS:
            _arrivals.clear()
        _arrivals[key] = found
    return found


def _home(request: Request, survey: Survey, bench: workbench.Workbench) -> str:
    """The survey by whose link a shared device came, when it shares its links with this one."""
    if b"_from=" not in request.scope["query_string"]:
        return ""
    asked, shared = request.query_params.get("_from", ""), bench.serving.of(survey.id)
    return asked if shared is not None and asked in shared.surveys else ""


def _allowed(request: Request) -> frozenset[str]:
    """The signed-in modes that this browser's session may use."""
    if b"mode=" not in request.scope["query_string"]:
        return frozenset()
    asked = request.query_params.get("mode", "")
    right = visit.SIGNED_IN_MODES.get(asked)
    if right is None:
        return frozenset()
    session = forms.signed_in(request)
    if session is None or session[1].must_change or not rights.may(session[1], right):
        return frozenset()
    own = rights.scope(session[1]).branches
    if asked == "staff" and own is not None and request.query_params.get("branch") not in own:
        return frozenset()
    return frozenset((asked,))


def message(
    request: Request, name: str, status: int, reopen: str | None = None, lang: str | None = None, typed: str = "",
    **values: str,
) -> Response:  # fmt: skip
    """A page that says what is the matter; where a draft was looked for, with a field for its code."""
    lang = lang or visit.language(request.query_params, request.headers.get("accept-language", ""))
    bank = Translator(lang).pick(workbench.current().model.bank)
    other = next(each for each in LANGUAGES if each != lang)
    switch = str(request.url.include_query_params(lang=other).query) if request.method == "GET" else None
    codes = _codes(request, lang) if name in ("forgotten", "code_unknown") else None
    body = survey_ends.message(name, lang, bank, reopen, f"?{switch}" if switch else None, codes, typed, **values)
    return _Made(body, status, survey_assets.headers(None, "kiosk"))


def _codes(request: Request, lang: str) -> str | None:
    """Where the code of a draft is handed in, from this page; None where there are no such codes."""
    id = request.path_params.get("survey", "")
    survey = workbench.current().shelf.get(id)
    if survey is None or len(survey.pages) < 2 or "token" in request.path_params:
        return None
    deep = request.scope["path"].partition(f"/s/{id}")[2].count("/")
    return f"{'../' * (deep - 1) if deep else f'{id}/'}c?lang={lang}"


def began(posted: survey_form.Posted) -> int:
    text = posted.one("_t")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else int(time.time())
