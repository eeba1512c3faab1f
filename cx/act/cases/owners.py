"""Who sees to the cases of a desk."""

from __future__ import annotations

from cx.access.accounts import Accounts
from cx.bank.rules import Rules


def alone(accounts: Accounts, rules: Rules, desk: str, branch: str | None) -> str | None:
    """The user who alone may act, is of the desk and sees the branch; None where several are, or nobody is: then the
    case waits for whoever of the desk takes it."""
    found = rules.desks.get(desk)
    if found is None:
        return None
    may_act = accounts.who_may("act_edit", branch)
    if found.people:
        names = [name for name in found.people if name in may_act]
    else:
        names = [name for name in may_act if (user := accounts.user(name)) and user.role == found.role]
    return names[0] if len(names) == 1 else None
