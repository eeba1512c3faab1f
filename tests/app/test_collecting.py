"""Personal links over HTTP, and the screens of collecting as managers and others see them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from planted import Bank
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components import filters
from cx import workbench
from cx.collect import invitations, lists, quality, reach, secret, signals
from cx.collect.invitations import Created, Order
from cx.collect.measured import MEASURED
from cx.store import audit
from cx.store.database import Database
from cx.survey.schema import Sampling
from cx.words import Translator
from web import invited
from web.direct import Direct
from web.guesses import GUESSES, Guesses
from web.routes import OPEN, ROUTES
from web.security import Security

SURVEYS = {
    "visit": """
id: visit
version: 1.0.0
title: {zh: 今天的服务怎么样？, en: How was your visit?}
nps_kind: transactional
questions:
  - {id: nps, type: nps, required: true, label: {zh: 您有多大可能推荐我们？, en: How likely are you to recommend us?}}
""",
    "paged": """
id: paged
version: 1.0.0
title: {zh: 手机银行, en: Mobile app}
pages:
  - questions: [{id: ease, type: ces, required: true, label: {zh: 容易吗？, en: Was it easy?}}]
  - questions: [{id: done, type: yes_no, required: true, label: {zh: 办成了吗？, en: Did it work?}}]
""",
}
LIST = "客户号,手机号,网点,渠道,语言\n" + "".join(
    f"C{n:03},1380000{n:04},静安寺支行,branch,{'中文' if n % 2 else 'en'}\n" for n in range(30)
)
T = Translator("zh")
Screen = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def surveys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small surveys; requested before ``bench`` opens."""
    folder = tmp_path / "surveys"
    folder.mkdir()
    for name, text in SURVEYS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CX_SURVEYS", str(folder))
    monkeypatch.setattr(invited, "guesses", Guesses())


def invite(bench: workbench.Workbench, survey: str = "visit", name: str = "1", days: int = 20) -> Created:
    """All of the list."""
    sheet = lists.read(LIST.encode(), "list.csv")
    key = secret.load(bench.place.data)
    people = lists.people(sheet, lists.guess(sheet), bench.model, key)
    today = dt.date.today()
    found = bench.shelf.get(survey)
    assert found is not None
    order = Order(found, f"{survey} {name}", today + dt.timedelta(days=days), Sampling())
    return invitations.create(bench.database, people, order, key, "cx_manager", today)


def phone(address: str = "198.51.100.7") -> TestClient:
    """Somebody's browser, with the product's own short way and security in front."""
    who = workbench.current().accounts.who
    app = Direct(Security(Starlette(routes=ROUTES), OPEN, who))
    return TestClient(app, client=(address, 5000), headers={"accept-language": "zh-CN"}, follow_redirects=False)


def send(browser: TestClient, url: str, html: str, **answers: str):
    """Hand in the form that a page shows."""
    fields = {name: unescape(v) for name, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)}
    return browser.post(url, data={**fields, "_go": "on", **answers})


def stored(columns: str) -> list[tuple]:
    bench = workbench.current()
    bench.journal.flush()
    with bench.database.cursor() as con:
        return con.execute(f"SELECT {columns} FROM response ORDER BY 1").fetchall()


def funnel(bench: workbench.Workbench) -> dict[str, int]:
    bench.reach.flush()
    with bench.database.cursor() as con:
        [found] = reach.invited(con)
    return dict(found.counts)


def test_a_personal_link_answers_once_with_its_own_dimensions(bench: workbench.Workbench) -> None:
    created, browser = invite(bench), phone()
    url = f"/i/{created.tokens[2]}"
    page = browser.get(url + "?branch=b0103&mode=kiosk")
    assert page.status_code == 200 and "静安寺" in page.text or "Jing" in page.text
    assert '<html lang="en"' in page.text, "the list says so, whatever the browser"
    assert page.headers["cache-control"] == "no-store"
    sent = send(browser, url, page.text, nps="9")
    assert sent.status_code == 303
    thanks = browser.get(urljoin(url, sent.headers["location"]))
    assert 'class="code"' in thanks.text and "correct" not in thanks.text.lower()
    branch = next(iter(bench.model.branches))
    assert stored("survey_id, mode, branch, channel, lang, nps") == [("visit", "invite", branch, "branch", "en", 9)]
    for again in (phone(), browser):
        page = again.get(url)
        assert page.status_code == 200 and "<form" not in page.text and " checked" not in page.text
        assert "code" not in re.sub(r"<style>.*?</style>", "", page.text, flags=re.S)
    assert send(browser, url, thanks.text, nps="0", _sid=secret.submission_id(created.tokens[2])).status_code == 200
    once = browser.get(urljoin(url, sent.headers["location"]))
    assert once.status_code == 303, "the receipt is shown once"
    assert stored("nps") == [(9,)]
    assert funnel(bench)["completed"] == 1


