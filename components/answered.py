"""Answers in words, as whoever gave them saw the questionnaire, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from components.page import Context
from cx.survey.schema import Question
from cx.survey.types import NOT_APPLICABLE


class Stored(Protocol):
    """A row of answers."""

    @property
    def question(self) -> str: ...
    @property
    def score(self) -> int | None: ...
    @property
    def choice(self) -> str | None: ...
    @property
    def number(self) -> Decimal | None: ...
    @property
    def text(self) -> str | None: ...


def by_question(rows: Sequence[Stored]) -> dict[str, tuple[Stored, ...]]:
    """Rows by the id of their question, in their order."""
    found: dict[str, tuple[Stored, ...]] = {}
    for row in rows:
        found[row.question] = (*found.get(row.question, ()), row)
    return found


def words(ctx: Context, question: Question, said: Mapping[str, Sequence[Stored]]) -> str:
    """What was answered to a question (of a matrix to one row); empty where nothing was."""
    t, rows = ctx.t, said.get(question.id, ())
    if question.type == "kano":
        felt = (said.get(f"{question.id}.{part}", ()) for part in ("with", "without"))
        return " / ".join(t(f"survey_page.kano_{rows[0].score}") for rows in felt if rows)
    if question.type == "maxdiff":
        return _best(ctx, question, said)
    if not rows:
        return ""
    first = rows[0]
    if question.type == "photo":
        return t("walks.photo_count", n=t.number(len(rows)))
    if question.type in ("yes_no", "contact"):
        return t("survey_page.say_yes") if first.score else t("survey_page.say_no")
    if question.scale is not None:
        if first.choice == str(NOT_APPLICABLE) or first.score is None:
            return t("walks.not_applicable")
        named = t.pick(question.scale.labels.get(first.score))
        told = t("walks.of_points", score=first.score, points=question.scale.high)
        return told + (f" · {named}" if named else "")
    if first.number is not None and first.choice is None:
        unit = t.pick(question.unit) if question.unit else ""
        return f"{first.number.normalize():f}{'' if unit in ('', '%') else ' '}{unit}"
    return plain(ctx, rows, question)


def _best(ctx: Context, question: Question, said: Mapping[str, Sequence[Stored]]) -> str:
    """Of a best-worst question what was chosen most and least often."""
    counts = [(row.number, choice) for choice in question.choices for row in said.get(f"{question.id}.{choice.id}", ())
              if row.number is not None]  # fmt: skip
    if not counts:
        return ""
    ends = (max(counts, key=lambda each: each[0])[1], min(counts, key=lambda each: each[0])[1])
    return " … ".join(ctx.t.pick(choice.label) for choice in ends)


def plain(ctx: Context, rows: Sequence[Stored], question: Question | None = None) -> str:
    """Choices by name where the question is known, with what is meant by "other"; else the value itself."""
    parts = []
    for each in rows:
        found = question.choice(each.choice) if question is not None and each.choice is not None else None
        told = ctx.t.pick(found.label) if found else each.choice or ""
        value = next((str(v) for v in (each.text, each.number, each.score) if v is not None), "")
        parts.append(f"{told}: {each.text}" if told and each.text else told or value)
    return ("、" if ctx.t.lang == "zh" else ", ").join(parts)
