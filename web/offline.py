"""Which surveys a kiosk can go on with while the network is down: answered on one page, put back to empty by a script,
and asking nothing that should not wait on a device that others use."""

from __future__ import annotations

from functools import lru_cache

from cx.survey import arrange
from cx.survey.schema import Survey

_KEPT = frozenset(
    ("nps", "csat", "ces", "rating", "single", "multiple", "yes_no", "number", "date", "text", "note", "matrix", "kano")
)
"""Not: photos (too large), contact (names and numbers), controls that a script draws, computed (fine, added below)."""


@lru_cache(maxsize=256)
def possible(survey: Survey) -> bool:
    """Whether a kiosk keeps answers to this survey until the network is back."""
    types = {question.type for question in survey.questions}
    return len(survey.pages) == 1 and types <= _KEPT | {"computed"} and not arrange.is_random(survey)
