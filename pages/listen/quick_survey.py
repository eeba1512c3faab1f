"""Quick survey: the same page that customers get, on a staff tablet, by QR code, as a kiosk, on counter cards."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import filters, page, survey_link, survey_names
from cx.output import effort, qr
from cx.survey.schema import Survey

PHONE = 430
KIOSK_BACK, KIOSK_IDLE = 8, 60  # as the questionnaire page has them

ctx = page.begin(__file__)
t, model = ctx.t, ctx.model
surveys = {survey.id: survey for survey in ctx.bench.shelf.all() if survey.is_open(dt.date.today())}
if not surveys:
    page.empty(ctx, "quick_survey.none", "surveys")
own = ctx.rights.branches
branches = [id for id in model.branches if own is None or id in own]


def branch_name(branch: str) -> str:
    """A branch in the reader's language."""
    return model.label("branch", branch, t) if branch else t("quick_survey.no_branch")


def choose() -> tuple[Survey, str | None, str | None, str]:
    """Survey, branch, channel and language; all in the address, so that a tablet can keep its own bookmark."""
    columns = st.columns([3, 2, 2, 2])
    with columns[0]:
        titles = {id: survey_names.named(ctx, each) for id, each in surveys.items()}
        survey = filters.select("survey", list(surveys), titles.__getitem__, t("quick_survey.survey"), titled=True)
    with columns[1]:
        offered = list(branches) if own is not None else ["", *branches]
        branch = filters.select("branch", offered, branch_name, t("quick_survey.branch"), titled=True) or None
    with columns[2]:
        names = {id: model.label("channel", id, t) for id in model.channels}
        channel = filters.select("channel", list(names), names.__getitem__, t("quick_survey.channel"), titled=True)
    chosen = surveys[survey]
    lang = columns[3].selectbox(
        t("quick_survey.language"), list(chosen.languages), format_func=lambda lang: t(f"surveys.lang_{lang}"),
        index=list(chosen.languages).index(t.lang) if t.lang in chosen.languages else 0,
    )  # fmt: skip
    return chosen, branch, channel, lang


def answer_here(survey: Survey, about: dict[str, str | None]) -> None:
    """The page itself, for the customer at the counter; beside it the way to their own phone."""
    source = survey_link.path(survey.id, **about, mode="staff")
    page_here, phone = st.columns([PHONE, 400], gap="large")
    with page_here:
        st.markdown(f"**{t(f'quick_survey.here_{survey.kind}')}**")
        whole = survey_link.link(survey.id, **about, mode="staff")
        st.link_button(t("quick_survey.whole_screen"), whole, icon=":material/open_in_full:")
        with st.container(border=True):
            st.iframe(source, width="stretch", height=760, alt=t("quick_survey.frame_title"))
    with phone:
        answer_by_phone(survey, about)


def answer_by_phone(survey: Survey, about: dict[str, str | None]) -> None:
    """A code to scan and a link to send."""
    link = survey_link.link(survey.id, branch=about["branch"], channel=about["channel"], mode="qr")
    st.markdown(f"**{t(f'quick_survey.scan_{survey.kind}')}**")
    with st.container(border=True, horizontal_alignment="center"):
        st.image(qr.png(link), width=240, alt=t("quick_survey.code_about", survey=t.pick(survey.title)))
    st.markdown(f"**{t('quick_survey.link')}**")
    st.code(survey_link.link(survey.id, **about), language=None, wrap_lines=True)
    cure = "address_admin" if ctx.may("people") else "address"
    st.caption(t(f"quick_survey.{cure}", address=survey_link.address()))


def kiosk(survey: Survey, about: dict[str, str | None]) -> None:
    """The link for a tablet of its own."""
    st.markdown(t("quick_survey.kiosk_lead", seconds=KIOSK_BACK, idle=KIOSK_IDLE))
    link = survey_link.link(survey.id, **about, mode="kiosk")
    st.code(link, language=None, wrap_lines=True)
    st.link_button(t("quick_survey.kiosk_open"), link, icon=":material/open_in_new:")


def cards(survey: Survey, channel: str | None, lang: str) -> None:
    """Counter cards of the chosen branches in one PDF."""
    st.markdown(t("quick_survey.cards_lead"))
    chosen = st.multiselect(
        t("quick_survey.cards_branches"), branches, default=branches, format_func=branch_name,
        placeholder=t("quick_survey.cards_none"),
    )  # fmt: skip
    if not chosen:
        st.info(t("quick_survey.cards_none"), icon=":material/info:")
        return
    if st.button(t("quick_survey.cards_make"), icon=":material/picture_as_pdf:"):
        words = type(t)(lang)
        found = [
            qr.Card(
                bank=words.pick(model.bank),
                place=model.label("branch", branch, words),
                title=words.pick(survey.title),
                call=words("quick_survey.call"),
                promise=effort.promise(survey, words),
                link=survey_link.link(survey.id, branch=branch, channel=channel, mode="qr"),
            )
            for branch in chosen
        ]
        st.download_button(
            t("quick_survey.cards_save", n=len(found)), qr.cards(found), f"cx-{survey.id}.pdf", "application/pdf",
            type="primary", icon=":material/download:",
        )  # fmt: skip


st.markdown(t("quick_survey.lead"))
survey, branch, channel, lang = choose()
about = {"branch": branch, "channel": channel, "lang": lang}
here, terminal, print_cards = st.tabs([t(f"quick_survey.{name}") for name in ("here", "kiosk", "cards")])
with here:
    answer_here(survey, about)
with terminal:
    kiosk(survey, about)
with print_cards:
    cards(survey, channel, lang)
