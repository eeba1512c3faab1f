"""Cases that open by themselves: responses that meet a rule, indicators beyond their limits.

One response makes one case, whatever happens: its id follows from the response's. A rule met later (a comment read
meanwhile) is added to the case while it is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cx.act.cases import clock, keeping, matching, placing, working
from cx.act.cases.reading import get, of_signals
from cx.act.cases.shape import About, of_alarm
from cx.bank.calendar import Calendar
from cx.bank.rules import Rule, Rules
from cx.collect import secret
from cx.measure.scope import WHOLE_BANK
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.insight.signals import Alarm

Alone = Callable[[str, str | None], str | None]
"""Who alone sees to cases of a desk and branch; None where several may, or nobody."""


def nobody(_desk: str, _branch: str | None) -> None:
    """Whose cases have no owner until somebody takes them."""


def run(
    db: Database, rules: Rules, calendar: Calendar, *, now: dt.datetime, after: dt.datetime | None = None,
    alone: Alone = nobody, begun: dt.datetime | None = None, of: placing.PlaceOf = placing.nowhere,
) -> int:  # fmt: skip
    """Open cases of the responses submitted since ``after`` (default: the days that rules look back), and link what
    customers said who were asked again. A rule never seen before counts from ``begun`` (default: now) on; ``of`` says
    to which touchpoint a theme of comments belongs. Returns how many cases are new or changed.

    Looks without holding up anybody who writes; only what is found is written, and looked at once more before.
    """
    begin = max(after or dt.datetime.min, now - dt.timedelta(days=rules.days))
    active = rules.active
    with db.cursor() as con:
        known = con.execute("SELECT rule_id, meaning FROM case_rule").fetchall()
    if {(rule.id, rule.meaning) for rule in active} - set(known):
        with db.writing(counted=False) as con:
            matching.since(con, active, begun or now)
    with db.cursor() as con:
        begins = {
            id: at for id, meaning, at in con.execute("SELECT rule_id, meaning, max(since) FROM case_rule GROUP BY ALL")
            .fetchall() if rules.rules.get(id) and rules.rules[id].meaning == meaning
        }  # fmt: skip
        found = matching.matched(con, rules, begins, begin, now + dt.timedelta(minutes=5))
        told = dict(
            con.execute(
                "SELECT response_id::VARCHAR, kinds FROM case_file WHERE source = 'rules' AND opened_at >= ?",
                [begin - dt.timedelta(days=1)],
            ).fetchall()
        )
    fresh = {id: kinds for id, kinds in found.items() if set(kinds) - set(told.get(id, ()))}
    done = _keep(db, fresh, rules, calendar, now, alone, of) if fresh else 0
    if not fresh or after is None:  # what came just now is read first
        done += _placed(db, begin, now, of)
    return done + answered(db, rules, now)


def _keep(
    db: Database, found: dict[str, tuple[str, ...]], rules: Rules, calendar: Calendar, now: dt.datetime, alone: Alone,
    of: placing.PlaceOf,
) -> int:  # fmt: skip
    with db.writing() as con:
        rows = of_responses(con, found, rules, calendar, alone, of=of)
        new = keeping.opened(con, rows, audit.SYSTEM, now)
        return new + sum(_raised(con, row, rules, now) for row in rows)


def of_responses(
    con: Connection, found: dict[str, tuple[str, ...]], rules: Rules, calendar: Calendar, alone: Alone,
    source: str = "rules", of: placing.PlaceOf = placing.nowhere,
) -> list[dict[str, Any]]:  # fmt: skip
    """Columns of the cases of some responses; their clocks run from when the customer submitted."""
    rows = con.execute(
        "SELECT response_id::VARCHAR, submitted_at, branch, channel, survey_id, nps FROM response "
        "WHERE response_id IN (SELECT unnest(?::UUID[]))",
        [list(found)],
    ).fetchall()
    made, places = [], placing.of_responses(con, list(found), of)
    for id, at, branch, channel, survey, score in rows:
        kinds = tuple(rule.id for rule in rules.active if rule.id in found[id])
        values = {
            "case_id": keeping.number("response", id), "kinds": list(kinds), "branch": branch,
            "touchpoint": places[id].touchpoint, "placed": places[id].why,
            "channel": channel, "survey_id": survey, "response_id": id, "score": score, "source": source,
            "opened_at": at,
        }  # fmt: skip
        made.append(values | led(kinds, rules, at, branch, calendar, alone))
    return made


def led(
    kinds: tuple[str, ...], rules: Rules, at: dt.datetime, branch: str | None, calendar: Calendar, alone: Alone
) -> dict[str, Any]:  # fmt: skip
    """What follows from the rules met: the first one leads, the shortest clocks count, one hot one is enough."""
    met = [rules.rules[kind] for kind in kinds]
    desk = rules.desk(met[0].owner, branch)
    spoken = [rule.contact for rule in met if rule.contact is not None]
    return {
        "kind": kinds[0], "hot": any(rule.hot for rule in met), "desk": desk, "owner": alone(desk, branch),
        "contact_due": clock.due(at, min(spoken), rules.hours, calendar) if spoken else None,
        "close_due": clock.due(at, min(rule.close for rule in met), rules.hours, calendar),
    }  # fmt: skip


def _raised(con: Connection, row: dict[str, Any], rules: Rules, now: dt.datetime) -> int:
    """Add reasons to a case that is open already; its owner stays, clocks only come forward."""
    case = get(con, row["case_id"], WHOLE_BANK)
    if case is None or not case.open or set(row["kinds"]) <= set(case.kinds):
        return 0
    kinds = [rule.id for rule in rules.active if rule.id in {*row["kinds"], *case.kinds}]
    dues = {
        name: min(due for due in (row[name], getattr(case, name)) if due is not None)
        for name in ("contact_due", "close_due") if row[name] or getattr(case, name)
    }  # fmt: skip
    desk = row["desk"] if kinds[0] != case.kind else case.desk
    owner = case.owner or row["owner"]
    keeping.changed(con, case, audit.SYSTEM, "reason", now, kinds=kinds, kind=kinds[0], hot=case.hot or row["hot"],
                    desk=desk, owner=owner, **dues)  # fmt: skip
    return 1


def _placed(db: Database, begin: dt.datetime, now: dt.datetime, of: placing.PlaceOf) -> int:
    """Comments are read after their case is open: say then which touchpoint it is about, where ratings did not."""
    with db.cursor() as con:
        waits = dict(
            con.execute(
                "SELECT response_id::VARCHAR, case_id FROM case_file WHERE source = 'rules' AND state <> 'closed' "
                "AND placed IN ('none', 'tie') AND opened_at >= ?", [begin - dt.timedelta(days=1)],
            ).fetchall()
        )  # fmt: skip
        places = placing.of_responses(con, list(waits), of) if waits else {}
    found = {waits[id]: place for id, place in places.items() if place.touchpoint}
    if not found:
        return 0
    with db.writing() as con:
        for id, place in found.items():
            case = get(con, id, WHOLE_BANK)
            if case is not None and case.open and case.about.touchpoint is None:
                keeping.changed(con, case, audit.SYSTEM, "placed", now, touchpoint=place.touchpoint, placed=place.why)
    return len(found)


def answered(db: Database, rules: Rules, now: dt.datetime) -> int:
    """Link what customers said who were asked again, each by the one answer of their link. How many are new."""
    again = rules.again
    if again is None:
        return 0
    with db.cursor() as con:
        waits = con.execute(
            "SELECT case_id, reference, coalesce(closed_at, opened_at) FROM case_file "
            "WHERE reference <> '' AND again IS NULL"
        ).fetchall()
        sent = {secret.submission_id(token): (id, since) for id, token, since in waits if secret.is_token(token)}
        found = con.execute(
            "SELECT s.submission_id::VARCHAR, coalesce(q.score, q.number)::INTEGER, r.submitted_at FROM submission s "
            "JOIN response r USING (response_id) JOIN answer q ON q.response_id = r.response_id AND q.question_id = ? "
            "WHERE s.submission_id IN (SELECT unnest(?::UUID[])) AND r.survey_id = ? AND NOT r.flagged "
            "AND coalesce(q.score, q.number) BETWEEN 0 AND 10",
            [again.question, list(sent), again.survey],
        ).fetchall() if sent else []  # fmt: skip
    late = dt.timedelta(days=again.late)
    rows = [(sent[id][0], score, at) for id, score, at in found if at <= sent[id][1] + late]
    if not rows:
        return 0
    with db.writing() as con:
        done = 0
        for id, score, at in rows:
            case = get(con, id, WHOLE_BANK)
            if case is not None and case.again is None:
                keeping.changed(con, case, audit.SYSTEM, "answered", now, again=score, again_at=at)
                done += 1
        return done


def of_alarms(
    db: Database, alarms: Iterable[tuple[Alarm, str | None]], rule: Rule, rules: Rules, calendar: Calendar, *,
    now: dt.datetime, begin: dt.datetime, alone: Alone = nobody,
) -> int:  # fmt: skip
    """Open a case of each alarm (with its touchpoint) that a rule asks for, that goes on and began to matter
    after ``begin``; one a signal, and none while one on its chart is open. Returns how many are new."""
    wanted = [
        (alarm, point) for alarm, point in alarms
        if alarm.ongoing and not alarm.better and alarm.last >= begin.date()
        and (rule.when.alarm == "any" or alarm.agreed)
    ]  # fmt: skip
    if not wanted:
        return 0
    new = 0
    with db.writing() as con:
        for alarm, point in wanted:
            cause, branch = of_alarm(alarm), alarm.subject.branch
            if any(working.same(known, cause) for known in of_signals(con, WHOLE_BANK)):
                continue
            row = working.row(About("", branch, point, rule.hot, cause), rules)
            row |= {"case_id": keeping.number("signal", cause.subject, cause.agreed, cause.first), "source": "rules",
                    "kinds": [rule.id]} | led((rule.id,), rules, now, branch, calendar, alone)  # fmt: skip
            new += keeping.opened(con, [row], audit.SYSTEM, now)
    return new