def test_another_submission_cannot_ride_on_a_link(bench: workbench.Workbench) -> None:
    created, browser = invite(bench), phone()
    url = f"/i/{created.tokens[2]}"
    html = browser.get(url).text
    send(browser, url, html, nps="9", _sid="00000000-0000-4000-8000-000000000001")
    send(browser, url, html, nps="1", _sid="00000000-0000-4000-8000-000000000002")
    assert stored("nps") == [(9,)]


def test_half_an_answer_goes_on_on_another_phone(bench: workbench.Workbench) -> None:
    created, first = invite(bench, "paged"), phone()
    url = f"/i/{created.tokens[3]}"
    sent = send(first, url, first.get(url).text, ease="6")
    assert sent.status_code == 303 and created.tokens[3] in urljoin(url, sent.headers["location"])
    assert "done" in first.get(urljoin(url, sent.headers["location"])).text
    steps = funnel(bench)
    assert (steps["opened"], steps["started"], steps["completed"]) == (1, 1, 0)
    second = phone("203.0.113.9")
    page = second.get(url)
    assert page.status_code == 200 and re.search(r'name="ease" value="6"[^>]*checked', page.text)
    on = send(second, url, page.text, ease="6")
    there = urljoin(url, on.headers["location"])
    done = send(second, there, second.get(there).text, done="yes")
    assert "thanks" in done.headers["location"]
    assert stored("ces, mode") == [(6, "invite")] and funnel(bench)["completed"] == 1
    assert "<form" not in first.get(url).text


def test_a_mark_lost_in_a_crash_is_made_again(bench: workbench.Workbench) -> None:
    created, browser = invite(bench), phone()
    url = f"/i/{created.tokens[4]}"
    send(browser, url, browser.get(url).text, nps="9")
    bench.reach.flush()
    with bench.database.writing() as con:
        con.execute("UPDATE invitation SET completed_day = NULL")
    assert "<form" not in phone().get(url).text
    assert funnel(bench)["completed"] == 1


def test_unknown_revoked_and_expired_links_get_one_page_and_guessing_ends(bench: workbench.Workbench) -> None:
    created, browser = invite(bench), phone()
    with bench.database.writing() as con:
        con.execute("UPDATE invitation_wave SET last_day = current_date - 1")
    expired = browser.get(f"/i/{created.tokens[5]}")
    other = invite(bench, "paged")
    invitations.revoke(bench.database, other.wave_id, "cx_manager")
    revoked = browser.get(f"/i/{other.tokens[5]}")
    unknown = browser.get(f"/i/{secret.token()}")
    assert {each.status_code for each in (expired, revoked, unknown)} == {404}
    assert len({each.text for each in (expired, revoked, unknown)}) == 1
    codes = [browser.get(f"/i/{secret.token()}").status_code for _ in range(GUESSES)]
    assert codes == [404] * (GUESSES - 1) + [429]
    refused = browser.post(f"/i/{secret.token()}", data={})
    assert refused.status_code == 429 and refused.headers["retry-after"] == "600"
    assert T("survey_page.invite_guessing") in refused.text
    assert phone("192.0.2.1").get(f"/i/{secret.token()}").status_code == 404, "another address is not to blame"
    living = invite(bench, "visit", "2")
    assert browser.get(f"/i/{living.tokens[2]}").status_code == 200, "true links work behind the same address"


def test_open_links_are_counted_without_another_cookie(bench: workbench.Workbench) -> None:
    browser = phone()
    for mode in ("qr", "qr", "link"):
        browser.cookies.clear()
        page = browser.get(f"/s/visit?branch=b0101&channel=branch&mode={mode}")
        assert set(browser.cookies) <= {"cx_s"}
        browser.get(f"/s/visit?branch=b0101&channel=branch&mode={mode}")
    send(browser, "/s/visit?branch=b0101&channel=branch", page.text, nps="3")
    bench.reach.flush()
    with bench.database.cursor() as con:
        found = dict(reach.open_links(con, "visit", dt.date.today()))
    assert found["qr"].counts["opened"] == 2
    assert [found["link"].counts[step] for step in reach.STEPS[3:]] == [1, 1, 1]


def upload(at: AppTest, text: str = LIST, place: int = 0) -> AppTest:
    at.file_uploader[place].set_value(("名单.csv", text.encode("gb18030"), "text/csv"))
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    return " ".join(
        str(each.value) for each in (*at.markdown, *at.caption, *at.success, *at.warning, *at.error)
    ) + " ".join(each.proto.body for each in at.get("html"))


