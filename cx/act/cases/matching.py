"""Which responses of late meet which rules, in SQL: one question a rule, over the last days only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cx.bank.rules import Rule, Rules
from cx.store.query import Connection

# One voice, sound answers, and no answer of the demo bank: its cases come with it.
_RECENT = (
    "CREATE OR REPLACE TEMP TABLE case_recent AS "
    "SELECT response_id, day, survey_id, channel, submitted_at, nps, nps_kind FROM response "
    "WHERE submitted_at >= ? AND submitted_at <= ? AND voice = 'customer' AND NOT flagged AND {sources} "
    "AND survey_id <> ?"
)
LIVE, DEMO = "source <> 'demo'", "source = 'demo'"


def since(con: Connection, rules: Sequence[Rule], now: dt.datetime) -> dict[str, dt.datetime]:
    """From when each rule counts: from when it was first seen to mean what it means now. Within a write transaction."""
    known = {
        (id, meaning): at
        for id, meaning, at in con.execute("SELECT rule_id, meaning, max(since) FROM case_rule GROUP BY ALL").fetchall()
    }
    fresh = [rule for rule in rules if (rule.id, rule.meaning) not in known]
    for rule in fresh:
        con.execute("INSERT INTO case_rule VALUES (?, ?, ?)", [rule.id, rule.meaning, now])
        known[rule.id, rule.meaning] = now
    return {rule.id: known[rule.id, rule.meaning] for rule in rules}


def matched(
    con: Connection, rules: Rules, begins: dict[str, dt.datetime], after: dt.datetime, now: dt.datetime,
    sources: str = LIVE,
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """The rules that each response submitted between two moments meets, the most serious first, by response id."""
    again = rules.again.survey if rules.again else ""
    con.execute(_RECENT.format(sources=sources), [after, now, again])
    first = con.execute("SELECT min(day) FROM case_recent").fetchall()[0][0]
    found: dict[str, tuple[str, ...]] = {}
    if first is None:
        return found
    for rule in rules.active:
        limit, values = _limits(rule)
        for sql, given in _parts(rule, first):
            rows = con.execute(
                f"SELECT DISTINCT response_id::VARCHAR FROM case_recent WHERE submitted_at >= ? AND {limit} AND {sql}",
                [begins[rule.id], *values, *given],
            ).fetchall()
            for (id,) in rows:
                if rule.id not in found.get(id, ()):
                    found[id] = (*found.get(id, ()), rule.id)
    return found


def _limits(rule: Rule) -> tuple[str, list[object]]:
    parts, values = ["TRUE"], []
    for name, allowed in (("survey_id", rule.surveys), ("channel", rule.channels)):
        if allowed:
            parts.append(f"list_contains(?::VARCHAR[], {name})")
            values.append(list(allowed))
    return " AND ".join(parts), values


def _parts(rule: Rule, first: dt.date) -> list[tuple[str, list[object]]]:
    """Conditions, of which one is enough. In a competitive survey the first NPS answer may be about another bank."""
    when, parts = rule.when, []
    answered = "response_id IN (SELECT response_id FROM answer WHERE day >= ? AND {})"
    said = (
        "response_id IN (SELECT a.response_id FROM answer a JOIN comment_reading k "
        "ON k.text_key = md5_number_lower(a.text) WHERE a.day >= ? AND a.type = 'text' AND {})"
    )
    if when.nps is not None:
        parts.append(("nps <= ? AND nps_kind IS DISTINCT FROM 'competitive'", [when.nps]))
    for type, most in (("csat", when.csat), ("rating", when.rating)):
        if most is not None:
            text = f"type = '{type}' AND brand IS NULL AND satisfaction <= ?"
            parts.append((answered.format(text), [first, round(100 * most)]))
    if when.contact:
        parts.append((answered.format("type = 'contact' AND choice = 'yes'"), [first]))
    if when.risks:
        parts.append((said.format("list_has_any(k.risks, ?::VARCHAR[])"), [first, list(when.risks)]))
    if when.intensity is not None:
        text, values = "k.mood < 0 AND k.intensity >= ?", [first, when.intensity]
        if when.emotions:
            text, values = f"{text} AND list_has_any(k.emotions, ?::VARCHAR[])", [*values, list(when.emotions)]
        parts.append((said.format(text), values))
    return parts
