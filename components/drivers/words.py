"""What surveys, outcomes and drivers are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.page import Context
from cx.insight.drivers_shape import Outcome
from cx.store import parts
from cx.store.drivers import Asked
from cx.words.apart import apart


@dataclass(frozen=True)
class Names:
    """Names of one survey's questions: ``of[question]``, its touchpoint where no other is about it, else its words."""

    of: Mapping[str, str]
    ctx: Context

    def outcome(self, outcome: Outcome) -> str:
        """An outcome within a sentence."""
        return self.ctx.t(f"drivers.of_{outcome.kind}", name=self.of[outcome.question])

    def option(self, outcome: Outcome) -> str:
        """An outcome to choose."""
        return self.ctx.t(f"drivers.option_{outcome.kind}", name=self.of[outcome.question])

    def joined(self, names: Iterable[str]) -> str:
        """Several names within a sentence."""
        return ("、" if self.ctx.t.lang == "zh" else ", ").join(names)


def survey(ctx: Context, id: str) -> str:
    """A survey's title; its id where the definition came with a file."""
    found = ctx.bench.shelf.get(id)
    return ctx.t.pick(found.title, id) if found else id


def names(ctx: Context, survey_id: str, asked: Iterable[Asked]) -> Names:
    """Names of all scored questions of a survey."""
    found, asked = ctx.bench.shelf.get(survey_id), tuple(asked)
    labels = {
        each.id: ctx.t.pick(each.label, each.id)
        for outer in (found.questions if found else ())
        for each in parts.questions(outer)
    }
    points = Counter(q.touchpoint for q in asked)

    def name(q: Asked) -> str:
        if q.type in ("rating", "csat") and q.touchpoint and points[q.touchpoint] == 1:
            return ctx.model.label("touchpoint", q.touchpoint, ctx.t)
        return labels.get(q.id, q.id)

    return Names(apart({q.id: name(q) for q in asked}), ctx)
