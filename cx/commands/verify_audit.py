"""``python -m cx verify-audit [FILE]``: does the audit log hold, link by link, to its very end?"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cx.commands.check import add_output
from cx.words import Problem, Refused, Translator

if TYPE_CHECKING:
    from cx.store import audit


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("verify-audit", help="check the audit log's chain of hashes")
    parser.add_argument(
        "file", nargs="?", type=Path, help="an export (audit.ndjson) or a cx.duckdb that no cx has open"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the state folder (default: CX_DATA)")
    parser.add_argument("--head", metavar="N:HASH", help="an entry noted elsewhere that must be in the log")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 every link holds, 1 one does not (the first is told), 2 there is nothing to check."""
    from cx.store import audit_file
    from cx.store.place import Place

    t = Translator(arguments.lang)
    folder = arguments.data or Place.from_environment().data
    try:
        noted = _noted(arguments.head)
        verdict = audit_file.verify(arguments.file or folder / "cx.duckdb", noted)
    except Refused as refused:
        print(refused.problems[0].tell(t), file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(_plain(verdict, t), ensure_ascii=False))
    elif verdict.sound:
        head = f"{verdict.head.seq}:{verdict.head.hash}" if verdict.head else "0"
        print(t("audit.sound", entries=verdict.entries, head=head))
    else:
        assert verdict.problem is not None
        print(verdict.problem.tell(t), file=sys.stderr)
    return 0 if verdict.sound else 1


def _noted(text: str | None) -> audit.Head | None:
    from cx.store.audit import Head

    if text is None:
        return None
    number, _, sealed = text.partition(":")
    if not number.isdigit() or len(sealed) != 64:
        raise Refused(Problem("audit_head", "--head", {"value": text[:80]}))
    return Head(int(number), sealed)


def _plain(verdict: audit.Verdict, t: Translator) -> dict[str, object]:
    problem, head = verdict.problem, verdict.head
    return {
        "sound": verdict.sound, "entries": verdict.entries,
        "head": {"seq": head.seq, "hash": head.hash} if head else None,
        "problem": {"code": problem.code, "what": problem.what(t), "try": problem.cure(t)} if problem else None,
    }  # fmt: skip
