"""A dashboard to read: tiles on a grid of six columns, and what is behind each.

Few elements: neighbouring tiles of words and numbers are one, a chart is three. The grid is one container and its style
sheet; columns of Streamlit would be three elements more a tile.
"""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from components import cards, filters, why
from components.boards import tile
from components.boards.narrowing import Chosen
from components.boards.tile import Shown
from components.page import Context
from cx.bank.boards import Board
from cx.output import tiles
from cx.output.tiles import layout

Segment = tuple[list[tuple[Shown, int]], int]  # tiles with their columns, and the columns of all


def show(ctx: Context, board: Board, chosen: Chosen) -> None:
    """The dashboard, and below it (above, where a link opens a tile) what is behind a tile."""
    shown = [_asked(ctx, board, chosen, each.id) for each in board.tiles]
    opened = bool(st.query_params.get("tile"))
    if opened:
        behind(ctx, board, chosen)
    grid(ctx, shown)
    if not opened:
        behind(ctx, board, chosen)


def _asked(ctx: Context, board: Board, chosen: Chosen, id: str) -> Shown:
    found = board.tile(id)
    assert found is not None
    asked = chosen.asking(ctx, found)
    params = {name: value for name, value in st.query_params.items() if name != "tile"}
    href = "?" + urlencode(params | {"board": board.id, "tile": id})
    return tile.ask(ctx, found, asked, href, chosen.note(ctx, found, asked))


def grid(ctx: Context, shown: list[Shown], name: str = "board") -> None:
    """Tiles where :func:`cx.output.tiles.layout.rows` puts them."""
    by_id = {each.tile.id: each for each in shown}
    segments = _segments([[(by_id[t.id], span) for t, span in row] for row in layout.rows(s.tile for s in shown)])
    st.html(tile.CSS.replace("</style>", f"{_style(name, [span for _, span in segments])}</style>"))
    with st.container(key=f"cx_{name}"):
        for some, span in segments:
            if some[0][0].charted:
                each = some[0][0]
                with st.container(border=True, height="stretch", gap="xsmall", key=f"{name}_{each.tile.id}"):
                    tile.chart(ctx, each, f"{name}_chart_{each.tile.id}")
            else:
                inside = "".join(tile.html(ctx, each, width) for each, width in some)
                columns = f"grid-template-columns: repeat({span}, minmax(0, 1fr))"
                st.html(f'<div class="cx-tiles" style="{columns}">{inside}</div>')


def _segments(rows: list[list[tuple[Shown, int]]]) -> list[Segment]:
    """Neighbours that are HTML stand in one element, within a row and over whole rows."""
    found: list[Segment] = []
    for row in rows:
        parts: list[Segment] = []
        for each, span in row:
            if parts and not each.charted and not parts[-1][0][-1][0].charted:
                parts[-1] = ([*parts[-1][0], (each, span)], parts[-1][1] + span)
            else:
                parts.append(([(each, span)], span))
        whole = len(parts) == 1 and parts[0][1] == layout.COLUMNS and not parts[0][0][0][0].charted
        if whole and found and found[-1][1] == layout.COLUMNS and not found[-1][0][0][0].charted:
            found[-1] = ([*found[-1][0], *parts[0][0]], layout.COLUMNS)
        else:
            found += parts
    return found


def _style(name: str, spans: list[int]) -> str:
    board = f".stMain .st-key-cx_{name}"
    own = "".join(
        f"{board} > :nth-child({at}) {{ grid-column: span {span}; }}\n" for at, span in enumerate(spans, start=1)
    )
    return (
        f"{board} {{ display: grid; grid-template-columns: repeat({layout.COLUMNS}, minmax(0, 1fr)); gap: 14px;\n"
        f"  align-items: stretch; }} {board} > * {{ width: auto; min-width: 0; }} {own}"
        f"{board} .stHtml {{ height: 100%; }}\n"
        f"@media (max-width: 900px) {{ {board} > :nth-child(n) {{ grid-column: span {layout.COLUMNS}; }} }}\n"
        f"@media (max-width: 640px) {{ {board} .cx-tiles {{ display: block; }}\n"
        f"  {board} .cx-tile {{ margin-bottom: 10px; }} }}\n"
    )


@st.fragment
def behind(ctx: Context, board: Board, chosen: Chosen) -> None:
    """One tile's figures, definition and download; nothing is drawn before one is chosen."""
    t = ctx.t
    known = {each.id: each for each in board.tiles if each.chart != "text"}
    if not known:
        return
    names = {id: tiles.title(each, t, ctx.model) for id, each in known.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        id = filters.select(
            "tile", ("", *known), lambda v: names[v] if v else t("boards.behind_none"), t("boards.behind_pick"),
            titled=True, width=420,
        )  # fmt: skip
        if not id:
            return
        shown = _asked(ctx, board, chosen, id)
        rows = tiles.rows(shown.tile, shown.found, t, ctx.model)
        if rows:
            st.download_button(
                t("boards.behind_csv"), tiles.csv_bytes(rows), file_name=f"cx-{board.id}-{id}.csv", mime="text/csv",
                icon=":material/download:", key=f"csv_{id}", on_click="ignore",
            )  # fmt: skip
        if shown.found.measured is not None:
            why.popover(ctx, f"tile_{id}", shown.found.measured)
    if rows:
        whole = [{name: "" if cell is None else cell for name, cell in row.items()} for row in rows]
        cards.table(whole, f"behind_{id}", names[id])
