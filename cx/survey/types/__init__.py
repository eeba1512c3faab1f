"""Question types, one entry each in :data:`TYPES`: what a form's strings become, what is refused, storage, chart.

Every way in (form, JSON) uses both ``parse`` and ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cx.survey.schema import Question
from cx.survey.types import choices, compound, maxdiff, plain, scored
from cx.survey.types.choices import check_other as check_other
from cx.survey.types.choices import parse_others as parse_others
from cx.survey.types.compound import CONTACT_FIELDS as CONTACT_FIELDS
from cx.survey.types.compound import kano as kano
from cx.survey.types.entry import Form, given
from cx.survey.types.entry import Type as Type
from cx.survey.types.entry import problem as problem
from cx.survey.types.maxdiff import counts as counts
from cx.survey.types.maxdiff import sets as sets
from cx.survey.types.plain import computed as computed
from cx.survey.values import NOT_APPLICABLE as NOT_APPLICABLE
from cx.survey.values import Tied as Tied
from cx.survey.values import clean_text as clean_text
from cx.survey.values import day_limit as day_limit
from cx.survey.values import ranked as ranked
from cx.survey.values import read_date as read_date
from cx.survey.values import shown as shown
from cx.survey.values import to_form as to_form
from cx.survey.values import to_json as to_json
from cx.words import Problem, Refused

_ORDER = (
    *("nps", "csat", "ces", "rating", "single", "multiple", "ranking", "matrix", "yes_no", "number", "slider"),
    *("date", "text", "photo", "kano", "maxdiff", "contact", "note", "computed"),
)
_ENTRIES = (*scored.ENTRIES, *choices.ENTRIES, *plain.ENTRIES, *compound.ENTRIES, *maxdiff.ENTRIES)
TYPES: Mapping[str, Type] = {entry.name: entry for entry in sorted(_ENTRIES, key=lambda e: _ORDER.index(e.name))}
SCORED = frozenset(name for name, entry in TYPES.items() if entry.storage == "score")


def parse(question: Question, form: Form) -> object | None:
    """The typed answer of a form (texts by field name), None when nothing was answered. Raises :class:`Refused`.

    The fields are the question's id, and ``<id>.<part>`` where an answer has parts.
    """
    entry = TYPES[question.type]
    if entry.parts:
        value = entry.parse(question, form)
    else:
        strings = form.get(question.id)
        said = [text for text in strings if text.strip()] if strings else None
        if not said:
            return _meant(question, form) if question.others else None
        value = entry.parse(question, said)
    wrong = entry.check(question, value) if value is not None else None
    if wrong:
        raise Refused(wrong)
    return value


def _meant(question: Question, form: Form) -> object | None:
    """Nothing is ticked, but something written beside an "other" choice: that choice."""
    written = [choice for choice in question.others if given(form, f"{question.id}.{choice}")]
    if not written:
        return None
    return written[0] if question.type == "single" else parse(question, {question.id: written})


def check(question: Question, value: object) -> Problem | None:
    """What is wrong with a typed answer; None when nothing is."""
    return TYPES[question.type].check(question, value)


def fields(question: Question, value: object) -> dict[str, tuple[str, ...]]:
    """A typed answer as the form fields that say it: the reverse of :func:`parse`."""
    if not isinstance(value, Mapping):
        return {question.id: to_form(value)}
    own = {question.id: to_form(value.get("wanted"))} if question.type == "contact" else {}
    parts = {f"{question.id}.{name}": to_form(part) for name, part in value.items() if f"{name}" != "wanted" or not own}
    return own | parts


def kind(question: Question) -> str:
    """What its answer is in a condition: the type's storage; of a computed one number, text or flag."""
    return question.kind if question.type == "computed" else TYPES[question.type].storage
