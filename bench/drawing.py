"""What benchmarks of screens share: a bare page, and the statements that a drawing sends, sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from cx.store.database import Database

Said = list[tuple[str, Any]]
BARE = """
import streamlit as st
st.title("bare")
rows = [{"a": n, "b": n * n % 7} for n in range(40)]
y = {"field": "b", "type": "quantitative"}
st.vega_lite_chart(rows, {"mark": "bar", "encoding": {"x": {"field": "a"}, "y": y}})
st.dataframe(rows)
"""


def bare() -> AppTest:
    """A page of one chart and one table, drawn once."""
    page = AppTest.from_string(BARE, default_timeout=60)
    page.run()
    return page


def heard(db: Database, drawn: Callable[[], object]) -> Said:
    """The statements, with their parameters, that the second drawing sends."""
    drawn()
    said: Said = []
    plain = db.cursor
    db.cursor = lambda: _Heard(plain(), said)  # type: ignore[assignment, return-value]
    drawn()
    db.cursor = plain  # type: ignore[method-assign]
    return said


def again(con: Any, said: Said) -> None:
    """Send them, each with its rows fetched as tuples, and close the cursor."""
    for sql, parameters in said:
        con.execute(sql, parameters).fetchall()
    con.close()


class _Heard:
    """A cursor that notes what is asked."""

    def __init__(self, con: Any, said: Said) -> None:
        self._con, self._said = con, said

    def execute(self, sql: str, parameters: Any = None) -> Any:
        self._said.append((sql, parameters))
        return self._con.execute(sql, parameters)

    def __enter__(self) -> _Heard:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)
