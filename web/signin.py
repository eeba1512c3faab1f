"""Signing in and out, changing the password and the language: plain pages, no script."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from cx import workbench
from cx.access.accounts import SignedIn
from cx.access.passwords import LONGEST_BYTES, SHORTEST
from cx.access.sessions import LONGEST_SECONDS
from cx.words import LANGUAGES, Problem, Refused, Translator
from web import forms
from web.security import COOKIE

log = logging.getLogger(__name__)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def page(request: Request, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """Render ``signin_<template>.html`` in the reader's language; its form token is what the next post must bring."""
    lang = forms.language(request)
    token = forms.expected_token(request) or forms.fresh_token()
    other = next(each for each in LANGUAGES if each != lang)
    session = forms.signed_in(request)
    html = _TEMPLATES.get_template(f"signin_{template}.html").render(
        t=Translator(lang), lang=lang, other=other, form=token, user=session[1] if session else None, **values
    )
    response = HTMLResponse(html, status)
    if not session:
        forms.set_cookie(request, response, forms.FORM_COOKIE, token)
    return response


def refused(request: Request, problem: Problem, status: int) -> HTMLResponse:
    """A page that says what was wrong and what to try."""
    return page(request, "message", status, title="access.refused_title", problem=problem, here="/")


async def not_found(request: Request) -> Response:
    """404, in the reader's language."""
    return page(request, "message", 404, title="access.not_found_title", problem=None, here="/")


async def show_login(request: Request) -> Response:
    """The sign-in page; whoever is signed in already goes on to where they wanted."""
    there = forms.local(request.query_params.get("next", "/"))
    if forms.signed_in(request):
        return RedirectResponse(there, 303)
    return page(request, "login", there=there, out="out" in request.query_params, problem=None, name="")


async def login(request: Request) -> Response:
    """Check the password; on success a new session, whatever session the browser had before."""
    form = await forms.read(request)
    there = forms.local(form.get("next", "/"))
    problem = Problem("form_expired")
    name = form.get("name", "")[:80]
    if forms.genuine(request, form):
        address = request.client.host if request.client else ""
        accounts = workbench.current().accounts
        try:
            signed = await run_in_threadpool(
                accounts.sign_in, name, form.get("password", ""), address, forms.language(request)
            )
        except Refused as error:
            problem = error.problems[0]
        else:
            await run_in_threadpool(accounts.sign_out, request.cookies.get(COOKIE, ""))
            return _go(request, signed, there)
    status = {"sign_in_locked": 429, "form_expired": 403}.get(problem.code, 401)
    return page(request, "login", status, there=there, out=False, problem=problem, name=name)


async def logout(request: Request) -> Response:
    """End this session, or with ``everywhere`` all of the user's."""
    form = await forms.read(request)
    session = forms.signed_in(request)
    if session:
        if not forms.genuine(request, form):
            return refused(request, Problem("form_expired"), 403)
        token, user = session
        accounts = workbench.current().accounts
        if request.url.path.endswith("everywhere"):
            await run_in_threadpool(accounts.sign_out_everywhere, user.name, user)
        await run_in_threadpool(accounts.sign_out, token)
    response = RedirectResponse("/login?out=1", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def show_password(request: Request) -> Response:
    """The page to change one's password and to sign out."""
    there = forms.local(request.query_params.get("next", "/"))
    if not forms.signed_in(request):
        return RedirectResponse("/login", 303)
    return _password_page(request, there, ())


async def change_password(request: Request) -> Response:
    """Change one's own password; all other sessions end."""
    form = await forms.read(request)
    there = forms.local(form.get("next", "/"))
    session = forms.signed_in(request)
    if not session:
        return RedirectResponse("/login", 303)
    if not forms.genuine(request, form):
        return _password_page(request, there, (Problem("form_expired"),), 403)
    fields = (form.get(name, "") for name in ("old", "new", "again"))
    address = request.client.host if request.client else ""
    accounts = workbench.current().accounts
    try:
        signed = await run_in_threadpool(accounts.change_password, session[1].name, *fields, address)
    except Refused as error:
        return _password_page(request, there, error.problems, 422)
    return _go(request, signed, there)


async def language(request: Request) -> Response:
    """Switch the language: on this browser, and as the user's own when signed in."""
    form = await forms.read(request)
    lang, there = form.get("to", ""), form.get("next", "/")
    if lang not in LANGUAGES or not forms.genuine(request, form):
        return refused(request, Problem("form_expired"), 403)
    session = forms.signed_in(request)
    if session:
        workbench.current().accounts.set_language(session[1].name, lang)
    response = RedirectResponse(_own_page(there), 303)
    forms.remember_language(request, response, lang)
    return response


def _own_page(there: str) -> str:
    """Back to a sign-in page too, which :func:`forms.local` does not lead to."""
    path, _, query = there.partition("?next=")
    if path in ("/login", "/password"):
        return f"{path}?next={quote(forms.local(query or '/'))}"
    return forms.local(there)


def _password_page(request: Request, there: str, problems: tuple[Problem, ...], status: int = 200) -> Response:
    return page(request, "password", status, there=there, problems=problems, shortest=SHORTEST, longest=LONGEST_BYTES)


def _go(request: Request, signed: SignedIn, there: str) -> Response:
    """On with a new session: first to the password page where it must be changed."""
    response = RedirectResponse(f"/password?next={quote(there)}" if signed.user.must_change else there, 303)
    forms.set_cookie(request, response, COOKIE, signed.token, LONGEST_SECONDS)
    response.delete_cookie(forms.FORM_COOKIE, path="/")
    forms.remember_language(request, response, signed.user.lang)
    return response


def _written(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint; where the disk takes neither the deed nor its entry in the log, a page that says so."""

    async def inside(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (OSError, duckdb.Error) as error:
            log.error("%s not done: %s", request.url.path, error)
            return refused(request, Problem("disk_refuses"), 503)

    return inside


routes = [
    Route("/login", show_login, methods=["GET"]),
    Route("/login", _written(login), methods=["POST"]),
    Route("/logout", _written(logout), methods=["POST"]),
    Route("/logout-everywhere", _written(logout), methods=["POST"]),
    Route("/password", show_password, methods=["GET"]),
    Route("/password", _written(change_password), methods=["POST"]),
    Route("/language", _written(language), methods=["POST"]),
]
