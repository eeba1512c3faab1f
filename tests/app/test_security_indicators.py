"""Indicators by role: what others did leaves no trace on a branch's screens, whatever the address says."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import re
import time
from collections.abc import Callable, Iterator

import pytest
import yaml
from small_bank import insert, rating_rows, score_rows
from streamlit.testing.v1 import AppTest

from components import navigation
from components.builder import desk as desks
from cx.access.rights import ROLES, User, may
from cx.act import alarms, pain_points
from cx.act.pain_points import PainPoint
from cx.bank import editing
from cx.insight.signals import series as signal_series
from cx.insight.stages import cohorts
from cx.intake.feeds import payload
from cx.intake.feeds import taking as feeds
from cx.intake.feeds.sent import Sender
from cx.measure.scope import WHOLE_BANK, Rights
from cx.measure.statistics import Estimate
from cx.publish import dictionary, drafts
from cx.words import Refused
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
OWN = "b0101"
OTHERS = ("b0102", "b0103", "b0201", "b0202", "b0301", "b0304", "b0401")
CHART = "indicator:queue_minutes:month:{}"
HOSTILE = "<img src=x onerror=alert(1)>"
ADMIN = User("admin", "Admin", "admin", None, "zh")
MANAGER = User("cx_manager", "M", "cx_manager", None, "zh")
ANALYST = User("analyst", "A", "analyst", None, "zh")
ADDRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("analyse/indicators", {"branch": "b0304", "indicator": "queue_minutes", "compare": "branch",
                               "against": "b0304", "region": "jiangsu"}),
    ("analyse/crosscheck", {"branch": "b0304", "touchpoint": "queue", "region": "jiangsu"}),
    ("analyse/stages", {"branch": "b0304", "region": "jiangsu", "stage": "referral"}),
    ("analyse/coverage", {"days": "365"}),
    ("understand/overview", {"branch": "b0304"}),
    ("act/signals", {"branch": "b0304", "budget": "none"}),
    ("act/pain_points", {}),
    ("act/pain_points", {"view": "found", "branch": "b0304"}),
    ("act/pain_points", {"view": "found", "source": "signals", "branch": "b0304"}),
    ("act/pain_points", {"view": "found", "source": "crosscheck"}),
    ("act/rollout", {}),
    ("act/signals", {"view": "charts"}),
    ("act/signals", {"chart": CHART.format("b0304")}),
    ("act/signals", {"chart": CHART.format("")}),
    ("act/signals", {"chart": CHART.format(OWN), "budget": "none"}),
    ("act/signals", {"chart": "survey:nps:month:relational"}),
)  # fmt: skip


def months() -> list[dt.date]:
    first = dt.date.today().replace(day=1)
    found = [first]
    while len(found) < 26:
        first = (first - dt.timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[:0:-1]


def fill(bench: Workbench, seed: int) -> None:
    """Every indicator by month, of b0101 always the same, of the other branches and the bank by ``seed``; answers
    alike; one value of each unit was corrected."""
    rows = []
    for branch in (OWN, *OTHERS, None):
        draw = random.Random(f"{branch} {0 if branch == OWN else seed}")
        for entry in bench.model.indicators.values():
            if entry.computed:
                continue
            low, high = (entry.scale.zero, entry.scale.full) if entry.scale else (1.0, 50.0)
            for at, day in enumerate(months()):
                value = round((low if at > 20 else high) + (high - low) * draw.uniform(-0.1, 0.1), 3)
                value = min(100.0, max(0.0, value)) if entry.unit == "%" else value
                base = draw.randrange(100, 1000)
                row = {"upload_id": f"u-{branch}", "indicator": entry.id, "grain": entry.grain, "day": day,
                       "branch": branch, "region": bench.model.branches[branch].region if branch else None,
                       "value": value, "numerator": round(value * base, 3), "denominator": float(base),
                       "superseded_by": None}  # fmt: skip
                rows.append(row)
                if at == 20:
                    rows.append(row | {"upload_id": "old", "value": value + 1, "superseded_by": f"u-{branch}"})
    when = dt.datetime(2026, 11, 1)
    with bench.database.writing() as con:
        for table in ("indicator_value", "response", "answer", "upload"):
            con.execute(f"DELETE FROM {table}")
        for branch in (OWN, *OTHERS, None):
            con.execute("INSERT INTO upload VALUES (?, 'indicators', ?, ?, 'x', 1, '{}', 'analyst', ?, 'loaded')",
                        [f"u-{branch}", f"source-{branch}", f"file-{branch}.csv", when])  # fmt: skip
    insert(bench.database, "indicator_value", rows)
    responses, answers = [], []
    for branch in (OWN, *OTHERS):
        draw = random.Random(f"{branch} {0 if branch == OWN else seed}")
        place = {"branch": branch, "region": bench.model.branches[branch].region}
        for day in months()[::2]:
            some = {**place, "day": day, "journey": "account-opening", "stage": "serve", "touchpoint": "queue"}
            parts = tuple(draw.randrange(2, 9) for _ in range(3))
            for kind in ("transactional", "relational"):
                responses += score_rows(*parts, nps_kind=kind, **some)
            answers += rating_rows({5: parts[0], 2: parts[2]}, **some)
    insert(bench.database, "response", responses)
    insert(bench.database, "answer", answers)


def hurts(bench: Workbench, branch: str, title: str) -> PainPoint:
    """A pain point that the head office opened on a branch's alarm."""
    with bench.database.cursor() as con:
        board = alarms.board(con, WHOLE_BANK, bench.model, None, dt.date.today())
    alarm = next(s.alarm for s in board.standing if s.alarm.subject.branch == branch and not s.alarm.better)
    grade = pain_points.grade(alarm, board.view)
    entered = pain_points.open_from(
        bench.database, "cx_manager", alarm, title, grade, rights=WHOLE_BANK, model=bench.model, note=title
    )
    assert entered.how == "new"
    with bench.database.cursor() as con:
        found = pain_points.get(con, entered.id, WHOLE_BANK)
    assert found is not None
    return found