def test_a_manager_goes_from_list_to_links_and_to_reminders(screen: Screen, bench: workbench.Workbench) -> None:
    at = upload(screen("listen/invitations", "cx_manager"))
    assert "手机号" in shown(at) and T("invitations.outcome", rows="30", invited="30", left="0") in shown(at)
    at.button(key="inv_make").click()
    at.run()
    assert not at.exception
    assert T("invitations.made_once") in shown(at)
    assert len(list(at.get("download_button"))) >= 4
    [wave] = invitations.waves(bench.database.cursor())
    assert (wave.invited, wave.created_by) == (30, "cx_manager")
    at.button(key="inv_saved").click()
    at.run()
    assert not at.exception and T("invitations.made_once") not in shown(at)
    token_hash = bench.database.cursor().execute("SELECT min(token_hash) FROM invitation").fetchall()[0][0]
    bench.reach.mark(token_hash, "completed")
    at.run()
    assert T("invitations.rate", value="3%", low="1%", high="17%") in shown(at)
    upload(at, LIST, 1)
    assert T("invitations.remind_outcome", invited="30", due="29") in shown(at)


def test_whom_to_ask_is_chosen_by_clicks_or_with_the_headers_of_the_list(screen: Screen) -> None:
    at = upload(screen("listen/invitations", "cx_manager"))
    at.selectbox(key="inv_only_paged").set_value("语言").run()
    at.multiselect(key="inv_values_paged_语言").set_value(["en"]).run()
    assert not at.exception and T("invitations.outcome", rows="30", invited="15", left="15") in shown(at)
    at.text_input(key="inv_who_paged").set_value("语言 == 'zh'").run()
    assert T("invitations.outcome", rows="30", invited="0", left="30") in shown(at)


def test_two_surveys_do_not_ask_the_same_customer_twice(screen: Screen, bench: workbench.Workbench) -> None:
    invite(bench, "paged")
    at = screen("listen/invitations", "cx_manager")
    at.selectbox(key="filter_survey").set_value("visit")
    at.run()
    upload(at, LIST + "C900,,静安寺支行,branch,en\n")
    assert T("invitations.outcome", rows="31", invited="1", left="30") in shown(at)
    assert T("invitations.about_quarantine", days=30) in shown(at)
    at.number_input(key="inv_days_visit").set_value(0)
    at.run()
    assert T("invitations.outcome", rows="31", invited="31", left="0") in shown(at)


@pytest.mark.parametrize("role", ["analyst", "branch_manager", "branch_staff", "viewer"])
def test_invitations_are_closed_to_other_roles(screen: Screen, role: str) -> None:
    at = screen("listen/invitations", role)
    assert not at.exception and not at.file_uploader and not at.button
    assert T("people.right_invite") in shown(at)


KIOSK = "/s/visit?branch=b0101&channel=branch&mode=kiosk"


def hand(browser: TestClient, sid: str, url: str = KIOSK, **fields: str):
    """What the kiosk's script sends."""
    html = browser.get(url).text
    hidden = {name: unescape(v) for name, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)}
    return browser.post(url.replace("?", "/kept?"), data={**hidden, "_sid": sid, "_took": "20", **fields})


def test_an_answer_that_a_kiosk_kept_counts_once_as_of_then(bench: workbench.Workbench) -> None:
    browser = phone()
    assert 'data-kept="visit/kept?' in browser.get(KIOSK).text
    [(sid, code), *_] = browser.get(KIOSK.replace("?", "/ready?")).json()["ready"]
    for ago in ("90000", "90300"):
        sent = hand(browser, sid, nps="9", _ago=ago)
        assert (sent.status_code, sent.json()["state"], sent.json()["code"]) == (200, "stored", code)
    yesterday = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(seconds=90_000)
    [(at, day, *rest)] = stored("submitted_at, day, seconds, mode, nps, receipt")
    assert abs((at - yesterday).total_seconds()) < 30 and rest == [20, "kiosk", 9, code]
    assert day == (dt.datetime.now() - dt.timedelta(seconds=90_000)).date()
    bench.reach.flush()
    with bench.database.cursor() as con:
        [(_, found)] = reach.open_links(con, "visit", dt.date.today())
    assert found.counts["completed"] == 1


def test_a_kept_answer_is_taken_though_something_is_wrong_with_it(bench: workbench.Workbench) -> None:
    browser = phone()
    sid = "0e51a1b2-0000-4000-a000-000000000001"
    live = hand(browser, sid, nps="eleven", _live="1")
    assert live.json() == {"state": "again"} and not stored("nps")
    assert hand(browser, sid, nps="eleven").status_code == 422, "nothing that can be read"
    old = hand(browser, sid, nps="8", _d="0123456789abcdef")
    assert old.json()["state"] == "stored", "a version that nobody knows any more"
    assert stored("nps") == [(8,)]


