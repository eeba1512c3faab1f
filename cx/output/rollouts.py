"""A rollout plan as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cx.act.rollout import Field
from cx.measure.rollout import Slot
from cx.output.tiles import csv_bytes
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def csv(fields: Iterable[Field], slots: Iterable[Slot], model: Model, t: Translator) -> bytes:
    """The plan as CSV for spreadsheets: words as on screen, days and numbers as such, no cell a formula."""
    known = {(f.win.id, b.place.branch): (f, b) for f in fields for b in f.branches}
    rows = []
    for slot in slots:
        field, branch = known[slot.place.win, slot.place.branch]
        p, e = slot.place, field.win.effect
        rows.append({
            t("rollout.col_wave"): slot.wave, t("rollout.col_start"): slot.start.isoformat(),
            t("rollout.col_end"): slot.end.isoformat(), t("rollout.col_branch_id"): p.branch,
            t("rollout.col_branch"): model.label("branch", p.branch, t),
            t("rollout.col_win"): t.pick(field.win.charter.title), t("rollout.col_raw"): branch.level,
            t("rollout.col_drawn"): branch.drawn, t("rollout.col_pain"): round(p.pain, 4),
            t("rollout.col_volume"): round(p.volume, 4), t("rollout.col_value"): round(p.value, 4),
            t("rollout.col_effort"): p.effort, t("rollout.col_score"): round(slot.score, 4),
            t("rollout.col_effect"): e.value, t("rollout.col_low"): e.low, t("rollout.col_high"): e.high,
        })  # fmt: skip
    return csv_bytes(rows)
