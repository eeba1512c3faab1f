"""How a response came about: seconds and changes by question (from the script), seconds by page (from the server).

Small, from the form itself, and never about who answers. What is malformed or not about this page is left out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cx.survey.schema import Survey

DAY = 86_400
LONGEST = 2_048
_ONE = re.compile(r"([a-z][a-z0-9_]{0,59})\.(\d{1,6})\.(\d{1,4})")
Trail = dict[str, Any]
"""As JSON: ``began`` (seconds since 1970), ``pages`` and ``questions``: two whole numbers by number and by id: seconds
and times handed in; tenths of seconds until the first change, and changes."""


def along(before: Mapping[str, Any], survey: Survey, page: int, drawn: int, said: str) -> Trail:
    """The trail with a page handed in: drawn at ``drawn``; ``said`` is what the script noted, ``id.tenths.changes``."""
    seconds, times = before.get("pages", {}).get(str(page + 1), (0, 0))
    took = min(DAY, max(0, int(time.time()) - drawn))
    return {
        "began": before.get("began", drawn),
        "pages": {**before.get("pages", {}), str(page + 1): (seconds + took, times + 1)},
        "questions": {**before.get("questions", {}), **(_noted(survey, page, said) if said else {})},
    }


def _noted(survey: Survey, page: int, said: str) -> dict[str, tuple[int, int]]:
    if len(said) > LONGEST:
        return {}
    own = {question.id for question in survey.pages[page].questions}
    found = [_ONE.fullmatch(part) for part in said.split("-")]
    if not all(found):
        return {}
    read = ((one[1], int(one[2]), int(one[3])) for one in found if one)
    return {id: (tenths, changes) for id, tenths, changes in read if id in own and tenths <= 10 * DAY}


def seconds(trail: Mapping[str, Any], ago: int = 0) -> int | None:
    """From the first page to now, or to ``ago`` seconds before now; None where that cannot be."""
    took = int(time.time()) - ago - trail["began"]
    return took if 0 <= took <= DAY else None


def rows(response_id: str, trail: Mapping[str, Any], pages: int) -> Sequence[Mapping[str, Any]]:
    """Rows of the table ``paradata``. The time on the page of a survey of one page is that of the response."""
    return list(_rows(response_id, trail, pages))


def _rows(response_id: str, trail: Mapping[str, Any], pages: int) -> Iterator[Mapping[str, Any]]:
    for id, (tenths, changes) in trail["questions"].items():
        yield {"response_id": response_id, "question_id": id, "seconds": tenths / 10, "changes": changes}
    if pages > 1:
        for number, (took, times) in trail["pages"].items():
            yield {"response_id": response_id, "question_id": f"page.{number}", "seconds": took, "changes": times}