def drawn(at: AppTest) -> str:
    """Everything that went to the browser: every element with its data, but for what is new at every run."""
    assert not at.exception, at.exception

    def walk(node: object) -> Iterator[str]:
        proto = getattr(node, "proto", None)
        if proto is not None:
            yield f"{type(proto).__name__} {proto}"
        for child in getattr(node, "children", {}).values():
            yield from walk(child)

    return re.sub(r'file_id: ".*"|name=\\"form\\" value=\\"\w+\\"', "", "\n".join(walk(at._tree)))


def everything(screen: Screen, role: str) -> list[str]:
    return [drawn(screen(name, role=role, **query)) for name, query in ADDRESSES]


def test_what_others_did_leaves_no_trace_on_a_branchs_screens(bench: Workbench, screen: Screen) -> None:
    fill(bench, 1)
    hurts(bench, OWN, "我们的痛点")
    before, whole = everything(screen, "branch_manager"), drawn(screen("act/pain_points", role="viewer"))
    fill(bench, 2)
    hurts(bench, "b0304", "别人的痛点")
    after = everything(screen, "branch_manager")
    assert drawn(screen("act/pain_points", role="viewer")) != whole, "the two banks do differ"
    for (name, query), one, two in zip(ADDRESSES, before, after, strict=True):
        assert one == two, f"{name} {query}"
        for branch in OTHERS:
            for word in bench.model.branches[branch].name.values():
                assert word not in one, f"{name} {query}: {word}"
        assert "file-b0304" not in one and "file-None" not in one
    for own in ("file-b0101", "我们的痛点"):
        assert any(own in one for one in before), own


@pytest.mark.parametrize("role", ROLES)
def test_a_page_of_indicators_opens_to_those_who_may_and_draws_nothing_for_others(
    bench: Workbench, screen: Screen, role: str
) -> None:
    user = User(role, role, role, None, "zh")
    for name in ("listen/uploads", "listen/dictionary", "listen/sources", "admin/feeds", "act/signals"):
        at = screen(name, role=role, view="yaml", indicator="queue_minutes", upload="u-b0304")
        assert not at.exception
        entry = navigation.of_stem(name.split("/")[1])
        refused = any("权限" in str(each.proto.body) for each in at.main.get("html"))
        if not may(user, entry.right):
            assert refused and not at.main.get("button") and not at.main.get("dataframe") and not at.text_area
        else:
            assert not refused


