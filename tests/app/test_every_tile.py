"""Every tile that may be composed is either drawn or refused with words: all metrics, charts and dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from board_bank import KNOWN, filled, found

from cx.bank import model as bank
from cx.bank.boards import CHARTS, Tile, flaws
from cx.bank.model import Model
from cx.insight.tiles import Comments, Found, Nothing, Number, Table
from cx.output import tiles
from cx.store.place import ROOT
from cx.words import LANGUAGES, Problem, Translator


def _combinations() -> Iterator[Tile]:
    """Every metric × chart × dimension; where a chart needs two, each with the next one as its partner."""
    for metric, allowed in KNOWN.metrics.items():
        kind = allowed.kinds[0] if allowed.kinds else ""
        if metric == "brand_nps":
            kind = "competitive"
        alone = {"brand": "shenjiang", "indicator": "queue_minutes"}.get(allowed.alone, "x")
        where = ((allowed.alone, (alone,)),) if allowed.alone else ()
        dimensions = (*allowed.dimensions, *allowed.times, "nowhere")
        for chart in CHARTS:
            plain = Tile("t", chart, metric, kind=kind, where=where, target=1.0 if chart == "target" else None)
            yield plain
            for at, dimension in enumerate(dimensions):
                yield replace(plain, by=(dimension,))
                if chart == "heat":
                    yield replace(plain, by=(dimension, dimensions[at - 1]))


def _told(tile: Tile, answer: Found, t: Translator, model: Model) -> str:
    """All that is said of a tile; raises where a part of it cannot be made."""
    said = answer.answer
    if isinstance(said, Nothing):
        what, cure = tiles.nothing(said, t)
        return what + cure
    words = tiles.title(tile, t, model) + tiles.answer(tile, answer, t, model)
    if isinstance(said, Number):
        return words + tiles.base(said, tile, t, model) + tiles.judged(said, tile, t, model)[0]
    rows = tiles.rows(tile, answer, t, model)
    assert rows
    if isinstance(said, Table | Comments):
        return words
    chart = tiles.chart(tile, answer, t, model, 600)
    assert chart is not None and chart.about.startswith(tiles.title(tile, t, model))
    return words + chart.about


def test_every_tile_is_drawn_or_refused_with_words() -> None:
    small, model = filled(), bank.load(ROOT / "data" / "model")
    drawn, refused = set(), 0
    for number, tile in enumerate(_combinations()):
        wrong = list(flaws(tile, KNOWN))
        t = Translator(LANGUAGES[number % 2])
        if wrong:
            refused += 1
            assert all(Problem(code, values=values).plainly(t) for code, values, _ in wrong)
            continue
        answer = found(small, model, tile)
        assert _told(tile, answer, t, model)
        if not isinstance(answer.answer, Nothing):
            drawn.add((tile.metric, tile.chart))
    assert refused and {metric for metric, _ in drawn} >= {"nps", "brand_nps", "responses", "csat", "indicator"}
    assert {chart for _, chart in drawn} >= {"number", "target", "trend", "ranking", "heat", "distribution", "table"}
    small.close()
