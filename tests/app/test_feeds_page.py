"""The page about what other systems send: who is in time, what was refused, tokens shown once, a body tried."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from cx import workbench
from cx.access import tokens
from cx.access.rights import User
from cx.access.tokens import Order
from cx.intake.feeds import receipts
from cx.intake.feeds import taking as feeds
from cx.intake.feeds.sent import Sender
from cx.words import Problem, Refused, Translator

T = Translator("zh")
ADMIN = User("admin", "Admin", "admin", None, "zh")


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.warning, *at.error, *at.success, *at.caption))


def came(bench: workbench.Workbench, moment: dt.datetime, key: str = "key-0001") -> None:
    feed = bench.model.feeds["transfer-probe"]
    body = json.dumps({"events": [{"at": (moment - dt.timedelta(minutes=5)).isoformat(), "ok": True, "ms": 400}] * 3})
    feeds.take_events(bench.database, bench.model, feed, body.encode(), key, Sender("t1", "token:p", "p"), moment)


def test_a_feed_in_time_and_a_silent_one(screen: Callable[..., AppTest], bench: workbench.Workbench) -> None:
    moment = dt.datetime.now(dt.UTC)
    came(bench, moment)
    at = screen("admin/feeds", "cx_manager")
    assert not at.exception
    assert T("feeds.answer", n=2, well=1, refused=0) in said(at)
    with bench.database.writing() as con:
        con.execute("UPDATE feed_receipt SET received_at = received_at - INTERVAL 5 HOUR")
    at.run()
    assert T("feeds.answer", n=2, well=0, refused=0) in said(at)
    name = bench.model.feeds["transfer-probe"].name["zh"]
    assert T("feeds.silent", feed=name, time="5 小时", every="1 小时") in said(at)
    table = at.dataframe[0].value
    row = table[table[T("feeds.col_feed")] == name].iloc[0]
    assert (row[T("feeds.col_batches")], row[T("feeds.col_n")], row[T("feeds.col_values")]) == ("1", "3", "3")


def test_a_token_is_made_shown_once_and_revoked(screen: Callable[..., AppTest], bench: workbench.Workbench) -> None:
    at = screen("admin/feeds")
    at.button(key="feed_make").click().run()
    assert not at.exception and not [code for code in at.code if code.value.startswith("cx_")]
    at.text_input(key="feed_name").set_value("机房一号")
    at.text_input(key="feed_source").set_value("拨测平台")
    at.multiselect(key="feed_feeds").set_value(["transfer-probe"])
    at.button(key="feed_make").click().run()
    assert not at.exception
    shown = [code.value for code in at.code if re.fullmatch(r"cx_[0-9a-f]{12}_[\w-]{43}", code.value)]
    assert len(shown) == 1
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with bench.database.cursor() as con:
        found = tokens.find(con, shown[0], now)
    assert found and found.feeds == {"transfer-probe"} and found.indicators == frozenset() and found.branches is None
    at.run()
    assert not [code for code in at.code if code.value.startswith("cx_")], "shown once"
    at.button(key="feed_revoke_sure").click().run()
    assert not at.exception
    with bench.database.cursor() as con:
        assert tokens.find(con, shown[0], now) is None


def test_only_an_administrator_makes_tokens(screen: Callable[..., AppTest], bench: workbench.Workbench) -> None:
    at = screen("admin/feeds", "cx_manager")
    assert not at.exception and T("feeds.tokens_admin") in said(at)
    assert not [button for button in at.button if button.key in ("feed_make", "feed_revoke_sure")]
    manager = User("cx_manager", "M", "cx_manager", None, "zh")
    with pytest.raises(Refused) as refused:
        tokens.make(bench.database, Order("n", "s", ("transfer-probe",)), manager, dt.datetime.now())
    assert refused.value.problems[0].code == "right_missing"
    at = screen("admin/feeds", "analyst")
    assert not at.dataframe and T("people.right_feeds") in "".join(html.body for html in at.get("html"))


def test_what_was_refused_is_told(screen: Callable[..., AppTest], bench: workbench.Workbench) -> None:
    problems = [Problem("feed_bool", f"events[{place}].ok") for place in range(9)]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    receipts.refuse(bench.database, "t1", "app-events", 422, problems, now)
    at = screen("admin/feeds", "cx_manager")
    assert not at.exception
    assert "`events[0].ok`" in said(at) and T("feeds.refused_more", n="4") in said(at)
    assert problems[0].plainly(T) in said(at)


@pytest.mark.parametrize("to", ["transfer-probe", "app-events", ""])
def test_the_example_is_right_and_is_tried_without_storing(
    screen: Callable[..., AppTest], bench: workbench.Workbench, to: str
) -> None:
    at = screen("admin/feeds", "cx_manager")
    at.selectbox(key="feed_to").set_value(to).run()
    at.button(key="feed_try").click().run()
    assert not at.exception and not at.error, said(at)
    assert any(success.value.startswith("检查通过") for success in at.success)
    at.text_area(key=f"feed_body_{to}").set_value('{"events": [{"phone": "13800138000"}]}').run()
    at.button(key="feed_try").click().run()
    assert at.error and not any(success.value.startswith("检查通过") for success in at.success)
    with bench.database.cursor() as con:
        assert con.execute("SELECT count(*) FROM feed_cell").fetchall() == [(0,)]
        assert con.execute("SELECT count(*) FROM indicator_value").fetchall() == [(0,)]