def test_what_is_not_a_branchs_own_cannot_be_handled_by_its_id(bench: Workbench) -> None:
    fill(bench, 1)
    point, rights = hurts(bench, "b0304", "x"), Rights(frozenset({OWN}))
    database = bench.database
    with database.cursor() as con:
        board = alarms.board(con, WHOLE_BANK, bench.model, None, dt.date.today())
        assert pain_points.get(con, point.id, rights) is None and pain_points.history(con, point.id, rights) == ()
        assert not pain_points.everything(con, rights)
    with pytest.raises(Refused, match="pain_point_not_found"):
        pain_points.move(database, "branch_manager", point.id, "analyse", "x", rights=rights)
    today, grade = dt.date.today(), point.grade
    theirs = [s.alarm for s in board.standing if s.alarm.subject.branch not in (OWN,)]
    for alarm in (
        next(a for a in theirs if a.subject.branch == "b0304"),
        next(a for a in theirs if not a.subject.branch),
    ):
        for deed in (
            lambda a: alarms.explain(database, "b", a, "x", rights=rights),
            lambda a: alarms.normal(database, "b", a, a.first, "x", rights=rights, today=today),
            lambda a: alarms.snooze(database, "b", a, today + dt.timedelta(1), "x", rights=rights, today=today),
            lambda a: alarms.reopen(database, "b", a, rights=rights),
            lambda a: alarms.rebase(database, "b", a.subject, None, None, "x", rights=rights, today=today),
            lambda a: pain_points.open_from(database, "b", a, "x", grade, rights=rights, model=bench.model),
        ):
            with pytest.raises(Refused, match="signal_not_yours"):
                deed(alarm)


def marked(bench: Workbench, mark: str) -> None:
    """Put a mark before every name, owner and the like of the bank, a pain point and a review."""
    own = bench.dictionary.own()

    def hostile(part: object) -> object:
        if isinstance(part, dict):
            words = ("zh", "en", "owner", "source", "formula", "numerator", "refresh", "why")
            return {k: mark + v if k in words and isinstance(v, str) else hostile(v) for k, v in part.items()}
        return [hostile(each) for each in part] if isinstance(part, list) else part

    for file in own.glob("*.yaml"):
        if file.name not in ("calendar.yaml", "lists.yaml"):
            found = hostile(yaml.safe_load(file.read_text(encoding="utf-8")))
            file.write_text(yaml.safe_dump(found, allow_unicode=True, default_style=None), encoding="utf-8")
    bench.models.move(own)
    assert bench.model.indicators["queue_minutes"].name["zh"].startswith(mark)
    fill(bench, 1)
    hurts(bench, OWN, mark)
    draft = dictionary.save(bench.dictionary, changed(bench, owner=f"{mark}2"), ANALYST, None)
    dictionary.submit(bench.dictionary, draft.revision, ANALYST)
    drafts.send_back(bench.database, drafts.DICTIONARY, draft.revision, MANAGER, [drafts.Comment(None, mark)])


MARKED: tuple[tuple[str, dict[str, str]], ...] = (
    *ADDRESSES[:6], ("act/pain_points", {}), ("act/signals", {"budget": "none"}), ("listen/sources", {}),
    ("listen/dictionary", {"view": "past"}), ("admin/feeds", {}), ("listen/dictionary", {"view": "edit"}),
)  # fmt: skip


def test_names_that_are_markup_are_shown_as_they_are_written(bench: Workbench, screen: Screen) -> None:
    """HTML, where a page writes HTML, and a link, where it writes Markdown."""
    marked(bench, f"{HOSTILE} [x](https://e.example) ")
    html, links = 0, 0
    for name, query in (*MARKED, ("act/signals", {"chart": CHART.format(OWN)}), ("analyse/stages", {})):
        at = screen(name, role="admin", **query)
        assert not at.exception, (name, at.exception)
        for each in at.get("html"):
            assert "<img" not in each.proto.body, (name, query, each.proto.body[:300])
            html += "&lt;img" in each.proto.body
        assert not any(each.proto.allow_html for each in at.markdown)
        kinds = ("markdown", "caption", "header", "subheader", "info", "warning", "success", "error", "toast")
        for said in (str(each.value) for kind in kinds for each in at.get(kind)):
            assert "[x](" not in said, (name, query, said)
            links += "\\[x\\]\\(" in said
    assert html > 10 and links > 10


def changed(bench: Workbench, **fields: object) -> str:
    text = bench.dictionary.text()
    return editing.put(text, "queue_minutes", {**editing.entries(text)["queue_minutes"], **fields})


def test_the_dictionarys_tables_start_no_formula_in_a_spreadsheet(bench: Workbench, screen: Screen) -> None:
    own = bench.dictionary.own()
    text = changed(bench, owner="@SUM(1)", name={"zh": "=cmd|' /C calc'!A0", "en": "=1+1"})
    (own / drafts.DICTIONARY).write_text(text, encoding="utf-8")
    bench.models.move(own)
    fill(bench, 1)
    for name, query in (("listen/dictionary", {}), ("act/signals", {"view": "charts"}), ("analyse/indicators", {})):
        frame = next(iter(screen(name, role="admin", **query).dataframe)).value
        cells = [cell for column in frame.columns for cell in frame[column] if isinstance(cell, str)]
        assert any("calc" in cell for cell in cells)
        assert not [cell for cell in cells if cell.startswith(("=", "@"))]


