"""What every page of the questionnaire has: templates, the bank's name and branch above, what is kept and why below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from cx.bank.model import Model
from cx.survey.schema import Survey
from cx.words import Translator
from web import offline, survey_assets
from web.visit import Visit

THANKS_SECONDS = 8
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True, undefined=StrictUndefined, auto_reload=False, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_TEMPLATES.globals.update(keeps=offline.possible, thanks_seconds=THANKS_SECONDS)


@cache
def template(name: str) -> Template:
    """Compiled when first drawn, and kept: all of them would be a tenth of the start."""
    return _TEMPLATES.get_template(f"survey/{name}.html")


def common(survey: Survey, visit: Visit, model: Model, assets: Sequence[str]) -> dict[str, object]:
    """What the frame of a page says; ``assets`` are names of styles and scripts (:mod:`web.survey_assets`)."""
    t = Translator(visit.lang)
    branch = dict(visit.dims).get("branch")
    bank = t.pick(model.bank)
    place = t("survey_page.at", bank=bank, branch=model.label("branch", branch, t)) if branch else bank
    return {
        "t": t, "survey": survey, "visit": visit, "place": place, "foot": _foot(written(survey), visit.lang),
        "css": survey_assets.styles(assets), "js": survey_assets.scripts(assets),
    }  # fmt: skip


def written(survey: Survey) -> Survey:
    """The survey as it was written: what is kept about it must not be kept for each respondent's order."""
    return survey.written or survey


@lru_cache(maxsize=256)
def _foot(survey: Survey, lang: str) -> str:
    t = Translator(lang)
    parts = []
    if survey.purpose:
        parts.append(t("survey_page.purpose", purpose=t.pick(survey.purpose)))
    if survey.retention_days:
        parts.append(_keeping(survey.retention_days, t))
    line = " · ".join((*parts, t("survey_page.delete_by_receipt")))
    return line[:1].upper() + line[1:]


def _keeping(days: int, t: Translator) -> str:
    for unit, name in ((365, "years"), (30, "months")):
        if days >= 2 * unit and days % unit <= days // unit:
            return t(f"survey_page.keep_{name}", n=days // unit)
    return t("survey_page.keep_days", n=days)
