"""Cases read: a page of the list, one of them, its history, those that are hot, the response behind one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from cx.act.cases.keeping import LISTED, case, seen
from cx.act.cases.shape import Case, Contact, Given, Listed, Said, Standing, Step, Waiting, Wanted
from cx.collect import secret
from cx.measure.scope import Rights
from cx.store.query import Connection

LATE = (
    "(state <> 'closed' AND (coalesce(close_due < ?, FALSE) OR "
    "(contacted_at IS NULL AND coalesce(contact_due < ?, FALSE))))"
)
# What is due first: the first contact where nobody has spoken to the customer yet, else the closing.
_DUE = "least(CASE WHEN contacted_at IS NULL THEN contact_due END, close_due)"
# A link's token only as a whole: who may not see it would else find it letter by letter.
_SAYS = "(contains(lower(concat_ws(' ', title, note, topic, case_id)), lower(?)) OR reference = ?)"
_ORDER = (
    f"state = 'closed', CASE WHEN state <> 'closed' THEN NOT hot END, CASE WHEN state <> 'closed' THEN {_DUE} END, "
    "recorded_at DESC, case_id"
)


def listed(con: Connection, rights: Rights, wanted: Wanted, now: dt.datetime, most: int = 20, skip: int = 0) -> Listed:
    """A page of those wanted: open before closed; of the open ones the hot first, then by what is due; the closed by
    their last step."""
    where, values = condition(rights, wanted, now)
    n = con.execute(f"SELECT count(*) FROM case_file WHERE {where}", values).fetchall()[0][0]
    rows = con.execute(
        f"SELECT {LISTED} FROM case_file WHERE case_id IN (SELECT case_id FROM case_file WHERE {where} "
        f"ORDER BY {_ORDER} LIMIT ? OFFSET ?) ORDER BY {_ORDER}",
        [*values, most, skip],
    ).fetchall()
    return Listed(n, tuple(map(case, rows)))


def condition(rights: Rights, wanted: Wanted, now: dt.datetime) -> tuple[str, list[object]]:
    """What is wanted, within what may be seen, as a condition over ``case_file``."""
    where, values = seen(rights)
    parts, given = [where], list(values)
    for text, value in (
        ("owner = ?", wanted.me if wanted.whose == "mine" else ""), ("branch = ?", wanted.branch),
        ("list_contains(kinds, ?)", wanted.kind), ("root_cause = ?", wanted.cause), ("desk = ?", wanted.desk),
        ("state = ?", "" if wanted.state == "active" else wanted.state),
        (_SAYS, wanted.words.strip()),
    ):  # fmt: skip
        if value:
            parts.append(text)
            given += [value] * text.count("?")
    parts += ["owner IS NULL"] if wanted.whose == "nobody" else []
    parts += ["state <> 'closed'"] if wanted.state == "active" else []
    parts += ["hot"] if wanted.hot else []
    if wanted.late:
        parts.append(LATE)
        given += [now, now]
    return " AND ".join(parts), given


def standing(con: Connection, rights: Rights, now: dt.datetime, until: dt.datetime | None = None) -> Standing:
    """How things stand; ``until``: end of the day by which first contacts count as due today (default: 12 hours on)."""
    where, values = seen(rights)
    end = until or now + dt.timedelta(hours=12)
    row = con.execute(
        f"SELECT count(*) FILTER (state <> 'closed'), count(*) FILTER ({LATE}), count(*) FILTER (state <> 'closed' AND "
        "contacted_at IS NULL AND contact_due <= ?), count(*) FILTER (state <> 'closed' AND hot), "
        "count(*) FILTER (state = 'closed'), count(*) FILTER (state <> 'closed' AND owner IS NULL), "
        "count(*) FILTER (state <> 'closed' AND escalated_at IS NOT NULL), "
        f"count(*) FILTER (state <> 'closed' AND source = 'demo') FROM case_file WHERE {where}",
        [now, now, end, *values],
    ).fetchall()[0]
    return Standing(*row)


def hot(con: Connection, rights: Rights, since: dt.datetime) -> tuple[Case, ...]:
    """Open hot cases that were opened after a moment, newest first."""
    where, values = seen(rights)
    rows = con.execute(
        f"SELECT {LISTED} FROM case_file WHERE hot AND state <> 'closed' AND opened_at > ? AND {where} "
        "ORDER BY opened_at DESC LIMIT 50",
        [since, *values],
    ).fetchall()
    return tuple(map(case, rows))


def waiting(
    con: Connection, branch: str, channel: str | None, rights: Rights, since: dt.datetime
) -> tuple[Waiting, ...]:  # fmt: skip
    """The open hot cases of one branch since a moment, newest first, as far as all of its people may know of them.
    ``channel``: none of customers who came by another (None: all); a link often says the branch alone."""
    if rights.branches is not None and branch not in rights.branches:
        return ()
    rows = con.execute(
        "SELECT touchpoint, opened_at, state <> 'open' FROM case_file WHERE hot AND state <> 'closed' AND branch = ? "
        "AND opened_at > ? AND response_id IS NOT NULL AND (channel IS NULL OR channel = coalesce(?, channel)) "
        "ORDER BY opened_at DESC LIMIT 99",
        [branch, since, channel],
    ).fetchall()
    return tuple(Waiting(*row) for row in rows)


def get(con: Connection, id: str, rights: Rights) -> Case | None:
    """One case; None where there is none that may be seen."""
    where, values = seen(rights)
    rows = con.execute(f"SELECT {LISTED} FROM case_file WHERE case_id = ? AND {where}", [id, *values]).fetchall()
    return case(rows[0]) if rows else None


def of_signals(con: Connection, rights: Rights) -> tuple[Case, ...]:
    """The cases that were opened on signals, the latest first."""
    where, values = seen(rights)
    rows = con.execute(
        f"SELECT {LISTED} FROM case_file WHERE subject IS NOT NULL AND {where} "
        "ORDER BY state = 'closed', opened_at DESC",
        values,
    ).fetchall()
    return tuple(map(case, rows))


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, oldest first; empty where it may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state, owner, outcome, note, coalesce(action, 'step'), root_cause, template "
        "FROM case_step WHERE case_id = ? ORDER BY recorded_at",
        [id],
    ).fetchall()
    return tuple(Step(*row) for row in rows)


def names(con: Connection, rights: Rights) -> dict[str, str]:
    """Titles by id of the cases that have one: those that somebody or a signal opened."""
    where, values = seen(rights)
    return dict(con.execute(f"SELECT case_id, title FROM case_file WHERE title <> '' AND {where}", values).fetchall())


def said(con: Connection, case: Case, rights: Rights) -> Said | None:
    """The response that a case came from; None where there is none any more, or where the case may not be seen, or the
    response, which a correction moved to another branch. How to reach the customer: of an open case, to who acts."""
    if case.response_id is None or get(con, case.id, rights) is None:
        return None
    found = _said(con, case.response_id, rights)
    if found is None or not (case.open and rights.act and rights.comments):
        return found
    rows = con.execute(
        "SELECT question_id, name, phone, email, preferred FROM contact WHERE response_id = ?::UUID ORDER BY 1",
        [case.response_id],
    ).fetchall()
    return replace(found, contacts=tuple(Contact(*each) for each in rows))


def said_again(con: Connection, case: Case, rights: Rights) -> Said | None:
    """What the customer answered by the link of the case; None before, or where it may not be seen."""
    if case.again is None or not secret.is_token(case.reference) or get(con, case.id, rights) is None:
        return None
    rows = con.execute(
        "SELECT response_id::VARCHAR FROM submission WHERE submission_id = ?::UUID",
        [secret.submission_id(case.reference)],
    ).fetchall()
    return _said(con, rows[0][0], rights) if rows else None


def _said(con: Connection, id: str, rights: Rights) -> Said | None:
    where, values = seen(rights)
    rows = con.execute(
        "SELECT submitted_at, survey_id, survey_version, touchpoint, branch, channel, lang, nps, flagged, "
        f"source = 'demo' FROM response WHERE response_id = ?::UUID AND {where}",
        [id, *values],
    ).fetchall()
    if not rows:
        return None
    given = con.execute(
        "SELECT question_id, type, score, points, choice, number, text FROM answer "
        "WHERE response_id = ?::UUID AND day >= ? ORDER BY rowid",
        [id, rows[0][0].date() - dt.timedelta(days=1)],
    ).fetchall()
    answers = tuple(_given(Given(*each), rights.comments) for each in given if each[1] != "computed")
    words = tuple((each.question, each.text) for each in answers if each.type == "text" and each.text)
    return Said(*rows[0], answers, words)


def _given(each: Given, comments: bool) -> Given:
    """Own words (a text, what is meant by "other", a photo) only for those who may read them; a day is none."""
    written = each.type in ("text", "photo") or (each.choice is not None and each.text)
    return each._replace(text=None, hidden=True) if written and not comments else each
