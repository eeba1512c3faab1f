"""Importance × performance: what matters and how well we do, with names on the marks and words in the corners."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.drivers_shape import Driver, Study

SHADES = {
    "fix": theme.BAD, "keep": theme.GOOD, "overkill": theme.SERIES[1], "low": theme.MUTED, "against": theme.SERIES[0],
    "unclear": theme.NEUTRAL,
}  # fmt: skip
_SIZE = (1_040, 430)  # pixels for which names are placed
_LETTER, _LINE = 6.7, 15
_SIDES = (("left", 10, 0), ("right", -10, 0), ("center", 0, -13), ("center", 0, 14))
"""Where a name can stand beside its mark: alignment, and pixels right and down."""
_Box = tuple[float, float, float, float]


def quadrant(driver: Driver, study: Study) -> str:
    """keep, fix, overkill or low: weight against the average one, satisfaction against the drivers' average.

    unclear: an interval of the two reaches over the line. against: the better it is rated, the lower the outcome.
    """
    if driver.alone < 0:
        return "against"
    average, centre, mean = 1 / len(study.drivers), middle(study), driver.mean
    if mean.low is None or mean.high is None or driver.low <= average <= driver.high or mean.low <= centre <= mean.high:
        return "unclear"
    good = mean.low > centre
    return ("keep" if good else "fix") if driver.low > average else ("overkill" if good else "low")


def middle(study: Study) -> float:
    """Average satisfaction of the drivers."""
    values = [driver.mean.value for driver in study.drivers if driver.mean.value is not None]
    return sum(values) / len(values) if values else 0.0


def matrix(study: Study, t: Translator, name: Callable[[Driver], str], width: theme.Width = "container") -> Chart:
    """Every driver by satisfaction and weight, with the interval of the weight."""
    shown = [driver for driver in study.drivers if driver.mean.value is not None]
    across, up = _ranges(shown)
    rows = [_row(driver, study, t, name(driver)) for driver in shown]
    for row, side in zip(rows, _placed(rows, across, up), strict=True):
        row["side"] = side
    axis = {"domain": False, "ticks": False, "tickCount": 6, "labelPadding": 6}
    x = q("mean", title=t("drivers.axis_mean"), scale={"domain": across, "nice": False}, axis=axis | {"format": ".1f"})
    y = q("weight", title=t("drivers.axis_weight"), scale={"domain": up, "nice": False}, axis=axis | {"format": ".0%"})
    shade = theme.SHADE
    centre = [{"mean": middle(study), "weight": 1 / len(study.drivers)}]
    lines = theme.tooltip(
        name=t("drivers.col_name"), said=t("drivers.axis_weight"), mean_said=t("drivers.axis_mean"),
        advice=t("drivers.col_quadrant"),
    )  # fmt: skip
    layers = [
        layer("rule", rows=centre, color=theme.NEUTRAL, strokeDash=[4, 4], enc={"x": x}),
        layer("rule", rows=centre, color=theme.NEUTRAL, strokeDash=[4, 4], enc={"y": y}),
        *_corners(t),
        layer("rule", opacity=0.35, strokeWidth=2,
              enc={"x": x, "y": q("low", scale=y["scale"]), "y2": {"field": "high"}, "color": shade}),
        layer("point", filled=True, size=80, opacity=1, enc={"x": x, "y": y, "color": shade, "tooltip": lines}),
        *(
            layer("text", f"datum.side == {place}", align=align, dx=dx, dy=dy, fontSize=12,
                  enc={"x": x, "y": y, "text": word("name")})
            for place, (align, dx, dy) in enumerate(_SIDES)
        ),
    ]  # fmt: skip
    told = "; ".join(f"{row['name']} {row['said']}, {row['mean_said']}: {row['advice']}" for row in rows)
    return theme.finished(rows, layers, t("drivers.chart_about", points=told), width, _SIZE[1])


def _ranges(shown: Sequence[Driver]) -> tuple[list[float], list[float]]:
    means = [driver.mean.value or 0.0 for driver in shown] or [1.0, 5.0]
    room = max(0.08 * (max(means) - min(means)), 0.05)
    top = max([driver.high for driver in shown] or [1.0])
    return [max(1.0, min(means) - 1.6 * room), min(5.0, max(means) + 1.6 * room)], [0.0, 1.12 * top]


def _row(driver: Driver, study: Study, t: Translator, name: str) -> dict[str, Any]:
    where = quadrant(driver, study)
    value = t.percent(driver.weight, 1)
    said = t("drivers.range", value=value, low=t.percent(driver.low, 1), high=t.percent(driver.high, 1))
    return {
        "name": name, "mean": driver.mean.value, "weight": driver.weight, "low": driver.low, "high": driver.high,
        "shade": SHADES[where], "said": said, "mean_said": t.number(driver.mean.value, 2),
        "advice": t(f"drivers.quadrant_{where}"),
    }  # fmt: skip


def _corners(t: Translator) -> list[theme.Spec]:
    """The words of the four quadrants, in their corners."""
    left, right = {"value": 8}, {"value": {"expr": "width - 8"}}
    top, bottom = {"value": 12}, {"value": {"expr": "height - 12"}}
    at = {"fix": ("left", left, top), "keep": ("right", right, top), "low": ("left", left, bottom),
          "overkill": ("right", right, bottom)}  # fmt: skip
    return [
        layer("text", rows=[{"words": t(f"drivers.quadrant_{where}")}], align=align, fontSize=13, fontWeight=600,
              color=SHADES[where], enc={"x": x, "y": y, "text": word("words")})
        for where, (align, x, y) in at.items()
    ]  # fmt: skip


def _placed(rows: Sequence[dict[str, Any]], across: Sequence[float], up: Sequence[float]) -> list[int]:
    """For each mark, most important first, the side where its name stands clear of others; -1: nowhere."""
    wide, high = _SIZE
    points = [
        ((row["mean"] - across[0]) / (across[1] - across[0]) * wide, (1 - row["weight"] / (up[1] - up[0])) * high)
        for row in rows
    ]
    taken: list[_Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y in points]
    reach = (((1 - row[end] / (up[1] - up[0])) * high for end in ("high", "low")) for row in rows)
    taken += [(x - 1, top, x + 1, bottom) for (x, _), (top, bottom) in zip(points, reach, strict=True)]
    taken += [(x, y, x + 130, y + 22) for x in (0, wide - 130) for y in (0, high - 22)]  # the words in the corners
    found = []
    for place, (row, (x, y)) in enumerate(zip(rows, points, strict=True)):
        own = taken[place], taken[place + len(rows)]
        length = _LETTER * sum(2 if ord(letter) > 0x2E80 else 1 for letter in row["name"])
        boxes = [_box(x, y, length, side) for side in _SIDES]
        clear = (
            at for at, box in enumerate(boxes)
            if box[0] >= 0 and box[2] <= wide and not any(_overlap(box, other) for other in taken if other not in own)
        )  # fmt: skip
        side = next(clear, -1)
        if side >= 0:
            taken.append(boxes[side])
        found.append(side)
    return found


def _box(x: float, y: float, length: float, side: tuple[str, int, int]) -> _Box:
    align, dx, dy = side
    start = x + dx - {"left": 0.0, "center": length / 2, "right": length}[align]
    return start, y + dy - _LINE / 2, start + length, y + dy + _LINE / 2


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
