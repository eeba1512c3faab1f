"""What people do with cases: open one, take it up, speak to the customer, close it, open it again, ask once more.

Who saves on top of a step that they have not seen is refused: nothing is overwritten.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cx.act.cases import clock, keeping
from cx.act.cases.reading import get, of_signals
from cx.act.cases.shape import HAND, INVALID, OUTCOMES, SIGNAL, About, Action, Case, Cause, State, missing
from cx.bank.calendar import Calendar
from cx.bank.rules import Rules
from cx.collect import secret, single
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.schema import Survey
from cx.words import Problem, Refused

HOURS = {True: 9.0, False: 27.0}
"""Working hours that a case opened by hand may take: an urgent one, and any other."""


def open_case(
    db: Database, who: str, about: About, *, rights: Rights, rules: Rules, calendar: Calendar,
    now: dt.datetime | None = None, owner: str | None = None, note: str = "",
) -> tuple[str, bool]:  # fmt: skip
    """Open a case; returns its id and whether it is new. Of one signal, or of one chart as long as a case on it is
    open, there is one case: that one is returned.

    Raises :class:`Refused`: ``case_not_allowed``, ``case_title``, ``case_not_yours``.
    """
    _may(rights)
    if not about.title.strip():
        raise Refused(Problem("case_title", "title"))
    if rights.branches is not None and about.branch not in rights.branches:
        raise Refused(Problem("case_not_yours", about.branch or ""))
    at = moments.after(None, now)
    with audit.writing(db) as con:  # one at a time: what is looked for cannot appear in between
        for known in of_signals(con, rights) if about.cause else ():
            if about.cause and same(known, about.cause):
                return known.id, False
        id = keeping.number(secrets.token_hex())
        values = row(replace(about, title=about.title.strip()), rules) | {
            "case_id": id, "owner": owner, "note": note.strip(),
            "close_due": clock.due(at, HOURS[about.urgent], rules.hours, calendar),
        }  # fmt: skip
        keeping.opened(con, [values], who, at)
        audit.write(con, who, "case_opened", id, {"branch": about.branch, "cause": values["subject"]})
    return id, True


def row(about: About, rules: Rules) -> dict[str, Any]:
    """The columns of a case that somebody or a signal opens."""
    cause, kind = about.cause, SIGNAL if about.cause else HAND
    desk = next((each.id for each in rules.desks.values() if each.otherwise), "")
    return {
        "kind": kind, "kinds": [kind], "hot": about.urgent, "title": about.title, "branch": about.branch,
        "touchpoint": about.touchpoint, "desk": rules.desk(desk, about.branch),
        "subject": cause and cause.subject, "agreed": cause and cause.agreed, "first": cause and cause.first,
        "last": cause and cause.last,
    }  # fmt: skip


def same(known: Case, cause: Cause) -> bool:
    """Whether a case is about this signal, or still about its chart."""
    theirs = known.about.cause
    return theirs is not None and theirs.subject == cause.subject and (
        known.open or (theirs.agreed, theirs.first) == (cause.agreed, cause.first)
    )  # fmt: skip


def step(
    db: Database, who: str, id: str, seen: dt.datetime, *, rights: Rights, rules: Rules, calendar: Calendar,
    state: State | None = None, owner: str | None = None, outcome: str | None = None, note: str = "",
    contacted: bool = False, template: str | None = None, root_cause: str | None = None, escalate: bool = False,
    now: dt.datetime | None = None,
) -> None:  # fmt: skip
    """A step on a case: taken up, given to somebody (``owner``), the customer spoken to (``contacted``, with an
    approved text ``template``), a root cause found, handed to the manager (``escalate``), closed with an
    outcome, opened again, or only a note.

    ``seen`` is ``recorded_at`` of the case as the user saw it. Raises :class:`Refused`: ``case_not_allowed``,
    ``case_not_found``, ``case_changed`` (a colleague was quicker), ``case_note``, ``case_outcome``,
    ``case_root_cause``, ``case_order``.
    """
    _may(rights)
    with audit.writing(db) as con:
        known = get(con, id, rights)
        if known is None:
            raise Refused(missing(id))
        if known.recorded_at != seen:
            raise Refused(Problem("case_changed", known.about.title, {"by": known.recorded_by}))
        at = moments.after(known.recorded_at, now)
        to = _state(known, state, contacted, escalate)
        moved, given = to != known.state and not (to == "working" and (contacted or escalate)), owner or known.owner
        silent = not moved and (contacted or escalate or bool(root_cause) or given != known.owner)
        if not note.strip() and not silent:
            raise Refused(Problem("case_note", "note"))
        bad = outcome == INVALID and to == "closed" and _flagged(con, known)
        if not bad:
            _check(known, to, rules, outcome, root_cause or known.root_cause)
        values: dict[str, Any] = {"state": to, "owner": given, "note": note.strip()}
        values["root_cause"] = root_cause or known.root_cause
        values["outcome"] = outcome if to == "closed" else None
        if contacted and known.contacted_at is None:
            values["contacted_at"] = at
        if escalate and known.escalated_at is None:
            values |= escalated(known, rules, at)
        values |= _clocks(known, to, at, rules, calendar)
        action = _action(known, to, contacted, escalate)
        keeping.changed(con, known, who, action, at, template, **values)
        audit.write(con, who, "case_step", id, {"from": known.state, "to": to, "outcome": values["outcome"]})


def escalated(case: Case, rules: Rules, at: dt.datetime) -> dict[str, Any]:
    """What changes when a case goes to the manager."""
    rule = rules.rules.get(case.kind)
    to = rule.to if rule and rule.to else next((d.otherwise for d in rules.desks.values() if d.otherwise), case.desk)
    return {"escalated_at": at, "desk": to}


def invite_again(
    db: Database, who: str, id: str, seen: dt.datetime, *, rights: Rights, rules: Rules, survey: Survey | None,
    now: dt.datetime | None = None,
) -> str:  # fmt: skip
    """The token of the personal link by which this customer can say how it is now, once: ``/i/<token>``. ``survey`` is
    that of the rules. A case has one link: asked again, it is the same. Raises :class:`Refused`, as :func:`step`, and
    ``case_no_again``."""
    _may(rights)
    if rules.again is None or survey is None:
        raise Refused(Problem("case_no_again"))
    with audit.writing(db) as con:
        known = get(con, id, rights)
        if known is None:
            raise Refused(missing(id))
        if secret.is_token(known.reference):
            return known.reference
        if known.recorded_at != seen:
            raise Refused(Problem("case_changed", known.about.title, {"by": known.recorded_by}))
        at = moments.after(known.recorded_at, now)
        dims = {"branch": known.about.branch, "channel": known.channel}
        token = single.invite(con, survey, dims, who, at.date(), round(rules.again.late))
        keeping.changed(con, known, who, "invited", at, reference=token)
        audit.write(con, who, "case_invited", id)
    return token


def _may(rights: Rights) -> None:
    if not rights.act:
        raise Refused(Problem("case_not_allowed"))


def _state(known: Case, wanted: State | None, contacted: bool, escalate: bool) -> State:
    """Whoever does something has taken the case up; a closed one is only opened again, never half."""
    to = wanted or ("working" if (contacted or escalate) and known.open else known.state)
    if to == "open" and known.state != "open":
        raise Refused(Problem("case_order"))
    if not known.open and to == "closed" and (wanted or contacted or escalate):
        raise Refused(Problem("case_order"))
    return to


def _flagged(con: Connection, known: Case) -> bool:
    """Whether the answer that a case came from was found to be of bad quality."""
    rows = con.execute("SELECT flagged FROM response WHERE response_id = ?::UUID", [known.response_id]).fetchall()
    return bool(rows and rows[0][0])


def _check(known: Case, to: State, rules: Rules, outcome: str | None, root_cause: str | None) -> None:
    if to == "closed" and known.open and outcome not in OUTCOMES:
        raise Refused(Problem("case_outcome", "outcome"))
    if root_cause is not None and rules.causes and root_cause not in rules.causes and root_cause != known.root_cause:
        raise Refused(Problem("case_root_cause", "root_cause"))
    if to == "closed" and known.open and rules.causes and root_cause is None:
        raise Refused(Problem("case_root_cause", "root_cause"))


def _clocks(known: Case, to: State, at: dt.datetime, rules: Rules, calendar: Calendar) -> Mapping[str, Any]:
    """Closing stops the clock; opening again starts it anew with the hours of its rule."""
    if to == "closed" and known.open:
        return {"closed_at": at}
    if known.open or to == "closed":
        return {}
    rule = rules.rules.get(known.kind)
    hours = rule.close if rule else HOURS[known.hot]
    return {"closed_at": None, "reopened": known.reopened + 1, "escalated_at": None,
            "close_due": clock.due(at, hours, rules.hours, calendar)}  # fmt: skip


def _action(known: Case, to: State, contacted: bool, escalate: bool) -> Action:
    if to == "closed" and known.open:
        return "closed"
    if not known.open and to != "closed":
        return "reopened"
    return "escalated" if escalate else "contacted" if contacted else "step"
