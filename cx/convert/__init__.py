"""Other tools' survey definitions and ours, both ways, with a loss report.

The way in: ``converting`` recognises a file and calls the reader of its tool (``xlsform``, ``surveyjs``, ``lss`` for
LimeSurvey, ``qsf`` for Qualtrics, ``formbricks``); each gives a plain definition. ``settle`` takes out what our loader
refuses. Readers share ``names`` (their names as our ids), ``pieces`` (questions, choices, rows, pages of ours),
``guess`` (is it NPS?), ``conditions`` and under it ``expressions`` (their logic as CEL), ``jsonfile``.

The way out: ``to_surveyjs`` and ``to_xlsform``. They share ``outgoing`` (texts and losses), ``from_cel`` (our
conditions in their languages) and ``cel`` (our conditions as trees). ``hints`` is what rides along for the way back.

Both ways: ``report`` is what became of everything, question by question.
"""

from cx.convert.converting import LARGEST as LARGEST
from cx.convert.converting import NPS_CHOICES as NPS_CHOICES
from cx.convert.converting import SOURCES as SOURCES
from cx.convert.converting import Converted as Converted
from cx.convert.converting import convert as convert
from cx.convert.converting import recognise as recognise
from cx.convert.report import Loss as Loss
from cx.convert.report import Report as Report
