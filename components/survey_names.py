"""What surveys are called: by their titles, and apart from each other where two bear the same one."""

from __future__ import annotations

from components.page import Context
from cx.survey.schema import Survey


def named(ctx: Context, survey: Survey) -> str:
    """Its title; with its id where another survey in service has the same title, as versions of an experiment do."""
    title = ctx.t.pick(survey.title, survey.id)
    others = (each for each in ctx.bench.shelf.all() if each.id != survey.id)
    alike = any(ctx.t.pick(each.title, each.id) == title for each in others)
    return f"{title} · {survey.id}" if alike else title
