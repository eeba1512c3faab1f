"""People and rights: who may see and do what."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import page, session
from cx.access.rights import BRANCH_ROLES, RIGHTS, ROLES
from cx.access.users import Account
from cx.store.sheet import safe_cell
from cx.words import Refused

ctx = page.begin(__file__)
t, accounts, me = ctx.t, ctx.bench.accounts, ctx.user


def role_name(role: str) -> str:
    """A role in the reader's language."""
    return t(f"shell.role_{role}")


def branch_name(branch: str) -> str:
    """A branch as people know it, with its id."""
    return t("people.named", name=ctx.model.label("branch", branch, t), id=branch)


def attempt(action: Callable[[], str | None], done: str, name: str) -> None:
    """Do it through ``cx.access``, then show the list anew with the outcome; or say what was refused."""
    try:
        password = action()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("people_told", (t(f"people.{done}", name=name), password))
    st.rerun()


def told() -> None:
    """The outcome of the last action; a one-time password is shown once."""
    message, password = session.take("people_told", ("", None))
    if password:
        with st.container(border=True):
            st.markdown(f"**{message}**")
            st.code(password, language=None)
            st.caption(t("people.one_time_help"))
    elif message:
        st.success(message, icon=":material/check:")


def state(account: Account) -> str:
    """Whether an account can sign in."""
    if account.disabled:
        return t("people.state_disabled")
    return t("people.state_waiting" if account.must_change else "people.state_active")


def branches_of(account: Account) -> str:
    """What an account sees, in words."""
    if account.role not in BRANCH_ROLES:
        return t("people.whole_bank")
    return t("people.listing").join(branch_name(branch) for branch in account.branches) or t("people.none")


def people_list(everyone: tuple[Account, ...]) -> None:
    """The answer in one sentence, then the table."""
    active = [account for account in everyone if not account.disabled]
    waiting = sum(account.must_change for account in active)
    answer = t("people.answer", n=len(everyone), active=len(active))
    st.markdown(f"{answer} {t('people.answer_waiting', n=waiting)}" if waiting else answer)
    columns = {
        "name": [account.name for account in everyone],
        "display": [safe_cell(account.display) for account in everyone],
        "role": [role_name(account.role) for account in everyone],
        "branches": [safe_cell(branches_of(account)) for account in everyone],
        "state": [state(account) for account in everyone],
    }
    st.dataframe({t(f"people.column_{name}"): values for name, values in columns.items()}, hide_index=True)


def role_and_branches(key: str, role: str, branches: tuple[str, ...]) -> tuple[str, list[str]]:
    """The two choices that decide what an account may see."""
    roles = list(ROLES)
    chosen = st.selectbox(
        t("people.column_role"), roles, roles.index(role), format_func=role_name, key=f"people_role_{key}"
    )
    known = list(ctx.model.branches)
    picked = st.multiselect(
        t("people.column_branches"),
        known,
        [branch for branch in branches if branch in known],
        format_func=branch_name,
        disabled=chosen not in BRANCH_ROLES,
        help=t("people.branches_help"),
        placeholder=t("people.branches_placeholder"),
        key=f"people_branches_{key}",
    )
    return chosen, picked if chosen in BRANCH_ROLES else []


def add() -> None:
    """A new account; its one-time password is shown afterwards."""
    st.header(t("people.add"), anchor=False)
    name = st.text_input(t("people.column_name"), help=t("people.add_name_help"), key="people_add_name", max_chars=40)
    display = st.text_input(t("people.column_display"), key="people_add_display", max_chars=60)
    role, branches = role_and_branches("add", "branch_staff", ())
    if st.button(t("people.add_button"), type="primary", key="people_add"):
        attempt(lambda: accounts.add(me, name, display, role, branches), "one_time", name.strip())


def edit(everyone: tuple[Account, ...]) -> None:
    """Change one account."""
    st.header(t("people.edit"), anchor=False)
    by_name = {account.name: account for account in everyone}
    name = st.selectbox(
        t("people.choose"), list(by_name), key="people_edit_name",
        format_func=lambda n: t("people.named", name=by_name[n].display, id=n),
    )  # fmt: skip
    account = by_name[name]
    display = st.text_input(t("people.column_display"), account.display, key=f"people_display_{name}", max_chars=60)
    role, branches = role_and_branches(f"edit_{name}", account.role, account.branches)
    if st.button(t("people.save"), type="primary", key="people_save"):
        attempt(lambda: accounts.change(me, name, display, role, branches), "saved", name)
    with st.container(horizontal=True):
        if st.button(t("people.reset"), key="people_reset", icon=":material/key:"):
            attempt(lambda: accounts.reset(me, name), "one_time", name)
        toggle = "enable" if account.disabled else "disable"
        if st.button(t(f"people.{toggle}"), key="people_toggle", icon=":material/block:", disabled=name == me.name):
            attempt(lambda: accounts.set_disabled(me, name, not account.disabled), f"done_{toggle}d", name)
        if st.button(t("people.everywhere"), key="people_everywhere", icon=":material/logout:"):
            attempt(lambda: accounts.sign_out_everywhere(name, by=me), "done_everywhere", name)


def roles_table() -> None:
    """The rights table, as ``cx.access.rights`` has it."""
    with st.expander(t("people.roles")):
        rows = {"": [t(f"people.right_{right}") for right in RIGHTS]}
        marks = {role_name(role): ["●" if right in ROLES[role] else "" for right in RIGHTS] for role in ROLES}
        st.table({**rows, **marks})


told()
everyone = accounts.people(me)
people_list(everyone)
left, right = st.columns(2, gap="large")
with left:
    add()
with right:
    edit(everyone)
roles_table()
