"""Which touchpoint a case is about: what the customer's own answers point to, never merely where the survey begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cx.act.cases.shape import Placed
from cx.store.query import Connection

PlaceOf = Callable[[str], str | None]
"""The touchpoint that a theme of comments belongs to; None where nothing says so."""
_LOW = 300  # hundredths of 1..5: below the middle of the scale


class Rating(NamedTuple):
    """One scored answer: its question, the touchpoint it is about, satisfaction in hundredths of 1..5."""

    question: str
    touchpoint: str
    satisfaction: int


def nowhere(_theme: str) -> str | None:
    """Where themes belong to no touchpoint."""
    return None


def place(ratings: Sequence[Rating], themes: Sequence[str], asked: Sequence[str], of: PlaceOf) -> Placed:
    """What the evidence points to: the touchpoint rated lowest (below the middle), else that of the first theme
    spoken of without praise, else the only one that was asked about, else none. Of several rated equally low the
    comment decides."""
    spoken: dict[str, str] = {}
    for theme in themes:
        if point := of(theme):
            spoken.setdefault(point, theme)
    worst = min((rating.satisfaction for rating in ratings), default=_LOW)
    lowest = {rating.touchpoint: rating.question for rating in ratings if rating.satisfaction == worst < _LOW}
    if len(lowest) == 1:
        point, question = lowest.popitem()
        return Placed(point, f"rating:{question}")
    told = [(point, theme) for point, theme in spoken.items() if not lowest or point in lowest]
    if told:
        return Placed(told[0][0], f"theme:{told[0][1]}")
    if lowest:
        return Placed(None, "tie")
    return Placed(asked[0], "survey") if len(set(asked)) == 1 else Placed(None, "none")


def of_responses(con: Connection, ids: Sequence[str], of: PlaceOf) -> dict[str, Placed]:
    """By response id what :func:`place` says of each; comments count as far as they were read."""
    about = con.execute(
        "SELECT response_id::VARCHAR, touchpoint, day FROM response WHERE response_id IN (SELECT unnest(?::UUID[]))",
        [list(ids)],
    ).fetchall()
    if not about:
        return {}
    values = [min(day for *_, day in about), list(ids)]
    found = con.execute(
        "SELECT response_id::VARCHAR, type, question_id, touchpoint, CASE WHEN brand IS NULL THEN satisfaction END, "
        "CASE WHEN type = 'text' THEN md5_number_lower(text) END FROM answer "
        "WHERE day >= ? AND response_id IN (SELECT unnest(?::UUID[])) ORDER BY rowid",
        values,
    ).fetchall()
    read = _themes(con, [key for *_, key in found if key is not None])
    ratings, themes = defaultdict[str, list[Rating]](list), defaultdict[str, list[str]](list)
    asked = {id: [point] if point else [] for id, point, _ in about}
    for id, type, question, point, satisfaction, key in found:
        themes[id] += read.get(key, ())
        asked[id] += [point] if point else []
        if point and satisfaction is not None and type in ("csat", "rating"):
            ratings[id].append(Rating(question, point, satisfaction))
    return {id: place(ratings[id], themes[id], asked[id], of) for id in asked}


def _themes(con: Connection, keys: list[int]) -> dict[int, list[str]]:
    """Themes that texts speak of without praise, by the key of a text; only of those that were read."""
    if not keys:
        return {}
    return dict(
        con.execute(
            "SELECT text_key, [t.theme FOR t IN themes IF t.mood <= 0] FROM comment_reading "
            "WHERE text_key IN (SELECT unnest(?::UBIGINT[]))", [keys],
        ).fetchall()
    )  # fmt: skip
