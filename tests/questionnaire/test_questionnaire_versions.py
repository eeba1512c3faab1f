"""Two versions of a survey by the same links: chance decides once, and everything after keeps to it."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cx import workbench
from cx.act.experiments import assigning, counting, keeping
from cx.act.experiments.definition import Arm, Definition
from cx.collect import invitations, lists, secret
from cx.collect.invitations import Order
from cx.measure.scope import WHOLE_BANK
from cx.survey.schema import Sampling
from cx.words import Refused
from questionnaire.respondents import PAGED, VISIT, fill, hidden, rows
from web.direct import Direct
from web.routes import OPEN, ROUTES
from web.security import Security

TODAY = dt.date.today()
DAY = dt.timedelta(days=1)
BY = {"rights": WHOLE_BANK}
NEEDS = {"nps": {"nps_kind": "transactional"}, "ces": {"question": "ease", "spread": 1.0}}
Start = Callable[..., str]


@pytest.fixture(scope="module", autouse=True)
def versions(bench: workbench.Workbench) -> None:
    """A second version of two surveys, in service."""
    for name, text, old, new in (
        ("visit", VISIT, "今天的服务", "只要一分钟"),
        ("paged", PAGED, "手机银行", "新版手机银行"),
    ):
        text = text.replace(f"id: {name}\n", f"id: {name}-b\n").replace(old, new)
        (bench.place.surveys / f"{name}-b.yaml").write_text(text, encoding="utf-8")
    bench.shelf.refresh()


@pytest.fixture
def start(bench: workbench.Workbench) -> Iterator[Start]:
    """Start an experiment as if it had begun yesterday."""
    with bench.database.writing() as con:
        for table in ("experiment", "reach", "invitation", "invitation_wave"):
            con.execute(f"DELETE FROM {table}")

    def started(
        name: str = "visit", metric: str = "completion", weights: tuple[int, int] = (1, 1), **more: object
    ) -> str:
        definition = Definition(
            title="开头", hypothesis="更愿意答", unit="respondent", metric=metric, least=0.05,
            arms=(Arm("原来", name, weights[0]), Arm("新", f"{name}-b", weights[1])), start=TODAY - DAY,
            end=TODAY + 20 * DAY, baseline=0.4, **NEEDS.get(metric, {}), **more,
        )  # fmt: skip
        checked = {**BY, "model": bench.model, "find": bench.shelf.get}
        key = keeping.draft(bench.database, "lin", definition, **checked)
        keeping.start(bench.database, key, "lin", TODAY - 2 * DAY, **checked)
        bench.serving.refresh()
        return key

    yield started
    with bench.database.writing() as con:
        con.execute("DELETE FROM experiment")
    bench.serving.refresh()


def phone() -> TestClient:
    """Somebody's browser, with everything that is served in front of sign-in."""
    app = Direct(Security(Starlette(routes=ROUTES), OPEN, workbench.current().accounts.who))
    return TestClient(app, headers={"accept-language": "zh-CN"})


def title(html: str) -> str:
    return re.findall(r"<h1>([^<]+)</h1>", html)[0]


def answered() -> list[tuple]:
    return rows("response", "survey_id, nps, branch")


def eventually(bench: workbench.Workbench, look: Callable[[], set[tuple]], wanted: set[tuple]) -> set[tuple]:
    """What there is once the counts are written: another thread may be at it."""
    for _ in range(100):
        bench.reach.flush()
        if wanted <= (found := look()):
            break
        time.sleep(0.05)
    return found


def test_without_an_experiment_a_link_shows_its_own_survey_and_one_cookie() -> None:
    page = phone().get("/s/visit?branch=b0101")
    assert title(page.text) == "今天的服务怎么样？" and len(page.headers.get_list("set-cookie")) == 1


def test_chance_gives_both_versions_by_the_documented_hash(start: Start) -> None:
    key, seen = start(weights=(1, 2)), Counter()
    for link in ("visit", "visit-b") * 30:
        page = phone().get(f"/s/{link}?branch=b0101")
        arm = assigning.arm(key, hidden(page.text)["_sid"], (1, 2))
        assert title(page.text).startswith(("今天的服务", "只要一分钟")[arm])
        assert page.history == []  # no version is slower by a redirect
        seen[arm] += 1
    assert 8 <= seen[0] <= 33 and seen[1] > 25


def two_phones() -> dict[str, tuple[TestClient, object]]:
    """A browser with the link of the first survey for each version."""
    found: dict[str, tuple[TestClient, object]] = {}
    while len(found) < 2:
        browser = phone()
        page = browser.get("/s/visit?branch=b0102")
        found.setdefault(title(page.text)[:2], (browser, page))
    return found


