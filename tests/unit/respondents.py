"""What tests of the questionnaire share: a place with two small surveys, and a respondent without script."""

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
SURVEYS = {"visit": VISIT, "paged": PAGED}


def place(folder: Path) -> Place:
    """A place with the two surveys."""
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
