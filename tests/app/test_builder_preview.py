"""The preview of a draft: who may see it, conditions met, page by page, every template."""

from __future__ import annotations

import re

from builder_desk import preview
from conftest import ROOT

from cx.publish import drafts
from cx.survey.editing import library
from cx.survey.schema import Survey
from cx.words import Translator
from cx.workbench import Workbench


def draft_of(bench: Workbench, template: str) -> tuple[Survey, int]:
    text = next(each.text for each in library.templates() if each.id == template)
    draft = drafts.save(bench.database, template, text, "analyst", None)
    survey = draft.read()
    assert survey
    return survey, draft.revision


def test_the_preview_is_for_those_who_write_surveys(bench: Workbench, sign_in) -> None:
    _, revision = draft_of(bench, "branch-service")
    address = f"/preview/branch-service/{revision}"
    assert preview(bench, sign_in, "analyst").get(address).status_code == 200
    assert preview(bench, sign_in, "branch_manager").get(address).status_code == 404
    anonymous = preview(bench, sign_in, "analyst")
    anonymous.cookies.clear()
    assert anonymous.get(address).status_code == 404


def test_the_preview_shows_a_conditional_question_with_its_condition_met(bench: Workbench, sign_in) -> None:
    _, revision = draft_of(bench, "branch-service")
    client = preview(bench, sign_in, "analyst")
    plain = client.get(f"/preview/branch-service/{revision}?lang=zh").text
    shown = client.get(f"/preview/branch-service/{revision}?lang=zh&q=wait_care").text

    def hidden(html: str) -> bool:
        found = re.search(r'<(?:fieldset|div)[^>]*data-q="wait_care"([^>]*)>', html)
        assert found
        return "hidden" in found[1]

    assert hidden(plain) and not hidden(shown)


def test_the_preview_goes_page_by_page_and_stores_nothing(bench: Workbench, sign_in) -> None:
    survey, revision = draft_of(bench, "new-account")
    client = preview(bench, sign_in, "analyst")
    address = f"/preview/new-account/{revision}"
    html = client.get(f"{address}?lang=en").text
    sid = re.search(r'name="_sid" value="([^"]+)"', html)[1]
    form = {"_sid": sid, "_p": "1", "_go": "on", "_d": survey.digest}
    assert client.post(f"{address}?lang=en", data=form).status_code == 422, "what is required is asked for"
    second = client.post(f"{address}?lang=en", data={**form, "nps": "9", "ces": "6"})
    assert second.status_code == 200 and "Step by step" in second.text
    done = client.post(f"{address}?lang=en", data={**form, "_p": "2"})
    assert done.status_code == 200 and Translator("en")("survey_page.preview_done_title") in done.text
    with bench.database.cursor() as con:
        assert con.execute("SELECT count(*) FROM response").fetchall() == [(0,)]


def test_every_template_and_block_is_drawn(bench: Workbench, sign_in) -> None:
    client = preview(bench, sign_in, "analyst")
    for template in library.templates():
        survey, revision = draft_of(bench, template.id)
        for lang in ("zh", "en"):
            for page in range(len(survey.pages)):
                answer = client.get(f"/preview/{template.id}/{revision}?lang={lang}&p={page + 1}")
                assert answer.status_code == 200 and survey.title[lang] in answer.text, (template.id, lang, page)
    assert (ROOT / "survey_defs" / "library").is_dir()
