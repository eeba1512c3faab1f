"""CPU milliseconds to draw all pages of a survey of 60 questions for a respondent who answered them all.

Such pages are drawn for every request: only a first page with nothing said is kept whole. ``cold_ms`` is the very first
drawing after the definition changed, when templates draw every question.
"""

from __future__ import annotations

import statistics
import time

from bench import line
from cx.bank import model as bank
from cx.store.place import ROOT
from cx.survey import flow, load
from cx.survey.schema import Survey
from cx.survey.types import TYPES
from web import survey_question, survey_view
from web.visit import Visit

QUESTIONS, A_PAGE, ROUNDS, LIMIT_MS = 60, 10, 200, 3.0
_KINDS = ("nps", "csat", "rating", "single", "multiple", "yes_no", "number", "text", "ces", "matrix")
_CHOICES = ", choices: [" + ", ".join(f"{{id: c{n}, label: {{zh: 选项 {n}, en: Choice {n}}}}}" for n in range(5)) + "]"
_MORE = {
    "single": _CHOICES,
    "multiple": _CHOICES,
    "matrix": ", points: 5, rows: [{id: a, label: {zh: 排队, en: Queue}}, {id: b, label: {zh: 员工, en: Staff}}]",
}


def survey() -> Survey:
    """Sixty questions of ten types on six pages."""
    lines = ["id: sixty", "version: 1.0.0", "nps_kind: transactional", "title: {zh: 六十题, en: Sixty}", "pages:"]
    for number in range(QUESTIONS):
        kind = _KINDS[number % len(_KINDS)]
        if number % A_PAGE == 0:
            lines.append("  - questions:")
        label = f"{{zh: 第 {number} 题怎么样？, en: How was {number}?}}"
        lines.append(f"      - {{id: q{number}, type: {kind}, label: {label}{_MORE.get(kind, '')}}}")
    found = load.read("\n".join(lines), "bench").survey
    assert found is not None
    return found


def main() -> None:
    """Draw all pages again and again."""
    sixty, model, visit = survey(), bank.load(ROOT / "data" / "model"), Visit("sixty", "zh")
    answers = {question.id: TYPES[question.type].example(question) for question in sixty.questions}
    said = {name: list(texts) for name, texts in flow.to_form(sixty, answers).items()}

    def draw() -> float:
        began = time.process_time()
        for page in range(len(sixty.pages)):
            survey_view.page(sixty, visit, model, survey_view.Sheet(page, said), "s" * 36, 0)
        return (time.process_time() - began) * 1_000

    draw()
    survey_question.forget()
    cold = draw()
    warm = sorted(draw() for _ in range(ROUNDS))
    value = statistics.median(warm[: ROUNDS // 4])  # CPU time grows with what neighbours do to the caches
    line("page_render_60_questions_ms", value, LIMIT_MS, value / LIMIT_MS, cold_ms=round(cold, 1))


if __name__ == "__main__":
    main()
