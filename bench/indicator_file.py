"""An indicator file of a million rows in GBK: mapped and validated, against nothing but transcode and read_csv."""

from __future__ import annotations

import codecs
import datetime as dt
import random
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from bench import line
from cx.bank import model as bank
from cx.bank.model import Model
from cx.intake import indicators, uploads
from cx.intake.mappings import IndicatorMapping
from cx.intake.reading import tabular
from cx.store.database import Database
from cx.store.place import ROOT

ROWS, ROUNDS, LIMIT = 1_000_000, 3, 0.5
MAPPING = IndicatorMapping(
    "bench",
    columns={"indicator": "指标名称", "period": "统计月份", "branch": "网点名称", "channel": "渠道", "value": "指标值"},
)
_NOTES = ("系统导出", "网点汇总后上报，已审核", "")


def main(rows: int = ROWS, rounds: int = ROUNDS) -> None:
    """Rows a second of ours, and as a share of the raw rows a second, both measured in turn in the same run."""
    model = bank.load(ROOT / "data" / "model")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "indicators.csv"
        write(path, rows, model)
        raw, ours, loaded = [], [], 0.0
        for _ in range(rounds):
            raw.append(_seconds_raw(path, Path(scratch) / "utf8.csv"))
            checked, loaded = _seconds_ours(path, rows, model)
            ours.append(checked)
    ratio = statistics.median(theirs / mine for mine, theirs in zip(ours, raw, strict=True))
    value = rows / statistics.median(ours)
    line(
        "indicator_file_rows_per_s",
        value,
        LIMIT,
        ratio,
        peer=round(rows / statistics.median(raw)),
        with_load=round(rows / loaded),
    )


def write(path: Path, rows: int, model: Model) -> None:
    """``rows`` different values as a core system exports them: names, Chinese months, thousands with commas, notes."""
    chance = random.Random(20261122)
    known = [
        (one.name["zh"], one.low or 0, one.high or 5000)
        for one in model.indicators.values()
        if one.grain == "month" and not one.computed
    ]
    branches = [branch.name["zh"] for branch in model.branches.values()]
    channels = [label["zh"] for label in model.channels.values()]
    with path.open("w", encoding="gbk", newline="") as out:
        out.write("指标名称,统计月份,网点名称,渠道,指标值,备注\n")
        written, month = 0, 0
        while written < rows:
            period = f"{1970 + month // 12}年{month % 12 + 1}月"
            month += 1
            for name, low, high in known:
                for branch in branches:
                    for channel in channels:
                        if written == rows:
                            return
                        value = f"{low + chance.random() * (high - low):,.2f}"
                        out.write(f'{name},{period},{branch},{channel},"{value}",{_NOTES[written % 3]}\n')
                        written += 1


def _seconds_raw(path: Path, target: Path) -> float:
    began = time.perf_counter()
    decoder = codecs.getincrementaldecoder("gb18030")()
    with path.open("rb") as source, target.open("wb") as out:
        while chunk := source.read(1 << 22):
            out.write(decoder.decode(chunk).encode())
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("CREATE TABLE raw AS SELECT * FROM read_csv(?, all_varchar = true)", [str(target)])
    return time.perf_counter() - began


def _seconds_ours(path: Path, rows: int, model: Model) -> tuple[float, float]:
    began = time.perf_counter()
    with tabular.opened(path, path.name) as table:
        checked = indicators.check(table, MAPPING, model, dt.date(2199, 1, 1))
        seconds = time.perf_counter() - began
        if (checked.total, checked.values) != (0, rows):
            raise AssertionError(f"{checked.total} problems, {checked.values} of {rows} values: {checked.problems[:3]}")
        database = Database(":memory:")
        uploads.load_indicators(database, checked, "bench", dt.datetime(2026, 1, 1))
        database.close()
    return seconds, time.perf_counter() - began


if __name__ == "__main__":
    main()