def test_a_respondent_keeps_the_version_and_answers_it(start: Start, bench: workbench.Workbench) -> None:
    start()
    for heading, (browser, page) in two_phones().items():
        for again in ("/s/visit?branch=b0102", "/s/visit-b?branch=b0102", "/s/visit?branch=b0102&lang=en"):
            assert hidden(browser.get(again).text)["_sid"] == hidden(page.text)["_sid"]
        action = re.findall(r'<form method="post" action="([^"]*)"', page.text)[0].replace("&amp;", "&")
        assert action.startswith("visit-b?" if heading == "只要" else "?")
        url = f"/s/{action}" if action[0] != "?" else f"/s/visit{action}"
        sent = fill(browser, page, url, 303, nps="9")
        thanks = browser.get(sent.headers["location"])
        assert thanks.status_code == 200 and "谢谢" in thanks.text
        back = browser.get("/s/visit?branch=b0102")  # what was sent, in the version it was said to
        assert title(back.text)[:2] == heading and 'name="_r"' in back.text
        fill(browser, back, url, 303, nps="10")
        anew = browser.get("/s/visit?branch=b0102&new=1")
        assert title(anew.text)[:2] == heading
    assert answered() == [("visit", 10, "b0102"), ("visit-b", 10, "b0102")]
    wanted = {("visit", "completed", 1), ("visit-b", "completed", 1)}
    assert wanted <= eventually(bench, lambda: set(rows("reach", "survey_id, event, n")), wanted)


def test_a_draft_is_finished_in_its_version_also_when_the_experiment_has_stopped(
    start: Start, bench: workbench.Workbench
) -> None:
    key, browser = start("paged"), phone()
    page = browser.get("/s/paged")
    while not title(page.text).startswith("新版"):
        browser = phone()
        page = browser.get("/s/paged")
    on = fill(browser, page, "/s/paged-b?lang=zh", 303, ease="2", done="yes").headers["location"]
    keeping.stop(bench.database, key, "lin", TODAY, **BY)
    bench.serving.refresh()
    assert title(phone().get("/s/paged").text) == "手机银行"  # whoever comes now gets the first
    back = browser.get("/s/paged")
    assert title(back.text) == "新版手机银行" and "checked" in back.text
    fill(browser, browser.get(on), on, 303, times="3")
    assert rows("response", "survey_id, ces") == [("paged-b", 2)]


def links(html: str) -> list[str]:
    return [
        link.replace("&amp;", "&")
        for link in re.findall(r'(?:href|action|data-restart)="([^"]*mode=kiosk[^"]*)"', html)
    ]


def test_kiosks_that_take_no_part_show_the_first_whatever_the_address_says(start: Start) -> None:
    start()
    for link in ("visit", "visit-b"):
        pages = [phone().get(f"/s/{link}?mode=kiosk").text for _ in range(8)]
        assert {title(page)[:2] for page in pages} == {"今天"}
    assert "data-anew" in pages[0] and links(pages[0])[-1].startswith("visit-b?")  # the device's own link, later


def test_a_kiosk_throws_for_every_customer_and_holds_it_to_the_end(start: Start, bench: workbench.Workbench) -> None:
    key, kiosk, seen = start("paged", "ces", devices=True), phone(), Counter()
    while min(seen["手机"], seen["新版"]) < 2:
        page = kiosk.get("/s/paged?mode=kiosk&branch=b0102")
        assert page.headers.get_list("set-cookie") == [] and "data-anew" in page.text
        sid, heading = hidden(page.text)["_sid"], title(page.text)[:2]
        assert heading == ("手机", "新版")[assigning.arm(key, sid, (1, 1))]
        other, action, restart = links(page.text)
        assert restart == "paged?branch=b0102&lang=zh&mode=kiosk"  # the next customer's, not this version's
        english = kiosk.get(urljoin("/s/paged", other))
        assert hidden(english.text)["_sid"] == sid  # the same questionnaire in another language
        url = urljoin("/s/paged", action)
        second = kiosk.get(fill(kiosk, page, url, 303, ease="2", done="yes").headers["location"])
        back = fill(kiosk, second, url, 303, _go="back").headers["location"]
        assert title(kiosk.get(back).text)[:2] == heading
        done = fill(kiosk, second, url, 303, times="3").headers["location"]
        thanks = kiosk.get(done).text
        assert 'url=../paged?branch=b0102&amp;lang=zh&amp;mode=kiosk"' in thanks
        seen[heading] += 1
    assert hidden(kiosk.get(f"/s/paged?mode=kiosk&_from=paged&_sid={sid}").text)["_sid"] != sid  # said is said
    assert set(rows("response", "survey_id, mode")) == {("paged", "kiosk"), ("paged-b", "kiosk")}
    with bench.database.cursor() as con:
        experiment = keeping.get(con, key, WHOLE_BANK)
        assert experiment is not None
        day = counting.counted(con, key, experiment.definition, WHOLE_BANK, TODAY).days[TODAY]
    assert {place: sums["n"] for place, sums in day.items()} == {
        (arm, "kiosk b0102"): seen[heading] for arm, heading in enumerate(("手机", "新版"))
    }


