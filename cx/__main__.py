"""``python -m cx COMMAND …``, for people and for scripts (``--json``)."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from cx.commands.check import language
from cx.words import Refused, Translator

COMMANDS = tuple(sorted(file.stem for file in (Path(__file__).parent / "commands").glob("[a-z]*.py")))


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code, 1 where it was refused. What it writes, only its owner can read."""
    os.umask(0o077)
    parser = argparse.ArgumentParser(prog="python -m cx", description="cx: the customer-experience workbench")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"cx.commands.{name}").add(subparsers)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except Refused as refused:
        t = Translator(getattr(arguments, "lang", None) or language())
        for problem in refused.problems:
            print(problem.tell(t), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
