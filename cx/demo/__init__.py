"""The demo bank: deterministic facts with known truth (``truth.yaml``), loaded beside real ones and removable."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cx.bank.model import Model
from cx.demo.summary import SOURCE, Summary, loaded, remove, summary
from cx.store import audit
from cx.store.database import Database
from cx.survey.schema import Survey

__all__ = ["SOURCE", "Summary", "load", "loaded", "remove", "summary"]


def load(
    db: Database, model: Model, surveys: Iterable[Survey], progress: Callable[[float, str], object] = lambda *_: None,
    by: str = audit.SYSTEM,
) -> Summary:  # fmt: skip
    """Generate and store the demo bank; see :func:`cx.demo.loading.load`."""
    from cx.demo import loading  # numpy: only a start that loads the demo pays for it

    return loading.load(db, model, surveys, progress, by)