def test_no_table_starts_a_formula_in_a_spreadsheet_and_figures_stay(bench: Workbench, screen: Screen) -> None:
    def page() -> None:
        from components import cards

        cells = ["=1+1", "+3", "-1+cmd|' /C calc'!A0", "−0.2", "-0.5%", "+1e9", "\t=1", "@x", "name"]
        cards.table([{"=head": cell, "n": 3} for cell in cells], "t", "about")

    frame = AppTest.from_function(page).run().dataframe[0].value
    shown = ["'=1+1", "+3", "'-1+cmd|' /C calc'!A0", "−0.2", "-0.5%", "'+1e9", "'\t=1", "'@x", "name"]
    assert list(frame.columns) == ["'=head", "n"] and list(frame["'=head"]) == shown and set(frame["n"]) == {3}
    file = bench.dictionary.own() / "branches.yaml"
    name = bench.model.branches[OWN].name["zh"]
    file.write_text(file.read_text(encoding="utf-8").replace(name, "=cmd|calc"), encoding="utf-8")
    bench.models.move(file.parent)
    fill(bench, 1)
    at = screen("understand/nps", role="admin", by="branch", kind="relational")
    cells = [cell for each in at.dataframe for column in each.value.columns for cell in each.value[column]]
    assert "'=cmd|calc" in cells and "=cmd|calc" not in cells


def test_the_builder_does_not_open_the_dictionary(bench: Workbench, screen: Screen) -> None:
    text = changed(bench, target=8)
    draft = dictionary.save(bench.dictionary, text, ANALYST, None)
    at = screen("listen/builder", role="analyst", survey=drafts.DICTIONARY)
    assert not at.exception and any(drafts.DICTIONARY in each.value.replace("\\", "") for each in at.error)
    assert desks.KEY not in at.session_state
    with pytest.raises(Refused, match="draft_id"):
        drafts.save(bench.database, drafts.DICTIONARY, "x", ANALYST.name, draft.revision)
    with bench.database.cursor() as con:
        now = drafts.find(con, drafts.DICTIONARY)
    assert now is not None and (now.revision, now.text) == (draft.revision, text)


def test_what_came_from_outside_is_not_rolled_back_to_unless_it_was_approved(
    bench: Workbench, screen: Screen
) -> None:  # fmt: skip
    file, at = bench.dictionary.own() / drafts.DICTIONARY, bench.dictionary
    dictionary.look(at)
    first, strange = at.text(), changed(bench, target=8)
    for text in (strange, first, strange):  # versions 2, 3 and 4, all from outside
        file.write_text(text, encoding="utf-8")
        dictionary.look(at)
    with pytest.raises(Refused, match="version_current"):
        dictionary.roll_back(at, 2, MANAGER)
    assert dictionary.roll_back(at, 3, MANAGER).origin == "rolled_back" and at.text() == first
    with pytest.raises(Refused, match="version_unapproved"):
        dictionary.roll_back(at, 2, MANAGER)
    offered = {b.key for b in screen("listen/dictionary", role="cx_manager", view="past").button}
    assert not {"dictionary_back_2", "dictionary_back_4"} & offered and "dictionary_back_1" in offered
    draft = dictionary.save(at, strange, ANALYST, None)
    dictionary.submit(at, draft.revision, ANALYST)
    drafts.approve(at.db, drafts.DICTIONARY, draft.revision, MANAGER)
    dictionary.publish(at, draft.revision, MANAGER)
    dictionary.roll_back(at, 1, MANAGER)
    assert dictionary.roll_back(at, 2, MANAGER).origin == "rolled_back" and at.text() == strange


