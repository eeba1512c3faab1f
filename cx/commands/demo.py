"""``python -m cx demo load|remove|status``: the demo bank, from the machine itself (while cx does not run)."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from cx.commands.check import add_output
from cx.words import Translator

if TYPE_CHECKING:
    from cx.demo import Summary
    from cx.workbench import Workbench

ACTIONS = ("load", "remove", "status")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="load or remove the demo bank, or say whether it is there")
    parser.add_argument("action", choices=ACTIONS)
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 refused (already there, cx is running, no surveys …)."""
    from cx import workbench
    from cx.store.place import Place

    t = Translator(arguments.lang)
    bench = workbench.open(Place.from_environment())
    try:
        said, plain = _do(arguments.action, bench, t)
    finally:
        bench.close()
    print(json.dumps(plain, ensure_ascii=False) if arguments.json else said)
    return 0


def _do(action: str, bench: Workbench, t: Translator) -> tuple[str, dict[str, object]]:
    from cx import demo
    from cx.access.accounts import CONSOLE

    if action == "load":
        found = demo.load(
            bench.database, bench.model, bench.shelf.all(), lambda share, key: _progress(share, t(key)), CONSOLE.name
        )
        bench.start()
        return _told(found, t), json.loads(found.as_json())
    if action == "remove":
        gone = demo.remove(bench.database, CONSOLE.name)
        return t("bank.removed", n=t.number(gone)), {"removed": gone}
    with bench.database.cursor() as con:
        here = demo.summary(con)
    return (_told(here, t), json.loads(here.as_json())) if here else (t("bank.demo_absent"), {"loaded": False})


def _told(found: Summary, t: Translator) -> str:
    """What the demo bank holds, in one sentence."""
    numbers = {name: t.number(getattr(found, name)) for name in ("responses", "answers", "indicator_values")}
    return t("bank.demo_here", **numbers, first=found.first, last=found.last, surveys=len(found.surveys))


def _progress(share: float, what: str) -> None:
    """One line that overwrites itself; only where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{100 * share:3.0f}%  {what:<40}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
