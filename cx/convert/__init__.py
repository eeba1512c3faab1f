"""Other tools' survey definitions and ours, both ways, with a loss report."""

from cx.convert.converting import LARGEST as LARGEST
from cx.convert.converting import SOURCES as SOURCES
from cx.convert.converting import Converted as Converted
from cx.convert.converting import convert as convert
from cx.convert.converting import recognise as recognise
from cx.convert.report import Loss as Loss
from cx.convert.report import Report as Report
