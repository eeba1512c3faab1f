"""The questionnaire's own place: small surveys, one workbench a file, emptied before every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cx import workbench
from questionnaire.respondents import place
from web import continuing, quotas
from web.guesses import Guesses

TABLES = (
    *("response", "answer", "submission", "response_revision", "draft"),
    *("contact", "paradata", "quota_hit"),
)


@pytest.fixture(scope="module", autouse=True)
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[workbench.Workbench]:
    folder = place(tmp_path_factory.mktemp("place"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CX_DATA", str(folder.data))
        patch.setenv("CX_SURVEYS", str(folder.surveys))
        yield workbench.current()
        workbench.close()


@pytest.fixture(autouse=True)
def empty(bench: workbench.Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuing, "guesses", Guesses())
    bench.journal.flush()
    with bench.database.writing() as con:
        for table in TABLES:
            con.execute(f"DELETE FROM {table}")
    for survey in bench.shelf.all():
        quotas.recount(bench, survey)
