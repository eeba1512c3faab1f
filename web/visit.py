"""What a link says: survey, language, mode, dimensions and answers brought along. All of it is checked here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal
from urllib.parse import urlencode

from cx.bank.model import Model
from cx.collect import reach, secret
from cx.survey import flow, types
from cx.survey.schema import DIMENSIONS, Survey
from cx.words import LANGUAGES

Mode = Literal["link", "qr", "kiosk", "invite", "staff", "preview"]
OPEN_MODES = ("link", "qr", "kiosk")
SIGNED_IN_MODES = {"staff": "quick_survey", "preview": "surveys_view"}
"""Modes that need a session, and the right they need; without it the page is the one of an ordinary link."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Visit:
    """A checked link. ``dims`` are dimensions that the model knows; ``brought`` answers by question id, as in a query;
    ``warnings`` are texts of ``survey_page`` about what was not recognised. On a personal link (``/i/{token}``) the
    ``token`` stands where the survey's id stands on others, and ``dims`` are those of the invitation. ``away``: the
    page stands at the address of another survey, which shares its links with this one (:mod:`web.versions`). ``home``:
    on a shared device the survey of the device's own link, where chance gave this customer a version; the next customer
    begins there."""

    survey_id: str
    lang: str
    mode: Mode = "link"
    large: bool = False
    dims: Pairs = ()
    brought: Pairs = ()
    warnings: tuple[str, ...] = ()
    token: str = ""
    away: bool = False
    home: str = ""

    @cached_property
    def sid(self) -> str:
        """The one submission that a personal link stands for; empty on other links."""
        return secret.submission_id(self.token) if self.token else ""

    @property
    def remembers(self) -> bool:
        """Whether the browser is one person's own, so that a cookie may lead back to what was said."""
        return self.mode in ("link", "qr")

    @cached_property
    def context(self) -> str:
        """Names what the link is about, whatever the language: one submission belongs to one context."""
        said = urlencode((*self.dims, *self.brought, ("survey", self.survey_id), ("mode", self.mode)))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @cached_property
    def way(self) -> reach.Key:
        """By what it is counted (:mod:`cx.collect.reach`)."""
        dims = dict(self.dims)
        return self.survey_id, self.mode, dims.get("channel"), dims.get("branch")

    def link(self, path: str = "", /, **more: str) -> str:
        """A link of the same context, relative to this page; ``path`` is what follows the survey's own address."""
        if self.away and not path:
            path = self.survey_id
        if self.token:
            path = path.replace(self.survey_id, self.token, 1)
        return f"{path}?{self.said}{'&' if more else ''}{urlencode(more)}"

    def restart(self, up: str = "") -> str:
        """Where the next customer begins, relative to this page or to ``up``."""
        return replace(self, home="", away=False).link(f"{up}{self.home or self.survey_id}")

    @cached_property
    def said(self) -> str:
        """What a link of the same context says, as a query."""
        about = {"lang": self.lang, **({} if self.mode in ("link", "invite") else {"mode": self.mode})}
        about |= {"large": "1"} if self.large else {}
        about |= {"_from": self.home} if self.home else {}
        if self.token:  # the rest stands in the invitation
            return urlencode(about)
        return urlencode((*self.dims, *self.brought, *about.items()))

    def inside(self, lang: str) -> Visit:
        """The same visit in another language."""
        return replace(self, lang=lang)


def read(survey: Survey, query: Mapping[str, str], accept: str, model: Model, allowed: frozenset[str]) -> Visit:
    """Check what a link says. ``accept`` is the Accept-Language header, ``allowed`` the signed-in modes it may use."""
    warnings = []
    dims = []
    for name in dict.fromkeys(("branch", "channel", *(name for name in survey.prefill if name in DIMENSIONS))):
        value = query.get(name)
        if value in known(model, name):
            dims.append((name, str(value)))
        elif value:
            warnings.append("unknown_branch" if name == "branch" else "unknown_values")
    asked = {name: query[name] for name in survey.prefill if name in query and survey.question(name)}
    brought = flow.prefilled(survey, asked) if asked else {}
    if len(brought) < len(asked):
        warnings.append("unknown_values")
    return Visit(
        survey.id,
        language(query, accept, survey.languages),
        _mode(query.get("mode", ""), allowed),
        query.get("large") == "1",
        tuple(dims),
        tuple((name, ",".join(types.to_form(value))) for name, value in brought.items()),
        tuple(dict.fromkeys(warnings)),
    )


def invited(
    survey: Survey, query: Mapping[str, str], accept: str, model: Model, token: str, dims: Mapping[str, str]
) -> Visit:
    """The visit by a personal link: of the address only language and type size count."""
    wanted = query if "lang" in query else {"lang": dims.get("lang", "")}
    return Visit(
        survey.id,
        language(wanted, accept, survey.languages),
        "invite",
        query.get("large") == "1",
        tuple((name, value) for name, value in dims.items() if name in DIMENSIONS and value in known(model, name)),
        token=token,
    )


def language(query: Mapping[str, str], accept: str, offered: tuple[str, ...] = LANGUAGES) -> str:
    """The language that the link names, else the browser's best, else Chinese; among those the survey has."""
    usable = [lang for lang in LANGUAGES if lang in offered] or list(LANGUAGES)
    if query.get("lang") in usable:
        return query["lang"]
    wanted = []
    for place, part in enumerate(accept.lower().split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        if tag.split("-")[0] in usable:
            wanted.append((-_weight(weight), place, tag.split("-")[0]))
    return min(wanted)[2] if wanted else usable[0]


def known(model: Model, dimension: str) -> Mapping[str, object]:
    """The values that the bank's model has for a dimension."""
    return {
        "branch": model.branches,
        "channel": model.channels,
        "region": model.regions,
        "business_line": model.business_lines,
        "segment": model.segments,
        "product": model.products,
    }[dimension]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _mode(asked: str, allowed: frozenset[str]) -> Mode:
    return asked if asked in OPEN_MODES or asked in allowed else "link"  # type: ignore[return-value]
