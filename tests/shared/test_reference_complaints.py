"""A regulator's file of complaints as cases: how timely they were seen to, as the reference counts it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path, PurePosixPath

from references import FOLDER, near, reference, table

from cx.act import cases
from cx.act.cases import importing
from cx.bank import rules
from cx.bank.model import load
from cx.intake import complaints
from cx.intake.complaints import ComplaintMapping
from cx.intake.reading import tabular
from cx.measure.scope import WHOLE_BANK
from cx.store.database import Database

MODEL = Path(__file__).parents[2] / "data" / "model"
NOW = dt.datetime(2026, 11, 20)
# What a user would choose on the screen for a file of this shape.
CHOSEN = {
    "id": "Complaint ID", "received": "Date received", "contacted": "Date sent to company", "topic": "Product",
    "status": "Company response", "timely": "Timely response?", "disputed": "Consumer disputed?",
}  # fmt: skip
MAPPING = ComplaintMapping(CHOSEN, frozenset({"In progress"}), frozenset({"No"}), "regulator")


def test_timeliness_of_imported_complaints_is_that_of_the_reference() -> None:
    expected, tolerance = reference("cfpb_facts")
    for case in expected:
        path = FOLDER / "real" / PurePosixPath(case["file"]).name
        path = path if path.exists() else table(*CHOSEN.values())
        known, own = rules.load(MODEL), Database(":memory:")
        with tabular.opened(path, path.name) as opened:
            offered = dict(complaints.words(opened, CHOSEN["status"]))
            checked = complaints.check(opened, MAPPING, load(MODEL))
        assert not checked.total and offered.get("In progress", 0) == case["open_in_progress"]
        first = importing.load(own, checked, "li", rights=WHOLE_BANK, rules=known, now=NOW)
        again = importing.load(own, checked, "li", rights=WHOLE_BANK, rules=known, now=NOW)
        assert (first.new, again.new, again.unchanged) == (case["rows"], 0, case["rows"])
        with own.cursor() as con:
            found = importing.facts(con, WHOLE_BANK, "regulator", known.hours)
            standing = cases.standing(con, WHOLE_BANK, NOW)
            page = cases.listed(con, WHOLE_BANK, cases.Wanted(kind="complaint", state="open"), NOW, 20)
        assert (found.n, found.late, found.open) == (case["rows"], case["timely_no"], case["open_in_progress"])
        assert (str(found.first), str(found.last)) == (case["first"], case["last"])
        assert near(found.days, case["days_to_company_median"], tolerance)
        assert found.by_topic == case["by_product"]
        assert {str(day): n for day, n in found.per_day.items()} == case["per_day"]
        assert {str(word or "nan"): n for word, n in found.disputed.items()} == case["disputed"]
        assert standing.open == page.n == case["open_in_progress"] and len(page.cases) == min(20, page.n)
        own.close()
