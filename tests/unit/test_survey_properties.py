"""What holds for every survey and whatever respondents send."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey_making import Definition, definitions, forms

from cx.survey import arrange, dump, flow, load, types
from cx.survey.schema import Survey
from cx.words import Translator

_FEW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def made(definition: Definition) -> Survey:
    reading = load.read(dump.text(definition), "t")
    assert reading.survey and not [p for p in reading.problems if p.severity == "error"], reading.problems
    return reading.survey


@_FEW
@given(definitions())
def test_load_dump_load_is_the_identity(definition: Definition) -> None:
    survey = made(definition)
    text = dump.dump(survey)
    again = load.read(text, "t").survey
    assert again == survey and again.digest == survey.digest
    assert dump.dump(again) == text


@_FEW
@given(definitions(), st.data())
def test_nothing_wrong_is_accepted_and_nothing_hidden_is_asked(definition: Definition, data: st.DataObject) -> None:
    survey = made(definition)
    form = data.draw(forms(survey))
    answers: dict[str, object] = {}
    page = flow.next_page(survey, -1, {})
    while page is not None:
        shown = {question.id for question in flow.visible(survey, page, answers)}
        turn = flow.turn(survey, page, answers, form)
        assert shown or answers
        for id, value in turn.answers.items():
            question = survey.question(id)
            assert question is None or types.check(question.loose, value) is None
        if turn.problems:
            assert all(problem.tell(Translator(lang)) for problem in turn.problems.values() for lang in ("zh", "en"))
            assert turn.page == page
            return
        answers, page = turn.answers, turn.page
    assert flow.problems(survey, answers) == {}, "what came through to the end is valid as a whole"
    _sound(survey, answers)


def _sound(survey: Survey, answers: dict[str, object]) -> None:
    """Looks at the end alone: every condition is over questions before, so it is the same then."""
    final = flow.complete(survey, answers)
    now = {
        question.id: question for page in range(len(survey.pages)) for question in flow.visible(survey, page, answers)
    }
    shown = now.keys()
    computed = {question.id for question in survey.questions if question.type == "computed"}
    assert {id.partition(".")[0] for id in final} <= shown | computed
    skipped: str | None = None
    for page in survey.pages:
        for question in page.questions:
            if skipped == question.id:
                skipped = None
            may = all(c is None or c.value(final) is True for c in (page.show_if, question.show_if)) and not skipped
            parts = question.rows or question.choices
            offered = [part.id for part in parts if part.show_if is None or part.show_if.value(final) is True]
            may = may and bool(offered or not parts)
            assert (question.id in shown) is (may and question.type != "computed"), question
            if question.id in shown:
                assert [part.id for part in now[question.id].rows or now[question.id].choices] == offered
            if question.id in final and question.id not in computed:
                assert types.check(now[question.id], final[question.id]) is None
                skipped = next((skip.to for skip in question.skip if skip.when.value(final)), skipped)


@_FEW
@given(definitions(), st.data())
def test_hidden_answers_are_kept_but_not_sent_and_every_way_of_writing_comes_back(
    definition: Definition, data: st.DataObject
) -> None:
    survey = made(definition)
    parsed = [flow.parse(survey, page, data.draw(forms(survey))) for page in range(len(survey.pages))]
    answers = {id: value for each in parsed for id, value in each.answers.items()}
    for page, questions in enumerate(survey.pages):
        after = flow.turn(survey, page, answers, {}).answers
        shown = {question.id for question in flow.visible(survey, page, after)}
        for question in questions.questions:
            assert question.id in shown or after.get(question.id) == answers.get(question.id)
    final = flow.complete(survey, answers)
    said = {id: value for id, value in final.items() if not _computed(survey, id)}
    assert flow.from_json(survey, json.loads(json.dumps(flow.to_json(final)))) == flow.Parsed(said, {})
    form = flow.to_form(survey, final)
    back = [flow.parse(survey, page, form) for page in range(len(survey.pages))]
    assert {id: value for each in back for id, value in each.answers.items()} == said
    assert flow.complete(survey, said) == final


def _computed(survey: Survey, id: str) -> bool:
    question = survey.question(id)
    return question is not None and question.type == "computed"


@_FEW
@given(definitions(), st.uuids(), st.data())
def test_an_arranged_survey_asks_the_same(definition: Definition, seed: object, data: st.DataObject) -> None:
    survey = made(definition)
    arranged = arrange.arranged(survey, str(seed))
    fresh = arrange.arranged(made(definition), str(seed))
    assert [page.questions for page in arranged.pages] == [page.questions for page in fresh.pages], "stable"
    if arranged is survey:
        assert not arrange.is_random(survey)
        return
    assert sorted(q.id for q in arranged.questions) == sorted(q.id for q in survey.questions)
    for question in survey.questions:
        mine = arranged.question(question.id)
        assert mine and sorted(mine.choices, key=lambda c: c.id) == sorted(question.choices, key=lambda c: c.id)
        assert sorted(row.id for row in mine.rows) == sorted(row.id for row in question.rows)
        for place, choice in enumerate(question.choices):
            if choice.fixed or choice.exclusive or choice.other or question.order == "written":
                assert mine.choices[place] == choice
    form = data.draw(forms(arranged))
    answers = {
        id: v for page in range(len(arranged.pages)) for id, v in flow.parse(arranged, page, form).answers.items()
    }
    assert flow.complete(arranged, answers) == flow.complete(survey, answers), "the order decides nothing"


_ids = st.sampled_from([f"q{number}" for number in range(6)])
_scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["wanted", "r1", ""]), inner),
    max_leaves=5,
)


@_FEW
@given(definitions(), st.dictionaries(_ids, _scraps))
def test_no_json_crashes_it(definition: Definition, values: dict[str, object]) -> None:
    survey = made(definition)
    parsed = flow.from_json(survey, values)
    for id, value in parsed.answers.items():
        question = survey.question(id)
        assert question is None or types.check(question, value) is None
    for given_answers in (parsed.answers, values):
        for problem in flow.problems(survey, given_answers).values():
            assert problem.tell(Translator("zh"))
        assert flow.hits(survey, given_answers) in ((), ("first",))
