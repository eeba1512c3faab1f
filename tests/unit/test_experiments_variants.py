"""A version of a survey from an experiment, and the better one back into the survey: always by draft and four eyes."""

from __future__ import annotations

import pytest
from test_publish import ANN, BOB, EVE, TEXT, code, person, press, write

from cx.act.experiments import variants
from cx.act.experiments.variants import Spot
from cx.publish import drafts, publishing
from cx.publish.publishing import Press
from cx.words import Refused

__all__ = ["press"]
INTRO = {"zh": "只要一分钟", "en": "One minute"}


def saved(press: Press, spot: Spot, said: object, by=EVE) -> drafts.Draft:
    return variants.save(press.db, press.shelf, "counter", spot, said, by)


def out(press: Press, draft: drafts.Draft) -> None:
    drafts.approve(press.db, draft.survey_id, draft.revision, BOB)
    publishing.publish(press, draft.survey_id, draft.revision, BOB)


def test_a_version_is_a_draft_that_somebody_else_approves_and_the_better_one_comes_back(press: Press) -> None:
    write(press, TEXT)
    draft = saved(press, Spot("intro"), INTRO)
    assert (draft.survey_id, draft.state) == ("counter-v2", "submitted") and press.shelf.get("counter-v2") is None
    assert "# The counter" in draft.text and "柜面" in draft.text  # the rest is as it was written
    with pytest.raises(Refused) as refused:
        drafts.approve(press.db, "counter-v2", draft.revision, person("eve"))
    assert code(refused) == "four_eyes"
    survey, state = variants.waiting(press.db.cursor())["counter-v2"]
    assert (state, survey.intro) == ("submitted", INTRO)
    out(press, draft)
    assert saved(press, Spot("title"), {"zh": "网点", "en": "Branch"}).survey_id == "counter-v3"
    assert not variants.same(press.shelf, "counter", "counter-v2")
    won = variants.adopt(press.db, press.shelf, "counter", "counter-v2", ANN)
    assert (won.survey_id, won.state) == ("counter", "submitted")
    with pytest.raises(Refused) as refused:
        variants.adopt(press.db, press.shelf, "counter", "counter-v2", ANN)
    assert code(refused) == "experiment_adopt_draft"
    out(press, won)
    now = press.shelf.get("counter")
    assert now is not None and now.intro == INTRO and now.version == "1.0.1"
    assert variants.same(press.shelf, "counter", "counter-v2")


def test_what_can_be_changed_and_what_cannot(press: Press) -> None:
    write(press, TEXT.replace("{id: why, type: text,", "{id: why, type: text, show_if: nps <= 6,"))
    served = press.shelf.get("counter")
    assert served is not None
    assert Spot("label", "nps") in variants.spots(served) and Spot("help", "nps") not in variants.spots(served)
    assert variants.texts(served, Spot("label", "why")) == {"zh": "为什么？", "en": "Why?"}
    text = (press.folder / "counter.yaml").read_text()
    reworded = variants.written(text, Spot("label", "why"), {"zh": "怎么了？", "en": "What happened?"}, "counter-v2")
    assert "怎么了？" in reworded and "为什么" not in reworded and "show_if: nps <= 6" in reworded
    moved = variants.written(TEXT, Spot("order", "why"), "first", "counter-v2")
    assert moved.index("id: why") < moved.index("id: nps")
    assert variants.written(TEXT, Spot("order", "nps"), "down", "counter-v2") == moved
    for spot, said, wanted in (
        (Spot("label", "why"), {"zh": "为什么？", "en": "Why?"}, "experiment_variant_same"),
        (Spot("order", "why"), "last", "experiment_variant_same"),
        (Spot("order", "why"), "first", "survey_condition_later"),
    ):
        with pytest.raises(Refused) as refused:
            variants.written(text, spot, said, "counter-v2")
        assert code(refused) == wanted
    for role in ("branch_staff", "branch_manager", "viewer"):
        with pytest.raises(Refused) as refused:
            saved(press, Spot("intro"), INTRO, person("no", role))
        assert code(refused) == "right_missing"
    assert not variants.waiting(press.db.cursor())
