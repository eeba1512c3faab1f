"""The links of a wave just made: to be saved now, because cx itself knows them no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import streamlit as st

from components import survey_link
from components.markdown import plain
from components.page import Context
from cx.collect import handout
from cx.collect.invitations import Created, Order
from cx.collect.lists import Sheet
from cx.output import effort, qr

MOST_CODES = 2_000
Save = tuple[str, str, str, str, Callable[[], bytes]]
"""Name of the words, file name ending, media type, icon, content."""


@dataclass(frozen=True)
class Made:
    """A wave with its tokens and the sheet whose keys go out with them."""

    created: Created = field(repr=False)
    sheet: Sheet = field(repr=False)
    key: str
    order: Order

    def links(self) -> dict[int, str]:
        """The links by row of the list."""
        begin = survey_link.address()
        return {row: f"{begin}/i/{token}" for row, token in self.created.tokens.items()}


def warn_local(ctx: Context) -> None:
    """Say so when links would lead to this computer only."""
    if urlsplit(survey_link.address()).hostname in ("localhost", "127.0.0.1", "::1"):
        cure = "local_admin" if ctx.may("people") else "local"
        st.warning(ctx.t(f"invitations.{cure}", address=survey_link.address()), icon=":material/warning:")


def show(ctx: Context, made: Made) -> bool:
    """The downloads; whether the manager is done with them."""
    t, order = ctx.t, made.order
    count = len(made.created.tokens)
    st.success(
        f"**{t('invitations.made', n=t.number(count), name=plain(order.name))}**  \n{t('invitations.made_once')}",
        icon=":material/check_circle:",
    )
    st.caption(t("invitations.made_about", day=t.date(order.last_day), address=survey_link.address()))
    with st.container(horizontal=True):
        for name, ending, media, icon, content in _saves(ctx, made):
            st.download_button(
                t(f"invitations.save_{name}"), content, f"{order.name}.{ending}", media, icon=f":material/{icon}:",
                key=f"inv_save_{name}", type="primary" if name == "csv" else "secondary", on_click="ignore",
            )  # fmt: skip
    if count > MOST_CODES:
        st.caption(t("invitations.codes_limit", most=t.number(MOST_CODES)))
    st.markdown(t("invitations.next"))
    return st.button(t("invitations.saved"), icon=":material/done:", key="inv_saved")


def _saves(ctx: Context, made: Made) -> list[Save]:
    t, begin = ctx.t, survey_link.address()

    def rows() -> list[tuple[str, ...]]:
        return handout.link_rows(made.created, made.sheet, made.key, lambda token: f"{begin}/i/{token}", t, ctx.model)

    found: list[Save] = [
        ("csv", "csv", "text/csv", "csv", lambda: handout.as_csv(rows())),
        ("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "table",
         lambda: handout.as_workbook(rows())),
    ]  # fmt: skip
    if len(made.created.tokens) <= MOST_CODES:
        links = made.links()
        found += [
            ("zip", "zip", "application/zip", "qr_code_2",
             lambda: handout.zipped((f"{row:06}.png", qr.png(link)) for row, link in links.items())),
            ("pdf", "pdf", "application/pdf", "picture_as_pdf", lambda: qr.cards(_cards(ctx, made, links))),
        ]  # fmt: skip
    return found


def _cards(ctx: Context, made: Made, links: dict[int, str]) -> list[qr.Card]:
    """One card an invitation, in the language of its customer."""
    found = []
    for person in made.created.chosen.invited:
        survey = made.order.survey
        lang = person.dims.get("lang", survey.languages[0])
        words = type(ctx.t)(lang if lang in survey.languages else survey.languages[0])
        branch = person.dims.get("branch")
        found.append(
            qr.Card(
                bank=words.pick(ctx.model.bank),
                place=ctx.model.label("branch", branch, words) if branch else "",
                title=words.pick(survey.title),
                call=words("invitations.card_call", row=person.row),
                promise=effort.promise(survey, words),
                link=links[person.row],
            )
        )
    return found
