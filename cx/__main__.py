"""``python -m cx COMMAND …``, for people and for scripts (``--json``)."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

COMMANDS = tuple(sorted(file.stem for file in (Path(__file__).parent / "commands").glob("[a-z]*.py")))


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code. What it writes, only its owner can read."""
    os.umask(0o077)
    parser = argparse.ArgumentParser(prog="python -m cx", description="cx: the customer-experience workbench")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"cx.commands.{name}").add(subparsers)
    arguments = parser.parse_args(argv)
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
