"""Opens a workbook in a process of its own: ``python opening.py MOST_ROWS MOST_CELLS < workbook > cells.json``.

The library that opens workbooks asks for whatever memory a stray cell or a hostile file makes it ask for, and then ends
its process, which must not be the one that takes customers' answers. So this one runs alone, with bounded memory, and
knows nothing else of cx.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

Row = list[str | None]

MEMORY_LIMIT = 1 << 30  # bytes of address space
SECONDS_LIMIT = 20
_MOST_CLAIMED = 20_000_000  # cells, most of them empty


def opened(data: bytes, most_rows: int, most_cells: int) -> dict[str, Any]:
    """``sheets``: pairs of name and rows of texts or None; or ``large``, the name of a sheet; or what is ``broken``."""
    import fastexcel

    found: list[tuple[str, list[Row]]] = []
    try:
        book = fastexcel.read_excel(data)
        for sheet in book.sheet_names:
            table = book.load_sheet(sheet, header_row=None, dtypes="string", n_rows=most_rows + 1)
            if table.height * table.width > _MOST_CLAIMED:
                return {"large": sheet}
            rows = _used(zip(*(column.to_pylist() for column in table.to_arrow().columns), strict=True))
            if len(rows) > most_rows or sum(map(len, rows)) > most_cells:
                return {"large": sheet}
            found.append((sheet, rows))
    except BaseException as error:  # noqa: BLE001 - also the library's panics, which are no Exception
        return {"broken": (str(error).splitlines() or [type(error).__name__])[0][:120]}
    return {"sheets": found}


def _used(rows: Iterable[tuple[str | None, ...]]) -> list[Row]:
    """Without the empty cells behind the last one of a row, and without the rows behind the last one: a sheet may claim
    thousands of both."""
    found = [list(row[: next((n for n in range(len(row), 0, -1) if row[n - 1]), 0)]) for row in rows]
    while found and not found[-1]:
        found.pop()
    return found


def _bounded() -> None:
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bounded()
    print(json.dumps(opened(sys.stdin.buffer.read(), *map(int, sys.argv[1:]))))
    sys.stdout.flush()
    os._exit(0)  # at once: taking the library down in order costs as long as reading