def test_one_person_alone_publishes_nothing_by_any_order_of_steps(bench: Workbench) -> None:
    """Orders of four deeds of one manager, over what a colleague had drafted and thrown away: a fifth of them all."""
    at, id = bench.dictionary, drafts.DICTIONARY
    dictionary.look(at)
    first, theirs, mine = at.text(), changed(bench, target=7), changed(bench, target=8)
    draft = dictionary.save(at, theirs, ANALYST, None)
    drafts.discard(at.db, id, draft.revision, ANALYST)

    def now() -> int | None:
        with at.db.cursor() as con:
            found = drafts.find(con, id)
        return found.revision if found else None

    def approve_and_publish() -> None:
        drafts.approve(at.db, id, now() or 0, MANAGER)
        dictionary.publish(at, now() or 0, MANAGER)

    deeds: tuple[Callable[[], object], ...] = (
        lambda: dictionary.save(at, mine, MANAGER, now()),
        lambda: drafts.take(at.db, id, 1, MANAGER, now()),
        lambda: dictionary.submit(at, now() or 0, MANAGER),
        lambda: drafts.discard(at.db, id, now() or 0, MANAGER),
        lambda: drafts.rename(at.db, id, "other", mine, now() or 0, MANAGER),
        lambda: drafts.rename(at.db, "other", id, theirs, 1, MANAGER),
        lambda: dictionary.publish(at, now() or 0, MANAGER),
        lambda: dictionary.roll_back(at, 1, MANAGER),
    )
    done = 0
    for order in itertools.islice(itertools.permutations(deeds, 3), 0, None, 5):
        for deed in (*order, approve_and_publish):
            try:
                deed()
                done += 1
            except Refused:
                pass
        assert at.text() == first
    assert done > 20


@pytest.mark.parametrize(
    "number", ["1" + "0" * 400, "9" * 5000, "0x" + "f" * 5000, ":".join(["1"] * 300) + ".5", ".nan", "1e999"]
)
def test_a_number_that_is_none_stops_no_screen(bench: Workbench, screen: Screen, number: str) -> None:
    text = bench.dictionary.text().replace("target: 10\n", f"target: {number}\n", 1)
    dictionary.save(bench.dictionary, text, ANALYST, None)
    at = screen("listen/dictionary", role="analyst")
    assert not at.exception and at.error
    assert [button for button in at.button if button.label == "放弃草稿"]
    assert not [button for button in at.button if button.label == "提交审核"]


def test_the_dictionary_is_not_carried_off_under_a_surveys_name(bench: Workbench) -> None:
    draft = dictionary.save(bench.dictionary, changed(bench, target=8), ANALYST, None)
    with pytest.raises(Refused, match="draft_id"):
        drafts.rename(bench.database, drafts.DICTIONARY, "other", "x", draft.revision, ANALYST)


def test_a_version_with_errors_does_not_come_back_into_service(bench: Workbench) -> None:
    at = bench.dictionary
    folder, sound = at.own(), at.text()
    at = bench.dictionary
    dictionary.look(at)
    for text in (changed(bench, target="many"), sound):
        (folder / drafts.DICTIONARY).write_text(text, encoding="utf-8")
        dictionary.look(at)
    with pytest.raises(Refused, match="model_number"):
        dictionary.roll_back(at, 2, MANAGER)
    assert at.text() == sound


def test_an_indicator_that_a_feed_reports_to_is_not_taken_away_unseen(bench: Workbench) -> None:
    at = bench.dictionary
    dictionary.look(at)
    feed = next(iter(bench.model.feeds.values()))
    text = editing.remove(at.text(), next(iter(feed.indicators.values())))
    draft = dictionary.save(at, text, ANALYST, None)
    with pytest.raises(Refused) as refused:
        dictionary.submit(at, draft.revision, ANALYST)
    assert any(problem.where.startswith("feeds.yaml") for problem in refused.value.problems)


def test_a_double_key_among_very_many_is_found_at_once() -> None:
    many = ",".join(f'"k{i}":1' for i in range(150_000))
    begun = time.process_time()
    with pytest.raises(Refused, match="feed_json_twice"):
        payload.read(f'{{{many},"k0":1}}'.encode())
    assert time.process_time() - begun < 5


def test_what_weighs_less_than_nothing_is_refused(bench: Workbench) -> None:
    """Else one branch's token could turn the ratio of the whole bank round, each of its own values being plausible."""
    value = {"indicator": "queue_minutes", "period": "2026-09", "branch": OWN, "numerator": -50, "denominator": -5}
    body = json.dumps({"values": [value]}).encode()
    with pytest.raises(Refused, match="upload_zero_base"):
        feeds.try_values(bench.model, body, Sender("t", "token:t", "s"), dt.datetime.now(dt.UTC))


def test_a_per_cent_beyond_its_limits_stops_no_page() -> None:
    counts = {"n": 1, "with_base": 1, "denominator": 50}
    found = cohorts.as_share(Estimate(120.0, None, None, 1, counts=counts))
    assert (found.value, found.low, found.high) == (1.2, None, None)


def test_an_indicators_id_may_have_colons() -> None:
    watched = signal_series.Subject("indicator", "app:login", "month", "b0304")
    assert signal_series.subject(watched.key) == watched