@pytest.mark.parametrize("url", [KIOSK.replace("kiosk", "qr"), KIOSK.replace("visit", "paged")])
def test_only_a_kiosk_with_a_survey_of_one_page_keeps_answers(bench: workbench.Workbench, url: str) -> None:
    browser = phone()
    assert "/kept?" not in browser.get(url).text
    sent = hand(browser, "0e51a1b2-0000-4000-a000-000000000001", url, nps="9", ease="3")
    assert sent.status_code == 422 and not stored("nps")
    assert browser.get(url.replace("?", "/ready?")).status_code == 422


def test_a_closed_survey_takes_what_was_said_while_it_was_open(bench: workbench.Workbench, tmp_path: Path) -> None:
    browser, yesterday = phone(), dt.date.today() - dt.timedelta(days=1)
    sid = "0e51a1b2-0000-4000-a000-00000000000"
    html = browser.get(KIOSK).text
    file = tmp_path / "surveys" / "visit.yaml"
    file.write_text(SURVEYS["visit"] + f"closes: {yesterday}\n", encoding="utf-8")
    deadline = dt.datetime.now() + dt.timedelta(seconds=60)
    while browser.get(KIOSK).status_code == 200 and dt.datetime.now() < deadline:
        pass
    assert browser.get(KIOSK).status_code == 410
    hidden = {name: unescape(v) for name, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)}
    states = [
        browser.post(
            KIOSK.replace("?", "/kept?"), data={**hidden, "_d": "", "_sid": sid + last, "nps": "7", "_ago": ago}
        ).status_code
        for last, ago in (("1", "60"), ("2", "90000"))
    ]
    assert states == [422, 200]


def test_the_worker_may_serve_kiosks_alone(bench: workbench.Workbench) -> None:
    answer = phone().get("/s/-/kiosk.js")
    assert answer.status_code == 200 and answer.headers["service-worker-allowed"] == "/s/"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_rules_err_as_rarely_as_the_screen_says(demo_bank: Database) -> None:
    """The demo bank's responses are genuine: whatever a rule finds there is a false alarm."""
    found = signals.look(demo_bank.cursor(), quality.EVER)
    assert {rule: (each.n["demo"], len(each.found)) for rule, each in found.items()} == {
        rule: (each.judged, each.flagged) for rule, each in MEASURED.items()
    }


def test_quality_from_check_to_decision_on_screen(screen: Screen, bench: workbench.Workbench) -> None:
    bank = Bank()
    now = dt.datetime.now().replace(microsecond=0) - dt.timedelta(days=3)
    for n in range(60):
        at, seconds = now + dt.timedelta(minutes=20 * n), 5 if n < 3 else 60
        bank.add(at, "b0101", "link", seconds, [4, 5, 3], 9, "办得很快，谢谢", "visit")
    bank.store(bench.database)
    at = screen("listen/quality", "analyst")
    assert T("quality.headline", n="60", out="0", share="0.0%") in shown(at)
    at.button(key="q_run").click()
    at.run()
    assert not at.exception and T("quality.headline", n="60", out="3", share="5.0%") in shown(at)
    table = at.dataframe[-1].value
    assert list(table[T("quality.seconds")]) == [5, 5, 5] and "谢谢" in table[T("quality.words")][0]
    at.button(key="q_shown_flagged").click()
    at.run()
    assert not at.exception and T("quality.headline", n="60", out="0", share="0.0%") in shown(at)
    entries = audit.entries(bench.database.cursor(), actions=("quality_lifted", "quality_run"))
    assert [(each.who, each.action) for each in entries] == [("analyst", "quality_lifted"), ("analyst", "quality_run")]
    at.toggle(key="q_on_speeder_True").set_value(False)
    at.run()
    assert not at.exception and not quality.standings(bench.database.cursor())[0].on


@pytest.mark.parametrize("role", ["branch_manager", "branch_staff", "viewer"])
def test_quality_is_closed_to_other_roles(screen: Screen, role: str) -> None:
    at = screen("listen/quality", role)
    assert not at.exception and not at.button and not at.dataframe
    assert T("people.right_quality") in shown(at)


def test_staff_assisted_answers_are_marked_and_can_be_filtered(bench: workbench.Workbench) -> None:
    assert bench.model.label("mode", "staff", T) == T("bank.mode_staff")
    assert bench.model.label("mode", "invite", T) == T("bank.mode_invite")
    assert "mode" in filters.MORE
