"""A small bank for tiles of dashboards, and how a test asks for one."""

from __future__ import annotations

import datetime as dt
import uuid

from small_bank import brand_scores, comment, indicator, ratings, scores

from cx.bank.boards import Tile, flaws
from cx.bank.model import Model
from cx.insight import tiles
from cx.insight.tiles import Found
from cx.measure import relative
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database

LAST, TODAY = dt.date(2026, 9, 28), dt.date(2026, 11, 22)
KNOWN = tiles.catalogue()


def filled() -> Database:
    """North b0101: NPS 60 of 100 in August, 20 of 100 in May; b0102: -60 of 100; a branch with 3 responses; two
    channels; ratings by touchpoint; indicators with a base; two computed ones' parts; four banks; a comment."""
    db = Database(":memory:")
    with db.cursor() as con:
        con.execute("SET threads = 1")  # a thousand small questions: starting threads would take most of the time
    scores(db, 40, 40, 20, branch="b0101", day=dt.date(2026, 5, 5))
    scores(db, 70, 20, 10, branch="b0101", segment="young")
    scores(db, 10, 20, 70, branch="b0102", channel="mobile")
    scores(db, 1, 1, 1, branch="b0103")
    comment(db, "=SUM(A1) 排队太久", branch="b0102")
    people = [uuid.uuid4() for _ in range(60)]
    for stage, touchpoint, given in (("serve", "queue", {1: 40, 3: 20}), ("arrive", "lobby-guide", {4: 30, 5: 30})):
        place = {"journey": "account-opening", "stage": stage, "touchpoint": touchpoint, "branch": "b0101"}
        ratings(db, given, people, **place)
    for brand, promoters in (("shenjiang", 30), ("binhai", 20)):
        brand_scores(db, brand, promoters, 10, 10)
    for month, value, base in ((7, 10.0, 100), (8, 20.0, 300), (9, 30.0, 100)):
        for branch, more in (("b0101", 0), ("b0102", 5)):
            indicator(db, "queue_minutes", value + more, dt.date(2026, month, 1), branch=branch, denominator=base)
    for name, value in (("dau", 20.0), ("mau", 100.0)):
        indicator(db, name, value, dt.date(2026, 9, 1))
    return db


def found(db: Database, model: Model, tile: Tile, rights: Rights = WHOLE_BANK, period: str = "all") -> Found:
    assert not list(flaws(tile, KNOWN)), list(flaws(tile, KNOWN))
    chosen = relative.period(period, LAST, TODAY)
    assert chosen is not None
    asked = tiles.asking(tile, rights, (), chosen, LAST, TODAY, model)
    with db.cursor() as con:
        return tiles.found(con, tile.bare, asked, model)
