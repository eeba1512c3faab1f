"""Random layouts of one known table of indicators, as banks write them: the figures are known, only the form varies."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass

import openpyxl

INDICATORS = {  # name, unit as a bank would write it, how many of it make one of the dictionary's, largest
    "queue_minutes": ("平均排队时长", (("分钟", 1), ("秒", 60)), 60),
    "abandonment_rate": ("取号后放弃率", (("%", 1), ("‰", 10)), 90),
    "smart_counter_share": ("智能柜台分流率", (("%", 1),), 90),
}
BRANCHES = {
    "b0101": "静安寺支行", "b0102": "徐家汇支行", "b0103": "虹桥支行", "b0201": "陆家嘴支行", "b0202": "张江支行"
}  # fmt: skip
MONTHS = [dt.date(2025, month, 1) for month in range(1, 7)]
Truth = dict[tuple[str, dt.date, str], float]
SPELLED = (
    lambda d: f"{d.year}年{d.month}月", lambda d: f"{d:%Y-%m}", lambda d: f"{d:%Y%m}", lambda d: f"{d:%b-%y}",
    lambda d: f"{d.month}月", lambda d: f"{d.month}月份", lambda d: f"{d:%Y/%m}", lambda d: f"{d:%B %Y}",
    lambda d: f"{d:%Y}年{'一二三四五六七八九十'[d.month - 1]}月",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A file: its ``rows`` as text, the ``truth`` in the dictionary's units, and ``about``, for messages."""

    rows: list[list[str]]
    truth: Truth
    about: str
    name: str


def made(seed: int) -> Made:
    """One layout."""
    pick = random.Random(seed)
    indicators = pick.sample(sorted(INDICATORS), pick.randint(1, 3))
    branches, months = pick.sample(sorted(BRANCHES), pick.randint(2, 5)), MONTHS[: pick.randint(2, 6)]
    truth = {
        (i, m, b): round(pick.uniform(3, INDICATORS[i][2]), 2) for i in indicators for m in months for b in branches
    }
    units = {i: pick.choice(INDICATORS[i][1]) for i in indicators}
    marked = pick.random() < 0.6
    units = units if marked else {i: INDICATORS[i][1][0] for i in indicators}
    across = pick.choice([(), ("i",), ("m",), ("b",), ("i", "m"), ("m", "i"), ("i", "b"), ("b", "m"), ("m", "b")])
    spell = pick.choice(SPELLED)
    yearless = spell(MONTHS[0]) in ("1月", "1月份")
    name = {i: INDICATORS[i][0] + (f"（{units[i][0]}）" if marked else "") for i in indicators}
    text = {"i": lambda i: name[i], "m": spell, "b": lambda b: BRANCHES[b]}
    members = {"i": indicators, "m": months, "b": branches}
    title = {"i": "指标名称", "m": "统计月份", "b": "网点名称"}
    down = [key for key in "imb" if key not in across]
    pick.shuffle(down)

    def figure(i: str, m: dt.date, b: str) -> str:
        value = truth[i, m, b] * units[i][1]
        return f"{value:,.2f}" if pick.random() < 0.3 else f"{value:.2f}"

    def products(keys: list[str] | tuple[str, ...]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = [{}]
        for key in keys:
            found = [{**one, key: member} for one in found for member in members[key]]
        return found

    columns = products(across)
    heads = [[title[key] for key in down] + [text[key](one[key]) for one in columns] for key in across]
    if not across:
        heads = [[title[key] for key in down] + ["指标值"]]
    for place, row in enumerate(heads):
        if len(heads) > 1:
            if place:
                row[: len(down)] = [""] * len(down)
            else:
                row[len(down) :] = [
                    cell if not at or row[len(down) + at - 1] != cell else ""
                    for at, cell in enumerate(row[len(down) :])
                ]
    body = []
    lines = products(down)
    if pick.random() < 0.3:
        pick.shuffle(lines)
    for line in lines:
        cells = [figure(**{**line, **one}) for one in columns]
        body.append([text[key](line[key]) for key in down] + cells)
    said = []
    if "b" in down and pick.random() < 0.5:
        at, word = (
            down.index("b"),
            pick.choice(["合计", "总计", "全行", "小计", "平均", "沪西小计", "Total", "网点平均"]),
        )
        total = [text[key](members[key][0]) for key in down] + [f"{pick.uniform(3, 60):.2f}" for _ in columns]
        total[at] = word
        body.insert(pick.choice([len(body), 0, len(body) // 2]), total)
        said.append(word)
    if pick.random() < 0.4:
        word = pick.choice(["同比", "环比", "排名", "累计", "同比增减"])
        heads[0].append(word)
        for row in heads[1:]:
            row.append("")
        for row in body:
            row.append(f"{pick.uniform(-3, 3):.2f}")
        said.append(word)
    width = len(heads[0])
    above = []
    if yearless and pick.random() < 0.8:
        above.append(pick.choice(["2025年网点指标", "2025年上半年服务指标一览", "申江银行 2025 年度"]))
    elif pick.random() < 0.4:
        above.append(pick.choice(["网点服务指标表", "运营管理部 报表"]))
    if above and pick.random() < 0.3:
        above.append("")
    if pick.random() < 0.2:
        body.insert(len(body) // 2, heads[-1][:] if len(heads) == 1 else [""] * width)
    below = pick.choice(
        [[], ["注：以上数据来自排队叫号系统"], ["制表人：张三"], ["", "数据来源：运营管理部", "1. 小数保留两位"]]
    )
    rows = (
        [[line, *[""] * (width - 1)] for line in above] + heads + body + [[line, *[""] * (width - 1)] for line in below]
    )
    about = f"{seed}: {'×'.join(across) or 'long'} down {''.join(down)} {spell(MONTHS[0])} {units} {said} {below}"
    return Made(rows, truth, about, "网点指标.csv")


def as_csv(made: Made, pick: random.Random) -> bytes:
    """The rows as text in one of the encodings and delimiters that tools write."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=pick.choice(",;\t"), lineterminator=pick.choice(["\n", "\r\n"]))
    writer.writerows(made.rows)
    return out.getvalue().encode(pick.choice(["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"]))


def as_xlsx(made: Made) -> bytes:
    """The rows as a workbook, figures as numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in made.rows:
        sheet.append([_cell(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(text: str) -> str | float | None:
    bare = text.replace(",", "")
    return None if not text else float(bare) if bare.lstrip("-").replace(".", "", 1).isdigit() else text
