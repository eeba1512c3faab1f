"""Monthly indicators: by branch, or one value for the whole bank."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np

from cx.bank.model import Indicator, Model
from cx.demo.people import rng
from cx.demo.truth import IndicatorTruth, Truth

_COUNTED = {"min", "days"}
"""Units whose value is a sum over cases: those rows carry numerator and denominator."""
_WHOLE = {"customers"}


def months(truth: Truth) -> list[dt.date]:
    """First days of the months from the first to the last."""
    count = (truth.last.year - truth.first.year) * 12 + truth.last.month - truth.first.month + 1
    start = truth.first.year * 12 + truth.first.month - 1
    return [dt.date((start + i) // 12, (start + i) % 12 + 1, 1) for i in range(count)]


def values(truth: Truth, model: Model) -> list[dict[str, Any]]:
    """Rows of ``indicator_value`` for every indicator that both the truth and the model know."""
    found: list[dict[str, Any]] = []
    for name, spec in truth.indicators.items():
        if name in model.indicators:
            found += _rows(model.indicators[name], spec, truth, model)
    return found


def _rows(indicator: Indicator, spec: IndicatorTruth, truth: Truth, model: Model) -> list[dict[str, Any]]:
    r = rng(truth, f"indicator {indicator.id}")
    found, every = [], months(truth)
    for branch in (None,) if spec.bank else tuple(model.branches):
        base = spec.mean + (r.normal(0, spec.between) if spec.between else 0) + _bad(spec, truth, branch)
        for place, day in enumerate(every[: len(every) - spec.age]):
            drift = spec.trend * place / (len(every) - 1)
            value = base + drift + r.normal(0, spec.noise) + _won(indicator.id, truth, branch, day)
            value += spec.step(branch, day)
            row = _row(indicator, spec, model, branch, day, value, int(r.integers(300, 900)))
            if day in spec.lacks.get(branch or "", ()):
                continue
            found.append(row | _parts(indicator, row["value"], int(r.poisson(spec.base))) if spec.base else row)
    return found


def _parts(indicator: Indicator, value: Decimal, customers: int) -> dict[str, Decimal]:
    """Whole customers behind a value, and the value that they give."""
    scale = 100 if indicator.unit == "%" else 1
    part = round(value * customers / scale)
    return {
        "value": round(Decimal(scale * part) / customers, 2),
        "numerator": Decimal(part),
        "denominator": Decimal(customers),
    }


def _bad(spec: IndicatorTruth, truth: Truth, branch: str | None) -> float:
    return spec.bad if branch in truth.bad else 0.0


def _won(name: str, truth: Truth, branch: str | None, day: dt.date) -> float:
    """What quick wins add in a month: in full from the month of their start."""
    return sum(
        win.indicators.get(name, 0.0) for win in truth.quick_wins
        if branch in win.since and day >= win.since[branch].replace(day=1)
    )  # fmt: skip


def _row(
    indicator: Indicator, spec: IndicatorTruth, model: Model, branch: str | None, day: dt.date, value: float, cases: int
) -> dict[str, Any]:
    low = indicator.low if indicator.low is not None else -np.inf
    high = indicator.high if indicator.high is not None else np.inf
    figure = Decimal(str(round(float(np.clip(value, low, high)), 0 if indicator.unit in _WHOLE else 2)))
    counted = indicator.unit in _COUNTED
    return {
        "indicator": indicator.id, "grain": "month", "day": day, "branch": branch,
        "region": model.branches[branch].region if branch else None, "channel": spec.bank, "value": figure,
        "numerator": figure * cases if counted else None, "denominator": Decimal(cases) if counted else None,
    }  # fmt: skip
