"""``python -m cx user add|reset|list``: accounts, from the machine itself (also while cx runs)."""

from __future__ import annotations

import argparse
import json
from functools import partial
from typing import TYPE_CHECKING

from cx.access.rights import ROLES
from cx.commands.check import add_output

if TYPE_CHECKING:
    from cx.access.accounts import Accounts
    from cx.access.users import Account


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("user", help="add a user, reset a password, list accounts")
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|reset|list")
    new = actions.add_parser("add", help="add a user and print the one-time password")
    new.add_argument("name")
    new.add_argument("--role", choices=tuple(ROLES), required=True)
    new.add_argument("--branch", action="append", default=[], metavar="ID", help="for branch roles; may be repeated")
    new.add_argument("--display", default="", help="the name shown; the user name by default")
    reset = actions.add_parser("reset", help="print a new one-time password; open sessions end")
    reset.add_argument("name")
    listing = actions.add_parser("list", help="list all accounts")
    for action in (new, reset, listing):
        add_output(action)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 refused."""
    return _ACTIONS[arguments.action](_accounts(), arguments)


def _accounts() -> Accounts:
    """The accounts without the rest of the workbench: a running cx holds the database."""
    from cx.access.accounts import Accounts
    from cx.bank import model
    from cx.store import audit
    from cx.store.place import Place

    place = Place.from_environment()
    tell = partial(audit.leave, place.data)
    return Accounts(place.data, place.users, lambda: model.load(place.model).branches, tell)


def _add(accounts: Accounts, arguments: argparse.Namespace) -> int:
    from cx.access.accounts import CONSOLE

    password = accounts.add(CONSOLE, arguments.name, arguments.display, arguments.role, arguments.branch)
    return _tell(arguments, password)


def _reset(accounts: Accounts, arguments: argparse.Namespace) -> int:
    from cx.access.accounts import CONSOLE

    return _tell(arguments, accounts.reset(CONSOLE, arguments.name))


def _list(accounts: Accounts, arguments: argparse.Namespace) -> int:
    from cx.access.accounts import CONSOLE

    people = accounts.people(CONSOLE)
    if arguments.json:
        print(json.dumps([_public(account) for account in people], ensure_ascii=False))
    else:
        for account in people:
            state = "disabled" if account.disabled else "one-time password" if account.must_change else "active"
            print("\t".join((account.name, account.display, account.role, ",".join(account.branches) or "-", state)))
    return 0


def _public(account: Account) -> dict[str, object]:
    names = ("name", "display", "role", "branches", "must_change", "lang", "disabled")
    return {name: getattr(account, name) for name in names}


def _tell(arguments: argparse.Namespace, password: str) -> int:
    if arguments.json:
        print(json.dumps({"name": arguments.name, "one_time_password": password}, ensure_ascii=False))
    else:
        print(f"user {arguments.name}  one-time password {password}")
    return 0


_ACTIONS = {"add": _add, "reset": _reset, "list": _list}
