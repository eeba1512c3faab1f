"""One hint about a survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cx.survey.schema import Question
from cx.words import Translator


@dataclass(frozen=True)
class Finding:
    """A hint: ``question`` is the id it is about, None for the survey as a whole; ``values`` fill the words."""

    code: str
    question: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def why(self, t: Translator) -> str:
        """What was noticed and why it matters."""
        return t(f"review.{self.code}", **self.values)

    def cure(self, t: Translator) -> str:
        """What to try."""
        return t(f"review.{self.code}_try", **self.values)


def found(code: str, question: Question | None = None, **values: object) -> Finding:
    """A finding about a question, or about the survey."""
    return Finding(code, question.id if question else None, values)