def test_a_kiosk_that_stands_open_hears_that_an_experiment_began_and_ended(
    start: Start, bench: workbench.Workbench
) -> None:
    kiosk = phone()
    assert kiosk.get("/s/visit/ready?mode=kiosk").json()["anew"] is False
    key = start(metric="nps", devices=True)
    page = hidden(kiosk.get("/s/visit?mode=kiosk").text)["_sid"]
    said = kiosk.get(f"/s/visit/ready?mode=kiosk&own={page}").json()
    assert said["anew"] is True and re.fullmatch(r"\w{5}-\w{5}", said["own"])
    keeping.stop(bench.database, key, "lin", TODAY, **BY)
    bench.serving.refresh()
    assert kiosk.get("/s/visit-b/ready?mode=kiosk&_from=visit").json()["anew"] is False


def test_personal_links_keep_their_version_and_are_counted_by_it(start: Start, bench: workbench.Workbench) -> None:
    key = start()
    sheet = lists.read(("客户号,语言\n" + "".join(f"C{n:03},中文\n" for n in range(24))).encode(), "list.csv")
    own = secret.load(bench.place.data)
    people = lists.people(sheet, lists.guess(sheet), bench.model, own)
    survey = bench.shelf.get("visit")
    assert survey is not None
    order = Order(survey, "1", TODAY + 20 * DAY, Sampling())
    tokens = list(invitations.create(bench.database, people, order, own, "lin", TODAY).tokens.values())
    arms = [assigning.arm(key, secret.token_hash(token), (1, 1)) for token in tokens]
    assert len(set(arms)) == 2
    for token, arm in zip(tokens, arms, strict=True):
        url = f"/i/{token}"
        page = phone().get(url)
        assert title(page.text)[:2] == ("今天", "只要")[arm] == title(phone().get(url).text)[:2]
        if token in tokens[:10]:
            fill(phone(), page, url, 303, nps="8")
    opened = {(secret.token_hash(token),) for token in tokens}
    sql = "token_hash", "token_hash"
    eventually(bench, lambda: set(rows("invitation WHERE opened_day IS NOT NULL", *sql)), opened)
    done = {(secret.token_hash(token),) for token in tokens[:10]}
    eventually(bench, lambda: set(rows("invitation WHERE completed_day IS NOT NULL", *sql)), done)
    late = tokens[arms.index(1, 10)]
    page = phone().get(f"/i/{late}")
    found = workbench.current()
    with found.database.cursor() as con:
        experiment = keeping.get(con, key, WHOLE_BANK)
        assert experiment is not None
        counted = counting.counted(con, key, experiment.definition, WHOLE_BANK, TODAY)
    day = counted.days[TODAY]
    assert {arm: dict(day[arm, ""]) for arm in (0, 1)} == {
        arm: {"n": arms.count(arm), "k": arms[:10].count(arm)} for arm in (0, 1)
    }
    keeping.stop(bench.database, key, "lin", TODAY, **BY)
    bench.serving.refresh()
    fill(phone(), page, f"/i/{late}", 303, nps="10")  # open before the stop, handed in after
    assert ("visit-b", 10) in rows("response", "survey_id, nps")


def test_what_cannot_share_links_is_refused(start: Start, bench: workbench.Workbench) -> None:
    start()
    more = {**BY, "model": bench.model, "find": bench.shelf.get}
    with bench.database.cursor() as con:
        [one] = keeping.all(con, WHOLE_BANK)
    twice = keeping.draft(bench.database, "lin", one.definition, **more)
    with pytest.raises(Refused) as refused:
        keeping.start(bench.database, twice, "lin", TODAY - 2 * DAY, **more)
    assert refused.value.problems[0].code == "experiment_taken"
    for arms, metric, code in (
        ((Arm("a", "visit"), Arm("b", "paged")), "completion", "experiment_about"),
        ((Arm("a", "visit"), Arm("b", "visit")), "completion", "experiment_same_survey"),
        ((Arm("a", "visit"), Arm("b", "gone")), "completion", "experiment_survey"),
        ((Arm("a", "visit"), Arm("b", "visit-b")), "csat", "experiment_not_asked"),
    ):
        with pytest.raises(Refused) as refused:
            keeping.draft(bench.database, "lin", replace(one.definition, arms=arms, metric=metric), **more)
        assert code in {problem.code for problem in refused.value.problems}
