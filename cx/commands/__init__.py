"""The command line: one module a command, each with ``add(subparsers)`` and ``run(arguments) -> int``.

Exit codes: 0 fine, 1 a problem told, 2 wrong use.
"""
