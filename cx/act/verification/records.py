"""A proof as plain JSON values, and back; records from before there were controls are read too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cx.act.verification import comparing
from cx.act.verification.shapes import Adjusted, Beside, Check, Difference, Hint, Payback, Point, Proof, Side


def proof_json(proof: Proof) -> dict[str, Any]:
    """A proof as plain JSON values."""
    plain = {each.name: _plain(getattr(proof, each.name)) for each in fields(proof) if each.name != "plain"}
    return plain | {"plain": comparing.as_json(proof.plain)}


def proof_of(plain: Mapping[str, Any]) -> Proof:
    """The proof that :func:`proof_json` wrote, or what was recorded when only before and after were compared."""
    if "plain" not in plain:
        before_after = comparing.of_json(plain)
        return Proof(before_after.verdict, (), before_after)
    known = {each.name for each in fields(Proof)}
    values = {name: value for name, value in plain.items() if name in known}
    values |= {"plain": comparing.of_json(plain["plain"])}
    values |= {name: tuple(values[name]) for name in ("reasons", "left_out")}
    values |= {name: _side(values[name]) for name in ("pilots", "controls")}
    values |= {name: values[name] and Check(**_days(values[name])) for name in ("pretrend", "placebo")}
    values |= {name: tuple(_beside(each) for each in values[name]) for name in ("guardrails", "beside")}
    values["difference"] = values["difference"] and Difference(**values["difference"])
    values["cuped"] = values["cuped"] and Adjusted(**values["cuped"])
    values["hint"] = Hint(**values["hint"]) if values.get("hint") else None
    values["payback"] = values["payback"] and Payback(**values["payback"])
    values["series"] = tuple(Point(**_days(each)) for each in values["series"])
    return Proof(**values)


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _days(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {**plain, **{name: dt.date.fromisoformat(plain[name]) for name in ("first", "last")}}


def _side(plain: Mapping[str, Any] | None) -> Side | None:
    return None if plain is None else Side(**{**plain, "branches": tuple(plain["branches"])})


def _beside(plain: Mapping[str, Any]) -> Beside:
    return Beside(plain["metric"], plain["nps_kind"], plain["difference"] and Difference(**plain["difference"]))
