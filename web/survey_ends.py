"""The pages around the questions: thanks, a full quota, how to go on later, and what is the matter."""

from __future__ import annotations

import segno

from cx.bank.model import Model
from cx.survey.schema import Survey, Text
from cx.words import Translator
from web import submission, survey_assets
from web.survey_frame import THANKS_SECONDS, common, template
from web.visit import Visit

_MESSAGE = ("message",)


def thanks(survey: Survey, visit: Visit, model: Model, code: str | None, changed: bool, own: str = "") -> bytes:
    """The last page: thanks (``own`` words of the survey, or ours) and the receipt code (none in a preview)."""
    t = Translator(visit.lang)
    name = "preview_done" if code is None else "thanks_changed" if changed else "thanks"
    html = template("thanks").render(
        **common(survey, visit, model, _MESSAGE),
        title=t(f"survey_page.{name}_title"),
        thanks=t("survey_page.preview_done") if code is None else own or t("survey_page.thanks"),
        after="",
        code=code,
        seconds=THANKS_SECONDS,
        restart=visit.restart("../"),
        correct=visit.link(f"../{survey.id}"),
    )
    return html.encode()


def over(survey: Survey, visit: Visit, model: Model, message: Text | None) -> bytes:
    """What somebody reads who is not asked on, because enough people like them answered."""
    t = Translator(visit.lang)
    html = template("thanks").render(
        **common(survey, visit, model, _MESSAGE),
        title=t("survey_page.quota_title"),
        thanks=t.pick(message) or t("survey_page.quota"),
        after=t("survey_page.quota_kept"),
        code=None,
        seconds=THANKS_SECONDS,
        restart=visit.restart(),
        correct=None,
    )
    return html.encode()


def later(survey: Survey, visit: Visit, model: Model, code: str, address: str, go_on: str) -> bytes:
    """How to go on with a draft later or on another phone: ``code``, ``address`` and the link back."""
    t = Translator(visit.lang)
    html = template("later").render(
        **common(survey, visit, model, _MESSAGE),
        title=t("survey_page.later_title"),
        code=code,
        address=address,
        qr=segno.make(address, error="m").svg_data_uri(border=4, scale=5, dark="#1E2A2F", light="#fff"),
        days=submission.DRAFT_SECONDS // 86_400,
        go_on=go_on,
    )
    return html.encode()


def message(
    name: str, lang: str, bank: str, reopen: str | None = None, other: str | None = None, codes: str | None = None,
    typed: str = "", **values: object,
) -> bytes:  # fmt: skip
    """A page that says what is the matter (texts ``<name>_title`` and ``<name>``) and what to do. ``codes`` is where
    the code of a draft is handed in, ``typed`` what stands in its field."""
    t = Translator(lang)
    titles = {"too_large_lost": "too_large"}
    html = template("message").render(
        t=t,
        visit=Visit("", lang),
        css=survey_assets.styles(("codes",) if codes else ()),
        codes=codes,
        typed=typed,
        place=bank,
        title=t(f"survey_page.{titles.get(name, name)}_title"),
        message=t(f"survey_page.{name}", **values),
        reopen=reopen,
        other_language=other,
    )
    return html.encode()
