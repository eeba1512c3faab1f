"""``python -m cx crosscheck``: which pain points both the survey and the indicators confirm."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

from cx.commands.check import add_output
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.crosscheck.shape import Cross, Place, Seen


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("crosscheck", help="pain points that survey and indicators both confirm")
    parser.add_argument(
        "--period", metavar="PERIOD", help="2026Q3, 2026-09, 2026, 90d, all; default: last full quarter"
    )
    parser.add_argument("--journey", help="one journey only")
    parser.add_argument("--metric", choices=("satisfaction", "top2", "nps"), default="satisfaction")
    parser.add_argument("--against", choices=("rest", "goal", "before"), default="rest", help="the answers' reference")
    parser.add_argument("--goal", type=float, help="the reference of --against goal, in the metric's unit")
    parser.add_argument("--gap", type=float, help="least difference of a survey signal, in the metric's unit")
    parser.add_argument("--line", choices=("target", "watch", "alarm"), default="target", help="limit of indicators")
    parser.add_argument("--grain", choices=("week", "month", "quarter"), default="month", help="series over time")
    parser.add_argument("--lags", type=int, choices=range(13), default=3, metavar="0..12", help="longest lead")
    parser.add_argument("--level", type=_level, default=0.05, help="share of false confirmations allowed")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 the database cannot be opened or holds no answers, 2 an unknown period or journey."""
    from cx.bank.model import load
    from cx.insight import crosscheck
    from cx.insight.crosscheck.shape import Rules
    from cx.measure import periods
    from cx.measure.scope import WHOLE_BANK, Scope
    from cx.store import query
    from cx.store.database import Database
    from cx.store.place import Place as Folder

    place, t, today = Folder.from_environment(), Translator(arguments.lang), dt.date.today()
    rules = Rules(**{name: getattr(arguments, name) for name in
                     ("metric", "against", "gap", "goal", "line", "grain", "lags", "level")})  # fmt: skip
    model = load(place.model, place.data)
    db = Database(place.database)
    try:
        con = db.cursor()
        scope = Scope(WHOLE_BANK, nps_kind="transactional" if rules.metric == "nps" else None)
        held = query.contents(con, scope, ())
        if held.first is None or held.last is None:
            print(t("crosscheck.empty"), file=sys.stderr)
            return 1
        default = periods.default(held.first, held.last, today)
        period = periods.parse(arguments.period, held.last) if arguments.period else default
        if period is None or (arguments.journey and arguments.journey not in model.journeys):
            print(arguments.journey if period else arguments.period, file=sys.stderr)
            return 2
        scope = scope.between(period.start, period.end).narrowed(journey=arguments.journey)
        cross = crosscheck.check(con, scope, model, period.before, held.last, today, rules)
    finally:
        db.close()
    print(json.dumps(_json(cross), ensure_ascii=False) if arguments.json else _table(cross))
    return 0


def _level(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("between 0 and 1")
    return value


def _json(cross: Cross) -> dict[str, Any]:
    verdict = cross.verdict
    return {
        "from": str(cross.start), "to": str(cross.end), "confirmed": [place.touchpoint for place in cross.confirmed],
        "false_confirmations": {"agreed": verdict.level, "shuffled": verdict.rate, "threshold": verdict.threshold,
                                "shuffles": verdict.shuffles, "tests": verdict.tried},
        "taken_out": list(cross.taken), "touchpoints": [_place(place) for place in cross.places],
    }  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    heard, e = place.heard, place.heard.estimate
    return {
        "touchpoint": place.touchpoint, "signal": place.quadrant, "confirmed": place.confirmed,
        "survey": {"signal": heard.signal, "value": e.value, "low": e.low, "high": e.high, "n": e.base,
                   "difference": heard.against.diff, "q": heard.q, "reason": heard.reason},
        "indicators": [_seen(seen) for seen in place.seen],
    }  # fmt: skip


def _seen(seen: Seen) -> dict[str, Any]:
    link = seen.link
    rank = link.rank if link else None
    leads = zip(link.leads, link.lead_qs, strict=True) if link else ()
    return {
        "indicator": seen.indicator.id, "signal": seen.signal, "value": seen.estimate.value, "limit": seen.limit,
        "reason": seen.reason, "confirms": seen.confirmed,
        "branches": {"r": rank.r, "low": rank.low, "high": rank.high, "n": rank.n, "p": rank.p,
                     "q": link.rank_q} if rank and link else {"reason": seen.no_branches},
        "time": [{"lag": lead.lag, "r": lead.r, "low": lead.low, "high": lead.high, "n": lead.n,
                  "effective_n": lead.effective, "p": lead.p, "q": q} for lead, q in leads]
        if not seen.no_time else {"reason": seen.no_time},
    }  # fmt: skip


def _table(cross: Cross) -> str:
    verdict = cross.verdict
    lines = ["\t".join(("touchpoint", "signal", "confirmed", "survey", "difference", "q", "indicators"))]
    for place in cross.places:
        numbers = (place.heard.estimate.value, place.heard.against.diff, place.heard.q)
        sides = ", ".join(f"{seen.indicator.id} {seen.signal}" for seen in place.seen)
        told = ["" if x is None else f"{x:.4f}" for x in numbers]
        lines.append("\t".join((place.touchpoint, place.quadrant, "yes" if place.confirmed else "no", *told, sides)))
    lines.append(
        f"false confirmations: {verdict.rate:.2%} of {verdict.shuffles} shuffles, at most {verdict.level:.0%} agreed; "
        f"{verdict.tried} tests"
    )
    return "\n".join(lines)
