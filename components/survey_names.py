"""What surveys are called: by their titles, and apart from each other where two bear the same one."""

from __future__ import annotations

from components.page import Context
from cx.survey.schema import Survey
from cx.words.apart import apart


def named(ctx: Context, survey: Survey) -> str:
    """Its title; with its id where another survey in service has the same title, as versions of an experiment do."""
    titles = {each.id: ctx.t.pick(each.title, each.id) for each in (*ctx.bench.shelf.all(), survey)}
    return apart(titles)[survey.id]
