"""The audit log names things by their ids; here is what people call them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property

from components.page import Context
from cx.act import cases, pain_points, quick_wins
from cx.act.experiments import keeping
from cx.collect import quality
from cx.intake import uploads
from cx.publish import drafts, versions
from cx.store.audit import SYSTEM, Entry
from cx.words import Refused

_ABOUT_PEOPLE = ("user_", "sign_", "password_")
_PEOPLE = ("approved_by", "author")
_WORDS = {"level": "publish.level_", "role": "shell.role_", "rule": "quality.rule_"}


class Names:
    """Names of what entries are about, as they are today; what is gone keeps its id alone."""

    def __init__(self, ctx: Context, people: Iterable[str]) -> None:
        self._ctx = ctx
        self._people = {name: ctx.bench.accounts.display(name) for name in people}

    def subject(self, entry: Entry) -> str:
        """What an entry is about: its name and id, or the id alone."""
        if entry.action.startswith(_ABOUT_PEOPLE):
            return self.person(entry.subject)
        return _both(self._ctx, self._named(entry.action).get(entry.subject), entry.subject)

    def person(self, name: str) -> str:
        """Somebody's name as colleagues read it, and the one they sign in with."""
        if name == SYSTEM:
            return self._ctx.t("audit.system")
        return _both(self._ctx, self._ctx.bench.accounts.display(name), name)

    def detail(self, name: str, value: object) -> str:
        """A value of the details."""
        t, text = self._ctx.t, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if name in _PEOPLE:
            return self.person(text)
        if name == "survey":
            return _both(self._ctx, self.surveys.get(text), text)
        if name == "branches" and isinstance(value, list):
            return ", ".join(self._ctx.model.label("branch", str(each), t) for each in value)
        if name == "last_day":
            return t.date(dt.date.fromisoformat(text))
        if isinstance(value, bool):
            return t("audit.yes" if value else "audit.no")
        words = f"{_WORDS.get(name)}{text}"
        return t(words) if name in _WORDS and t.has(words) else text

    def known_as(self, text: str) -> tuple[str, ...]:
        """Ids of everything whose name contains the text."""
        wanted = text.casefold()
        things = (self._wins, self._pains, self._experiments, self._cases, self._files, self._rules)
        every = (self.surveys, self._people, *things)
        return tuple(id for names in every for id, name in names.items() if wanted in name.casefold())

    def _named(self, action: str) -> Mapping[str, str]:
        if action.startswith("survey_"):
            return self.surveys
        if action.startswith("quick_win_"):
            return self._wins
        if action.startswith("pain_point_"):
            return self._pains
        if action.startswith("experiment_"):
            return self._experiments
        if action.startswith("case_"):
            return self._cases
        if action.startswith("upload_"):
            return self._files
        return self._rules if action.startswith("quality_") else {}

    @cached_property
    def surveys(self) -> Mapping[str, str]:
        """Titles of surveys that are served, were published, or are being written."""
        t, shelf, found = self._ctx.t, self._ctx.bench.shelf, {}
        with self._ctx.bench.database.cursor() as con:
            for id, version in versions.latest(con).items():
                try:
                    found[id] = t.pick(version.read().title, id)
                except Refused:
                    continue
            for draft in drafts.all(con):
                survey = draft.read() if draft.survey_id not in found else None
                if survey is not None:
                    found[draft.survey_id] = t.pick(survey.title, survey.id)
        return found | {survey.id: t.pick(survey.title, survey.id) for survey in shelf.all()}

    @cached_property
    def _wins(self) -> Mapping[str, str]:
        found = self._ctx.ask(quick_wins.all, self._ctx.rights)
        return {win.id: self._ctx.t.pick(win.charter.title) for win in found}

    @cached_property
    def _pains(self) -> Mapping[str, str]:
        found = self._ctx.ask(pain_points.everything, self._ctx.rights)
        return {point.id: self._ctx.t.pick(point.title) for point in found}

    @cached_property
    def _experiments(self) -> Mapping[str, str]:
        found = self._ctx.ask(keeping.all, self._ctx.rights)
        return {one.id: self._ctx.t.pick(one.definition.title) for one in found}

    @cached_property
    def _cases(self) -> Mapping[str, str]:
        return self._ctx.ask(cases.names, self._ctx.rights)

    @cached_property
    def _files(self) -> Mapping[str, str]:
        return {upload.upload_id: upload.file_name for upload in self._ctx.ask(uploads.history)}

    @cached_property
    def _rules(self) -> Mapping[str, str]:
        t = self._ctx.t
        return {rule: t(f"quality.rule_{rule}") for rule in quality.RULES}


def _both(ctx: Context, name: str | None, id: str) -> str:
    return id if name in (None, "", id) else ctx.t("audit.named", name=name, id=id)
