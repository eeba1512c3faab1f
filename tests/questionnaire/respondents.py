"""What tests of the questionnaire share: a place with small surveys, and a respondent without script."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

from starlette.applications import Starlette
from starlette.testclient import TestClient

from cx import workbench
from cx.store.place import Place
from web import questionnaire
from web.security import Security

VISIT = """
id: visit
version: 1.0.0
title: {zh: 今天的服务怎么样？, en: How was your visit?}
purpose: {zh: 改进网点服务, en: improving our branches}
retention_days: 730
nps_kind: transactional
about: {business_line: retail}
prefill: [branch, channel, waited]
questions:
  - {id: nps, type: nps, required: true, label: {zh: 您有多大可能推荐我们？, en: How likely are you to recommend us?}}
  - id: waited
    type: single
    label: {zh: 等了多久？, en: How long did you wait?}
    choices: [{id: short, label: {zh: 不到 5 分钟, en: Under 5 minutes}}, {id: long, label: {zh: 更久, en: Longer}}]
  - {id: reason, type: text, long: true, show_if: nps <= 6, label: {zh: 哪里不满意？, en: What went wrong?}}
"""
PAGED = """
id: paged
version: 1.0.0
title: {zh: 手机银行, en: Mobile app}
pages:
  - questions:
      - {id: ease, type: ces, required: true, label: {zh: 容易吗？, en: Was it easy?}}
      - {id: done, type: yes_no, required: true, label: {zh: 办成了吗？, en: Did it work?}}
  - show_if: done == false
    questions:
      - {id: why, type: text, required: true, label: {zh: 为什么？, en: Why not?}}
  - questions:
      - id: used
        type: multiple
        label: {zh: 常用什么？, en: What do you use?}
        choices: [{id: pay, label: {zh: 转账, en: Pay}}, {id: save, label: {zh: 理财, en: Save}}]
      - {id: times, type: number, min: 0, max: 100, label: {zh: 几次？, en: How often?}}
      - {id: day, type: date, label: {zh: 哪天？, en: Which day?}}
      - {id: login, type: rating, not_applicable: true, label: {zh: 登录, en: Sign-in}}
"""
KINDS = """
id: kinds
version: 1.0.0
title: {zh: 新题型, en: Kinds}
questions:
  - id: rated
    type: matrix
    points: 5
    not_applicable: true
    required: true
    labels: {low: {zh: 差, en: Poor}, high: {zh: 好, en: Good}}
    label: {zh: 请打分, en: Please rate}
    rows: [{id: queue, label: {zh: 排队, en: Queue}}, {id: staff, label: {zh: 员工, en: Staff}}]
  - id: used
    type: matrix
    label: {zh: 用过吗？, en: Used?}
    choices: [{id: often, label: {zh: 常用, en: Often}}, {id: never, label: {zh: 没用过, en: Never}}]
    rows: [{id: app, label: {zh: 手机银行, en: App}}]
  - id: ranked
    type: ranking
    max_choices: 2
    label: {zh: 看重什么？, en: What matters?}
    choices:
      - {id: wait, label: {zh: 等待, en: Waiting}}
      - {id: staff, label: {zh: 态度, en: Staff}}
      - {id: place, label: {zh: 环境, en: Place}}
  - id: minutes
    type: slider
    min: 0
    max: 60
    step: 5
    unit: {zh: 分钟, en: minutes}
    label: {zh: 等多久？, en: How long?}
  - id: why
    type: single
    label: {zh: 办什么？, en: What for?}
    choices: [{id: card, label: {zh: 办卡, en: A card}}, {id: other, other: true, label: {zh: 其他, en: Other}}]
  - {id: booking, type: kano, label: {zh: 预约取号, en: Booking}}
  - id: items
    type: maxdiff
    per_set: 3
    label: {zh: 最看重？, en: Best and worst?}
    choices:
      - {id: a, label: 甲}
      - {id: b, label: 乙}
      - {id: c, label: 丙}
      - {id: d, label: 丁}
  - {id: call, type: contact, label: {zh: 联系您？, en: Contact you?}}
"""
SHARED = """
id: shared
version: 1.0.0
title: {zh: 分享, en: Shared}
thanks: {zh: "谢谢{{name|您}}！", en: "Thank you {{name|dear guest}}!"}
quotas: [{id: young, when: age < 30, limit: 1, message: {zh: 年轻客户够了, en: Enough young people}}]
pages:
  - questions:
      - {id: name, type: text, label: {zh: 怎么称呼？, en: Your name?}}
      - {id: age, type: number, required: true, label: {zh: 年龄？, en: Age?}, skip: [{if: age > 90, to: end}]}
  - questions:
      - id: shuffled
        type: single
        order: random
        label: {zh: "{{name|您}}，选哪个？", en: "{{name|You}}, which one?"}
        choices: [{id: a, label: A}, {id: b, label: B}, {id: c, label: C}, {id: d, label: D}, {id: e, label: E}]
      - {id: twice, type: computed, value: age * 2, label: {zh: 双倍, en: Double}}
"""
WALK = """
id: walk
version: 1.0.0
kind: walk
title: {zh: 走查, en: Walk-through}
questions:
  - {id: clean, type: yes_no, required: true, label: {zh: 干净吗？, en: Clean?}}
  - {id: seen, type: photo, max_photos: 2, label: {zh: 拍照, en: Take photos}}
"""
SURVEYS = {"visit": VISIT, "paged": PAGED, "kinds": KINDS, "shared": SHARED, "walk": WALK}


def place(folder: Path) -> Place:
    """A place with the surveys."""
    surveys = folder / "surveys"
    surveys.mkdir(exist_ok=True)
    for name, text in SURVEYS.items():
        (surveys / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Place(folder / "data", surveys)


def client(host: str = "http://testserver") -> TestClient:
    """A browser without script, with the product's own security in front."""
    app = Security(Starlette(routes=questionnaire.routes), frozenset(("s",)), workbench.current().accounts.who)
    return TestClient(app, base_url=host, headers={"accept-language": "zh-CN,zh;q=0.9"})


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the form."""
    return {name: unescape(v) for name, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)}


def fill(browser: TestClient, page: object, url: str, status: int | None = None, **answers: object):
    """Post the form on ``page`` with these answers; does not follow; ``location`` becomes absolute."""
    answer = browser.post(url, data={**hidden(page.text), "_go": "on", **answers}, follow_redirects=False)  # type: ignore[attr-defined]
    assert status is None or answer.status_code == status, answer.text
    if "location" in answer.headers:
        answer.headers["location"] = urljoin(url, answer.headers["location"])
    return answer


def rows(table: str, columns: str = "*", order: str = "1") -> list[tuple]:
    """Rows of a table, once everything durable has landed."""
    bench = workbench.current()
    bench.journal.flush()
    with bench.database.cursor() as con:
        return con.execute(f"SELECT {columns} FROM {table} ORDER BY {order}").fetchall()
