"""Under which name the draft is kept: a free one, another one, and what to do when somebody else saved meanwhile."""

from __future__ import annotations

import re

from components import session
from components.builder import desk
from components.page import Context
from cx.access import rights
from cx.publish import drafts, versions
from cx.survey.editing import change, document
from cx.words import Problem, Refused, Translator

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def ever_published(ctx: Context, survey_id: str) -> bool:
    """Whether anybody may have its link: it is in service, or was."""
    return ctx.bench.shelf.get(survey_id) is not None or bool(ctx.ask(versions.all, survey_id))


def rename(ctx: Context, wanted: str) -> None:
    """Give the draft another name, with all that was written and by whom. Raises :class:`Refused`."""
    now, user = desk.current(), session.user()
    if now is None or user is None or not rights.may(user, "surveys_edit") or ever_published(ctx, now.survey_id):
        return
    checked(ctx, wanted)
    text = document.write({**now.definition, "id": wanted}, now.text)
    drafts.rename(ctx.bench.database, now.survey_id, wanted, text, now.revision or 0, user)
    selected = now.selected
    desk.open_draft(ctx, wanted).selected = selected


def keep_mine(ctx: Context, t: Translator) -> None:
    """Go on with one's own text under a name of its own; the other's draft stays theirs."""
    now = desk.current()
    if now is None or now.conflict is None:
        return
    definition = dict(now.definition)
    new = free_id(ctx, now.survey_id)
    definition["id"] = new
    title = definition.get("title")
    copies = (
        {lang: Translator(lang)("builder.copy_of", title=title[lang]) for lang in title}
        if isinstance(title, dict)
        else t("builder.copy_of", title=title or new)
    )
    text = document.write({**definition, "title": copies}, now.text)
    opened = desk.begin(ctx, new, text)
    opened.selected = now.selected


def take_theirs(ctx: Context) -> None:
    """Go on with what the other saved; one's own text stays in the history."""
    now = desk.current()
    if now is not None and now.conflict is not None:
        fresh = desk.of(ctx, now.conflict)
        fresh.selected = now.selected if now.selected in change.keys(fresh.definition) else fresh.selected
        session.put(desk.KEY, fresh)


def checked(ctx: Context, wanted: str) -> str:
    """A link name as it is kept. Raises :class:`Refused` where it cannot be one, or is taken."""
    name = wanted.strip().lower()
    if not ID.fullmatch(name) or len(name) > 60:
        raise Refused(Problem("draft_id", values={"value": name[:40]}))
    if free_id(ctx, name) != name:
        raise Refused(Problem("draft_taken", values={"value": name}))
    return name


def free_id(ctx: Context, wanted: str) -> str:
    """A survey id that neither a draft nor a survey in service has."""
    with ctx.bench.database.cursor() as con:
        taken = {draft.survey_id for draft in drafts.all(con)}
    taken |= {survey.id for survey in ctx.bench.shelf.all()}
    stem, at, name = wanted, 2, wanted
    while name in taken:
        name, at = f"{stem}-{at}", at + 1
    return name
