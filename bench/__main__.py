"""``python -m bench [NAME …]``: run the benchmarks, one JSON line a result."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = (
    "start",
    "questionnaire",
    "kill",
    "nps_query",
    "nps_click",
    "screens",
    "cases",
    "builder",
    "sessions",
    "indicator_file",
    "indicator_tree",
    "page_render",
    "check_definitions",
    "did",
    "pilots",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all. Returns 2 for a name that does not exist."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names or NAMES:
        import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
