"""LimeSurvey's conditions, checks and quotas → ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cx.convert.expressions.terms import quoted
from cx.convert.lss.making import Making
from cx.convert.lss.model import Asked
from cx.convert.pieces import MOST_LEAVES, Made, every, some
from cx.survey.audience import MOST_QUOTAS
from cx.survey.types import TYPES

_PREG = re.compile(r"([/#~@!])(.*)\1([a-zA-Z]*)", re.DOTALL)
_ALWAYS = ("", "1", "true")
_NEVER = ("0", "false")
_SUMS = ("min_num_value", "max_num_value", "equals_num_value")
_METHODS = frozenset(("==", "!=", "<", "<=", ">", ">="))


class Checks:
    """Reads conditions in the names that the questions made so far have."""

    def __init__(self, make: Making) -> None:
        self.make = make

    def relevance(self, q: Asked) -> str:
        """The condition of a question in their words; from version 1, from its table of conditions."""
        said = q.row.get("relevance", "").strip()
        if "relevance" not in q.row:
            said = _old(
                [row for row in self.make.form.tables.rows("conditions") if row.get("qid") == q.qid][:MOST_LEAVES]
            )
        return "" if said in _ALWAYS else said

    def never(self, q: Asked) -> str | None:
        """Why a question is never asked, as a reason for its loss."""
        if q.on("hidden") and q.type != "*":
            return "hidden_question"
        return "never_shown" if q.row.get("relevance", "").strip() in _NEVER else None

    def show_if(self, place: str, said: str) -> str | None:
        """A condition to show something."""
        return self.make.condition(place, "show_if", said) if said.strip() not in _ALWAYS else None

    def rules(self, q: Asked, made: Sequence[Made]) -> None:
        """Put the checks of a question on the question of ours that it became, the last of several."""
        answered = [one for one in made if TYPES[one["type"]].answerable and one["type"] != "computed"]
        if not answered:
            return
        rules = [*self._pattern(q, answered), *self._formula(q)]
        message = self.make.text(q, q.spoken.get("em_validation_q_tip", q.attributes.get("em_validation_q_tip")))
        if rules:
            told = message or self.make.words("rule_broken")
            answered[-1]["validate"] = [{"rule": rule, "message": told} for rule in rules]

    def _pattern(self, q: Asked, made: Sequence[Made]) -> list[str]:
        said = q.row.get("preg", "")
        if not said:
            return []
        found = _PREG.fullmatch(said.strip())
        if not found or made[0]["type"] not in ("text", "number"):
            self.make.report.dropped(self.make.place(q), "pattern", expression=said)
            return []
        flags = "".join(flag for flag in found.group(3).lower() if flag in "imsx")
        pattern = (f"(?{flags})" if flags else "") + found.group(2).replace("\\/", "/")
        ids = [one["id"] if one["type"] == "text" else f"text({one['id']})" for one in made]
        return [f"{id}.matches({quoted(pattern)})" for id in ids]

    def _formula(self, q: Asked) -> list[str]:
        """``em_validation_q`` looks at the whole question, ``em_validation_sq`` at each of its parts, as bounds do. An
        answer that may be missing breaks no rule."""
        known, place = self.make.variables, self.make.place(q)
        for key in _SUMS if q.type == "K" else ():
            if said := q.attributes.get(key):
                self.make.bound(q, key, said)
        whole = [check for check in self.make.bounds if "self" in check]
        each = [check for check in self.make.bounds if "self" not in check]
        whole += filter(None, [q.attributes.get("em_validation_q")])
        each += filter(None, [q.attributes.get("em_validation_sq")])
        found = []
        for check in whole:
            known.own = (q.code, None)
            found.append(self.make.condition(place, "rule", check))
        for check in each:
            for alias in known.parts(q.code):
                known.own = (q.code, alias)
                found.append(self.make.condition(place, "rule", check))
        known.own = ("", None)
        self.make.bounds.clear()
        return [rule for rule in found if rule]

    def quotas(self) -> list[Made]:
        """Quotas: answers to different questions must all be there, any of those to the same one."""
        tables = self.make.form.tables
        questions = {q.qid: q for group in self.make.form.groups for q in group.questions}
        made: list[Made] = []
        for row in tables.rows("quota")[:MOST_QUOTAS]:
            name = row.get("name", "") or row.get("id", "")
            members = [one for one in tables.rows("quota_members") if one.get("quota_id") == row.get("id")]
            asked: dict[str, list[str]] = {}
            for member in members:
                if q := questions.get(member.get("qid", "")):
                    asked.setdefault(q.qid, []).append(_member(q, member.get("code", "")))
            source = " and ".join(f"({' or '.join(parts)})" for parts in asked.values())
            when = self.make.condition(name, "when", source) if source else None
            limit = row.get("qlimit", "")
            if when is None or row.get("active") != "1" or not limit.isdigit() or int(limit) < 1:
                self.make.report.dropped(name, "quota")
                continue
            message = {
                self.make.form.languages[one["quotals_language"]]: one.get("quotals_message", "")
                for one in tables.rows("quota_languagesettings")
                if one.get("quotals_quota_id") == row.get("id")
                and one.get("quotals_language") in self.make.form.languages
            }
            told = {"message": self.make.text(None, message, name)} if any(message.values()) else {}
            made.append({"id": self.make.ids.fresh(name), "when": when, "limit": int(limit), **told})
        return made


def _member(q: Asked, code: str) -> str:
    if q.type in "MP":
        return f'{q.code}_{code}.NAOK == "Y"'
    row, sign, value = code.rpartition("-")
    return f'{q.code}_{row}.NAOK == "{value}"' if sign and q.type in "AB" else f'{q.code}.NAOK == "{code}"'


def _old(rows: Sequence[dict[str, str]]) -> str:
    """Version 1: scenarios in turn; in each, every question's condition, where equals of one question are any."""
    scenarios: dict[str, dict[tuple[str, str], list[str]]] = {}
    for place, row in enumerate(rows):
        method = row.get("method", "").strip() or "=="
        name = row.get("cfieldname", "").lstrip("+")
        value = row.get("value", "").replace('"', '\\"')
        part = f'{name}.NAOK {method} "{value}"' if method in _METHODS else f'regexMatch("{value}", {name}.NAOK)'
        key = (row.get("cqid", ""), "" if method == "==" else str(place))
        scenarios.setdefault(row.get("scenario", "1"), {}).setdefault(key, []).append(part)
    return some(every(some(parts) for parts in scenario.values()) for scenario in scenarios.values())
