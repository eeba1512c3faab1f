"""The tables of a LimeSurvey structure file, read so that a hostile one can do no harm.

Our own handlers over expat: nothing but ``section/rows/row/field`` is kept, and a document type is refused, so that no
entity can be declared: neither a bomb nor a reference to a file or an address.
"""

from __future__ import annotations

from xml.parsers import expat

from cx.words import Problem, Refused

Row = dict[str, str]
_DEEPEST = 20
_MOST_ROWS = 200_000


class Tables:
    """The sections of a document, each a list of rows; ``version`` is that of the database it was written from."""

    def __init__(self) -> None:
        self.sections: dict[str, list[Row]] = {}
        self.kind = ""
        self.version = ""
        self.languages: list[str] = []

    def rows(self, *sections: str) -> list[Row]:
        """The rows of some sections, one after the other; none where a section is absent."""
        return [row for section in sections for row in self.sections.get(section, ())]


def read_tables(data: bytes, name: str) -> Tables:
    """Read a file. Raises :class:`Refused` when it is no sound XML, too deep, too long or not a survey."""
    reader = _Reader(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused(Problem("convert_xml", name, {"detail": str(error)[:120]})) from error
    if reader.tables.kind != "Survey":
        raise Refused(Problem("convert_lss_kind", name, {"kind": reader.tables.kind[:40] or "–"}))
    return reader.tables


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.tables = Tables()
        self.way: list[str] = []
        self.row: Row | None = None
        self.said: list[str] = []
        self.rows = 0

    def doctype(self, *_declared: object) -> None:
        raise Refused(Problem("convert_xml_doctype", self.name))

    def start(self, tag: str, _attributes: object) -> None:
        self.way.append(tag)
        if len(self.way) > _DEEPEST:
            raise Refused(Problem("convert_xml", self.name, {"detail": f"> {_DEEPEST}"}))
        self.said = []
        if tag == "row" and len(self.way) == 4:
            self.rows += 1
            if self.rows > _MOST_ROWS:
                raise Refused(Problem("convert_xml", self.name, {"detail": f"> {_MOST_ROWS}"}))
            self.row = {}
            self.tables.sections.setdefault(self.way[1], []).append(self.row)

    def text(self, text: str) -> None:
        self.said.append(text)

    def end(self, tag: str) -> None:
        text = "".join(self.said).strip()
        self.said = []
        way = self.way
        if self.row is not None and len(way) == 5:
            self.row[tag] = text
        elif way[1:] == ["LimeSurveyDocType"]:
            self.tables.kind = text
        elif way[1:] == ["DBVersion"]:
            self.tables.version = text
        elif way[1:] == ["languages", "language"] and text:
            self.tables.languages.append(text)
        if tag == "row" and len(way) == 4:
            self.row = None
        way.pop()
