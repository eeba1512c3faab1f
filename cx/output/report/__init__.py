"""The report on paper: one A4 PDF of NPS, journeys and quick wins for a period and scope, under the asker's rights."""

from cx.output.report.book import CHAPTERS, Options, answers, build

__all__ = ["CHAPTERS", "Options", "answers", "build"]
