"""From draft to service and back: states, four eyes, version numbers, files, and what a change outside cx becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cx.access.rights import User
from cx.publish import drafts, past, publishing, standing, versions
from cx.publish.publishing import Press
from cx.publish.versions import Schedule
from cx.store import audit
from cx.store.database import Database
from cx.survey.shelf import Shelf
from cx.words import Refused

TODAY = dt.date(2026, 11, 22)
TEXT = """# The counter
id: counter
version: 1.0.0
title: {zh: 柜面, en: Counter}   # as on the poster
nps_kind: transactional
questions:
  - {id: nps, type: nps, label: {zh: 您会推荐吗？, en: Would you recommend us?}}
  - {id: why, type: text, label: {zh: 为什么？, en: Why?}}
"""
MORE = TEXT + "  - {id: more, type: text, label: {zh: 还有吗？, en: Anything else?}}\n"
REWORDED = TEXT.replace("Would you recommend us?", "How do you like us?")


def person(name: str, role: str = "cx_manager") -> User:
    return User(name, name, role, None, "en")


ANN, BOB, CAT, EVE = person("ann"), person("bob"), person("cat", "admin"), person("eve", "analyst")


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    folder = tmp_path / "surveys"
    folder.mkdir()
    db = Database(tmp_path / "cx.duckdb")
    yield Press(db, folder, Shelf(folder, tmp_path / "archive"))
    db.close()


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


def write(press: Press, text: str, name: str = "counter.yaml") -> None:
    (press.folder / name).write_text(text, encoding="utf-8")
    press.shelf.refresh()


def approved(press: Press, text: str, by: User = ANN, approver: User = BOB) -> drafts.Draft:
    draft = drafts.find(press.db.cursor(), "counter")
    draft = drafts.save(press.db, "counter", text, by.name, draft.revision if draft else None)
    drafts.submit(press.db, "counter", draft.revision, by)
    return drafts.approve(press.db, "counter", draft.revision, approver)


def actions(press: Press) -> list[str]:
    return [entry.action for entry in reversed(audit.entries(press.db.cursor()))]


def test_a_draft_becomes_a_survey_in_service_by_four_eyes(press: Press) -> None:
    draft = drafts.save(press.db, "counter", TEXT, "eve", None)
    assert (draft.state, draft.revision) == ("draft", 1)
    assert drafts.submit(press.db, "counter", 1, EVE).state == "submitted"
    with pytest.raises(Refused) as refused:
        drafts.approve(press.db, "counter", 1, EVE)
    assert code(refused) == "right_missing"
    with pytest.raises(Refused) as refused:
        publishing.publish(press, "counter", 1, BOB)
    assert code(refused) == "draft_moved" and press.shelf.get("counter") is None
    assert drafts.approve(press.db, "counter", 1, BOB).approved_by == "bob"
    found = publishing.publish(press, "counter", 1, BOB)
    served = press.shelf.get("counter")
    assert served is not None and (served.version, served.digest) == ("1.0.0", found.digest)
    assert (press.folder / "counter.yaml").read_text(encoding="utf-8") == TEXT, "comments and layout stay"
    assert (found.authors, found.approved_by, found.who, found.origin) == (("eve",), "bob", "bob", "published")
    assert found.intact and drafts.find(press.db.cursor(), "counter") is None
    assert actions(press) == ["survey_submitted", "survey_approved", "survey_published"]


def test_whoever_wrote_any_revision_cannot_approve_not_even_an_administrator(press: Press) -> None:
    drafts.save(press.db, "counter", TEXT, "cat", None)
    drafts.save(press.db, "counter", MORE, "ann", 1)
    drafts.submit(press.db, "counter", 2, ANN)
    for author in (ANN, CAT):
        with pytest.raises(Refused) as refused:
            drafts.approve(press.db, "counter", 2, author)
        assert code(refused) == "four_eyes"
    drafts.approve(press.db, "counter", 2, BOB)
    publishing.publish(press, "counter", 2, ANN)  # publishing what another approved is no approval
    approved(press, TEXT, by=BOB, approver=CAT)  # after a publication the authors are new ones


def test_discarding_does_not_wash_an_author_away(press: Press) -> None:
    drafts.save(press.db, "counter", TEXT, "ann", None)
    drafts.discard(press.db, "counter", 1, ANN)
    drafts.take(press.db, "counter", 1, EVE, None)
    drafts.submit(press.db, "counter", 2, EVE)
    with pytest.raises(Refused) as refused:
        drafts.approve(press.db, "counter", 2, ANN)
    assert code(refused) == "four_eyes"


def test_an_edit_withdraws_the_approval(press: Press) -> None:
    draft = approved(press, TEXT)
    assert drafts.save(press.db, "counter", TEXT, "ann", draft.revision).state == "approved", "nothing was changed"
    edited = drafts.save(press.db, "counter", MORE, "ann", draft.revision)
    assert edited.state == "draft"
    for revision in (draft.revision, edited.revision):
        with pytest.raises(Refused):
            publishing.publish(press, "counter", revision, BOB)
    assert press.shelf.get("counter") is None


def test_sent_back_with_comments_that_stay_while_it_is_mended(press: Press) -> None:
    drafts.save(press.db, "counter", TEXT, "ann", None)
    drafts.submit(press.db, "counter", 1, ANN)
    with pytest.raises(Refused) as refused:
        drafts.send_back(press.db, "counter", 1, BOB, [drafts.Comment(None, "  ")])
    assert code(refused) == "review_comment"
    said = [drafts.Comment("why", "Say what for"), drafts.Comment(None, "Too short")]
    returned = drafts.send_back(press.db, "counter", 1, BOB, said)
    assert returned.state == "returned"
    assert [(c.question, c.text, c.who) for c in returned.comments] == [
        ("why", "Say what for", "bob"), (None, "Too short", "bob")
    ]  # fmt: skip
    mended = drafts.save(press.db, "counter", MORE, "ann", 1)
    assert mended.state == "draft" and len(mended.comments) == 2
    detail = audit.entries(press.db.cursor())[0].detail
    assert "Say what for" not in detail and '"comments":2' in detail


def test_two_editors_at_once_lose_nothing(press: Press) -> None:
    drafts.save(press.db, "counter", TEXT, "ann", None)
    drafts.save(press.db, "counter", MORE, "ann", 1)
    with pytest.raises(Refused) as refused:
        drafts.save(press.db, "counter", REWORDED, "bob", 1)
    problem = refused.value.problems[0]
    assert problem.code == "draft_conflict" and problem.values["author"] == "ann"
    kept = {each.revision: each for each in drafts.history(press.db.cursor(), "counter")}
    aside = kept[problem.values["aside"]]
    assert aside.aside and aside.text == REWORDED and aside.based_on == 1
    with pytest.raises(Refused):  # saving it again (a second autosave) keeps it once
        drafts.save(press.db, "counter", REWORDED, "bob", 1)
    assert len(drafts.history(press.db.cursor(), "counter")) == 3
    now = drafts.find(press.db.cursor(), "counter")
    assert now is not None and (now.text, now.revision) == (MORE, 2)
    taken = drafts.take(press.db, "counter", aside.revision, BOB, 2)
    assert (taken.text, taken.author) == (REWORDED, "bob")
    assert drafts.take(press.db, "counter", 2, ANN, taken.revision).text == MORE


def test_a_late_save_after_publication_is_kept_aside(press: Press) -> None:
    draft = approved(press, TEXT)
    publishing.publish(press, "counter", draft.revision, BOB)
    with pytest.raises(Refused) as refused:
        drafts.save(press.db, "counter", MORE, "ann", draft.revision)
    assert code(refused) == "draft_over"
    assert drafts.find(press.db.cursor(), "counter") is None
    assert drafts.history(press.db.cursor(), "counter")[0].text == MORE


def test_nothing_that_was_kept_can_be_changed(press: Press) -> None:
    draft = approved(press, TEXT)
    publishing.publish(press, "counter", draft.revision, BOB)
    for table in ("survey_revision", "survey_step", "survey_version"):
        for sql in (f"UPDATE {table} SET survey_id = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(duckdb.Error, match="append-only"):
                press.db.cursor().execute(sql)


def test_a_broken_definition_or_another_id_cannot_be_submitted(press: Press) -> None:
    broken = drafts.save(press.db, "counter", TEXT.replace("type: nps", "type: nsp"), "ann", None)
    with pytest.raises(Refused) as refused:
        drafts.submit(press.db, "counter", broken.revision, ANN)
    assert refused.value.problems[0].line == 7
    other = drafts.save(press.db, "counter", TEXT.replace("id: counter", "id: lobby"), "ann", broken.revision)
    with pytest.raises(Refused) as refused:
        drafts.submit(press.db, "counter", other.revision, ANN)
    assert code(refused) == "draft_other_id"
    with pytest.raises(Refused) as refused:
        drafts.save(press.db, "../counter", TEXT, "ann", None)
    assert code(refused) == "draft_id"


def test_the_changes_decide_the_version_and_a_person_may_only_go_higher(press: Press) -> None:
    write(press, TEXT)
    draft = approved(press, MORE)
    versions.look(press.db, press.shelf)
    plan = versions.plan(press.db.cursor(), draft, drafts.readable(draft))
    assert (plan.level, plan.version) == ("minor", "1.1.0")
    with pytest.raises(Refused) as refused:
        publishing.publish(press, "counter", draft.revision, BOB, "patch")
    assert code(refused) == "publish_level"
    assert publishing.publish(press, "counter", draft.revision, BOB, "major").version == "2.0.0"
    assert press.shelf.get("counter").version == "2.0.0"
    text = (press.folder / "counter.yaml").read_text(encoding="utf-8")
    assert "# as on the poster" in text and text == MORE.replace("version: 1.0.0", "version: 2.0.0")
    draft = approved(press, MORE.replace("Would you recommend us?", "How do you like us?"))
    assert publishing.publish(press, "counter", draft.revision, BOB).version == "3.0.0"
    same = approved(press, MORE.replace("Would you recommend us?", "How do you like us?"))
    with pytest.raises(Refused) as refused:
        publishing.publish(press, "counter", same.revision, BOB)
    assert code(refused) == "publish_same"


def test_opening_and_closing_days_are_set_on_publishing(press: Press) -> None:
    draft = approved(press, TEXT)
    with pytest.raises(Refused) as refused:
        publishing.publish(press, "counter", draft.revision, BOB, None, Schedule(TODAY, TODAY - dt.timedelta(days=1)))
    assert code(refused) == "publish_dates"
    publishing.publish(press, "counter", draft.revision, BOB, None, Schedule(TODAY, dt.date(2026, 12, 31)))
    served = press.shelf.get("counter")
    assert (served.opens, served.closes, served.version) == (TODAY, dt.date(2026, 12, 31), "1.0.0")
    draft = approved(press, (press.folder / "counter.yaml").read_text(encoding="utf-8"))
    assert publishing.publish(press, "counter", draft.revision, BOB, None, Schedule()).version == "1.0.1"
    assert press.shelf.get("counter").closes is None


def test_rolling_back_publishes_the_old_definition_under_a_new_number(press: Press) -> None:
    publishing.publish(press, "counter", approved(press, TEXT).revision, BOB)
    first = press.shelf.get("counter")
    publishing.publish(press, "counter", approved(press, REWORDED).revision, BOB)
    with pytest.raises(Refused) as refused:
        publishing.roll_back(press, "counter", 1, EVE)
    assert code(refused) == "right_missing"
    back = publishing.roll_back(press, "counter", 1, CAT)
    assert (back.version, back.origin, back.level) == ("3.0.0", "rolled_back", "major")
    assert press.shelf.get("counter").question("nps") == first.question("nps")
    with pytest.raises(Refused) as refused:
        publishing.roll_back(press, "counter", 1, CAT)
    assert code(refused) == "version_current"
    assert [each.version for each in versions.all(press.db.cursor(), "counter")] == ["3.0.0", "2.0.0", "1.0.0"]
    assert actions(press)[-1] == "survey_rolled_back"
    assert press.shelf.get("counter", first.digest) == first, "answers to a form of then are still understood"


def test_retired_and_put_back(press: Press) -> None:
    publishing.publish(press, "counter", approved(press, TEXT).revision, BOB)
    publishing.retire(press, "counter", BOB, TODAY)
    assert not press.shelf.get("counter").is_open(TODAY)
    with pytest.raises(Refused):
        publishing.retire(press, "counter", BOB, TODAY)
    back = publishing.restore(press, "counter", BOB)
    assert press.shelf.get("counter").is_open(TODAY) and back.version == "1.0.2"
    assert press.shelf.get("counter").closes is None
    with pytest.raises(Refused):
        publishing.restore(press, "counter", BOB)


def test_a_file_changed_by_hand_is_noticed_once_and_kept(press: Press) -> None:
    publishing.publish(press, "counter", approved(press, TEXT).revision, BOB)
    versions.look(press.db, press.shelf)
    assert len(versions.all(press.db.cursor(), "counter")) == 1
    write(press, REWORDED)
    for _ in range(2):
        versions.look(press.db, press.shelf)
    last, first = versions.all(press.db.cursor(), "counter")
    assert (last.origin, last.level, last.text, last.who) == ("outside", "major", REWORDED, audit.SYSTEM)
    entry = audit.entries(press.db.cursor())[0]
    assert (entry.action, entry.values["digest"]) == ("survey_outside", press.shelf.get("counter").digest)
    assert publishing.roll_back(press, "counter", first.number, BOB).version == "2.0.0"


def test_half_done_work_in_the_file_is_not_written_over_for_good(press: Press) -> None:
    publishing.publish(press, "counter", approved(press, TEXT).revision, BOB)
    write(press, "half: done [")
    draft = approved(press, MORE)
    publishing.publish(press, "counter", draft.revision, BOB)
    assert "half: done [" in [each.text for each in drafts.history(press.db.cursor(), "counter")]


def test_another_survey_s_file_is_never_written_over(press: Press) -> None:
    write(press, TEXT.replace("id: counter", "id: lobby"), "counter.yaml")
    draft = approved(press, TEXT)
    with pytest.raises(Refused) as refused:
        publishing.publish(press, "counter", draft.revision, BOB)
    assert code(refused) == "publish_file"
    assert versions.all(press.db.cursor(), "counter") == ()


def test_when_the_file_cannot_be_written_nothing_is_published(press: Press) -> None:
    draft = approved(press, TEXT)
    (press.folder / "counter.yaml").mkdir()
    with pytest.raises(Refused) as refused:
        publishing.publish(press, "counter", draft.revision, BOB)
    assert code(refused) == "publish_write"
    assert versions.all(press.db.cursor(), "counter") == ()
    assert drafts.find(press.db.cursor(), "counter").state == "approved"
    assert "survey_published" not in actions(press)


def test_an_altered_version_is_not_put_back_into_service(press: Press) -> None:
    publishing.publish(press, "counter", approved(press, TEXT).revision, BOB)
    publishing.publish(press, "counter", approved(press, MORE).revision, BOB)
    con = press.db.cursor()
    con.execute("DROP TRIGGER survey_version_update ON survey_version")
    con.execute("UPDATE survey_version SET text = replace(text, 'Why?', 'Really?') WHERE number = 1")
    with pytest.raises(Refused) as refused:
        publishing.roll_back(press, "counter", 1, BOB)
    assert code(refused) == "version_altered"
    assert versions.between(con, "counter", "1.0.0", "1.1.0") is None


def test_a_file_removed_by_hand_is_noticed_once_and_can_be_put_back(press: Press) -> None:
    publishing.publish(press, "counter", approved(press, TEXT).revision, BOB)
    (press.folder / "counter.yaml").unlink()
    press.shelf.refresh()
    for _ in range(2):
        versions.look(press.db, press.shelf)
    con = press.db.cursor()
    assert [each.origin for each in versions.all(con, "counter")] == ["removed", "published"]
    assert standing.all(con, press.shelf.all(), TODAY)[0].service == "removed"
    assert publishing.restore(press, "counter", BOB).version == "1.0.1"
    assert press.shelf.get("counter") is not None
    (press.folder / "counter.yaml").unlink()
    press.shelf.refresh()
    versions.look(press.db, press.shelf)
    write(press, TEXT.replace("version: 1.0.0", "version: 1.0.1"))
    versions.look(press.db, press.shelf)
    versions.look(press.db, press.shelf)
    assert [each.origin for each in versions.all(con, "counter")][:3] == ["outside", "removed", "restored"]


def test_the_standing_of_a_survey_by_its_days_and_its_draft(press: Press) -> None:
    def service(day: dt.date) -> tuple[str, dt.date | None]:
        found = standing.all(press.db.cursor(), press.shelf.all(), day)[0]
        return found.service, found.turn

    assert standing.all(press.db.cursor(), press.shelf.all(), TODAY) == ()
    drafts.save(press.db, "counter", TEXT, "ann", None)
    assert service(TODAY) == ("new", None)
    opens, closes = TODAY, TODAY + dt.timedelta(days=60)
    draft = approved(press, MORE)
    publishing.publish(press, "counter", draft.revision, BOB, None, Schedule(opens, closes))
    day = dt.timedelta(days=1)
    assert [service(at) for at in (opens - day, opens, closes - 14 * day, closes, closes + day)] == [
        ("early", opens), ("open", None), ("closing", closes), ("closing", closes), ("closed", closes)
    ]  # fmt: skip
    drafts.save(press.db, "counter", TEXT, "ann", None)
    found = standing.all(press.db.cursor(), press.shelf.all(), TODAY)[0]
    assert found.waits_for(ANN) and not found.waits_for(BOB) and not found.waits_for(EVE)
    drafts.submit(press.db, "counter", found.draft.revision, ANN)
    found = standing.all(press.db.cursor(), press.shelf.all(), TODAY)[0]
    assert (found.waits_for(ANN), found.waits_for(BOB), found.waits_for(EVE)) == (False, True, False)
    drafts.approve(press.db, "counter", found.draft.revision, BOB)
    found = standing.all(press.db.cursor(), press.shelf.all(), TODAY)[0]
    assert (found.waits_for(ANN), found.waits_for(BOB), found.waits_for(EVE)) == (True, True, False)


def test_another_link_name_keeps_everybody_who_wrote(press: Press) -> None:
    drafts.save(press.db, "counter", TEXT, "bob", None)
    draft = drafts.save(press.db, "counter", REWORDED, "ann", 1)
    text = REWORDED.replace("id: counter", "id: desk")
    renamed = drafts.rename(press.db, "counter", "desk", text, draft.revision, ANN)
    con = press.db.cursor()
    assert renamed.survey_id == "desk" and renamed.text == text and drafts.find(con, "counter") is None
    assert [each.text for each in drafts.history(con, "desk")] == [text, REWORDED, TEXT]
    drafts.submit(press.db, "desk", renamed.revision, ANN)
    with pytest.raises(Refused) as refused:
        drafts.approve(press.db, "desk", renamed.revision, BOB)
    assert code(refused) == "four_eyes", "who wrote it under the old name may not approve it under the new one"
    assert "survey_renamed" in actions(press)
    drafts.save(press.db, "other", TEXT.replace("id: counter", "id: other"), "ann", None)
    with pytest.raises(Refused) as refused:
        drafts.rename(press.db, "desk", "other", text, renamed.revision, ANN)
    assert code(refused) == "draft_taken"


def test_a_text_beside_the_draft_is_found_again_and_is_not_the_draft(press: Press) -> None:
    drafts.save(press.db, "counter", TEXT, "ann", None)
    drafts.put_aside(press.db, "counter", "id: [", "ann", 1)
    drafts.put_aside(press.db, "counter", "id: [", "ann", 1)
    con = press.db.cursor()
    assert drafts.find(con, "counter").text == TEXT and drafts.beside(con, "counter", "ann", 1) == "id: ["
    assert len(drafts.history(con, "counter")) == 2 and drafts.beside(con, "counter", "bob", 1) is None
    again = drafts.save(press.db, "counter", MORE, "ann", 1)
    assert again.text == MORE and drafts.beside(con, "counter", "ann", again.revision) is None
    assert drafts.one(con, "counter", 1).text == TEXT and drafts.one(con, "counter", 9) is None


def test_saves_close_together_are_one_line() -> None:
    start = dt.datetime(2026, 11, 22, 9, 0)
    made = [("ann", 0, False), ("ann", 1, False), ("ann", 8, False), ("ann", 30, False), ("bob", 31, False),
            ("bob", 32, True), ("bob", 33, True)]  # fmt: skip
    kept = [drafts.Revision(n, None, aside, "", who, start + dt.timedelta(minutes=minute))
            for n, (who, minute, aside) in enumerate(made, 1)]  # fmt: skip
    assert [each.revision for each in past.folded(reversed(kept))] == [7, 5, 4, 3]
