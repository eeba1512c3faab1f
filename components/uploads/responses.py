"""The mapping of a file of responses: from a YAML file, as it was last time, or column by column."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import streamlit as st

from components.markdown import plain
from components.page import Context
from components.uploads import places as upload_places
from components.uploads.places import Journeys
from components.uploads.reading import File, Seen
from cx.intake import mappings, response_mapping, suggest, uploads
from cx.intake.mappings import Reading
from cx.intake.response_mapping import ResponseMapping
from cx.intake.suggest_responses import SuggestedResponses

_DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product", "brand", "lang")
_ENDS = ("rating", "csat")  # types whose scale may end elsewhere
_LEFT = "-"  # a column that is not kept, where that was chosen
_OLDEST = dt.date(1990, 1, 1)  # Streamlit's own limit is ten years ago


def ask(ctx: Context, file: File, seen: Seen, reading: Reading) -> ResponseMapping | None:
    """Show the choices; None while something needed is not chosen. Raises :class:`Refused` for a wrong YAML file."""
    t, tag = ctx.t, file.sha256[:12]
    written, journeys = _written(ctx, tag)
    if written is not None:
        return _of_file(ctx, written, journeys)
    assert isinstance(seen.suggested, SuggestedResponses)
    source = suggest.source_of(file.name)
    data = ctx.ask(uploads.remembered, "responses", source)
    known = response_mapping.response_mapping(data) if data is not None else None
    if known is None or not set(known.headers()) <= set(seen.headers):
        st.caption(t("upload.suggested"))
        return _columns(ctx, tag, seen, reading, _start(seen, source), journeys)
    st.caption(t("upload.remembered", source=plain(source)))
    if st.checkbox(t("upload.choose_again"), key=f"up_again_{tag}"):
        return _columns(ctx, tag, seen, reading, _as_before(known), journeys or known.journeys)
    _tell(ctx, known)
    return known


def _written(ctx: Context, tag: str) -> tuple[dict[str, Any] | None, Journeys]:
    """What the YAML files say: a mapping, and journeys to go with a mapping or with the columns chosen on screen."""
    t = ctx.t
    files = st.file_uploader(
        t("upload.mapping_file"), key=f"up_yaml_{tag}", help=t("upload.mapping_file_help"), accept_multiple_files=True
    )
    mapping, journeys = None, []
    for one in files:
        data = mappings.from_yaml(one.getvalue(), one.name)
        if isinstance(data, dict) and "journeys" in data and "questions" not in data:
            journeys += data["journeys"] or ()
        else:
            mapping = data if isinstance(data, dict) else {"survey": data}
    return mapping, tuple(journeys)


def _of_file(ctx: Context, data: dict[str, Any], journeys: Journeys) -> ResponseMapping | None:
    model = data.pop("model", None)
    if model and not journeys:
        st.info(ctx.t("upload.needs_model", name=plain(str(model))), icon=":material/info:")
        return None
    mapping = response_mapping.response_mapping(data | {"journeys": [*(data.get("journeys") or ()), *journeys]})
    _tell(ctx, mapping)
    return mapping


def _tell(ctx: Context, mapping: ResponseMapping) -> None:
    """Which column is what, where nobody chooses it here."""
    t, parts = ctx.t, {}
    if mapping.date_column:
        parts[mapping.date_column] = t("upload.date_column")
    if mapping.id:
        parts[mapping.id] = t("upload.id_column")
    parts |= {given.column: t(f"dimension.{name}") for name, given in mapping.dimensions.items() if given.column}
    parts |= {q.column: t(f"upload.type_{q.type}") for q in mapping.questions}
    shown = ("；" if t.lang == "zh" else "; ").join(f"{column} → {what}" for column, what in parts.items())
    st.caption(plain(t("upload.mapped", survey=mapping.survey_id, columns=shown)))


def _start(seen: Seen, source: str) -> tuple[SuggestedResponses, dict[str, Any]]:
    """Where the boxes start: the guess of the columns, and what concerns the whole file."""
    guess = seen.suggested
    assert isinstance(guess, SuggestedResponses)
    nps = "relational" if "nps" in guess.types.values() else None
    return guess, {"source": source, "survey": _id(source), "nps_kind": nps}


def _as_before(known: ResponseMapping) -> tuple[SuggestedResponses, dict[str, Any]]:
    columns = {"date": known.date_column, "id": known.id} | {n: g.column for n, g in known.dimensions.items()}
    zeros = frozenset(q.column for q in known.questions if "0" in q.missing)
    types = {q.column: q.type for q in known.questions}
    points = {q.column: q.points for q in known.questions if q.points != response_mapping.POINTS.get(q.type, 0)}
    meant = {q.column: q.values for q in known.questions if q.values}
    chosen = {role: header for role, header in columns.items() if header}
    before = SuggestedResponses(chosen, types, zeros, points=points, values=meant)
    places = {q.column: q.touchpoint for q in known.questions if q.touchpoint}
    fixed = dt.date.fromisoformat(known.date_fixed) if known.date_fixed else None
    return before, {"source": known.source, "survey": known.survey_id, "nps_kind": known.nps_kind,
                    "kind": known.kind, "places": places, "fixed": fixed}  # fmt: skip


def _columns(
    ctx: Context, tag: str, seen: Seen, reading: Reading, start: tuple[SuggestedResponses, dict[str, Any]],
    journeys: Journeys,
) -> ResponseMapping | None:  # fmt: skip
    t, (guess, about) = ctx.t, start
    grid = st.columns(3)
    survey = grid[0].text_input(t("upload.survey_id"), about["survey"], key=f"up_survey_{tag}").strip()
    kinds = [None, *response_mapping.NPS_KINDS]
    kind = grid[1].selectbox(
        t("upload.nps_kind"), kinds, kinds.index(about["nps_kind"]), key=f"up_kind_{tag}",
        format_func=lambda name: t("upload.not_used") if name is None else t(f"upload.nps_kind_{name}"),
    )  # fmt: skip
    known = ctx.bench.shelf.get(survey)
    voices = response_mapping.KINDS
    voice = grid[2].selectbox(
        t("upload.voice"), voices, voices.index(known.kind if known else about.get("kind", "customer")),
        key=f"up_voice_{tag}_{survey}", help=t("upload.voice_help"), format_func=lambda name: t(f"why.voice_{name}"),
    )  # fmt: skip
    options = [None, *seen.headers]

    def column(place: int, label: str, role: str, help: str | None = None) -> str | None:
        default = guess.columns.get(role)
        index = options.index(default) if default in options else 0
        return grid[place % 3].selectbox(
            label, options, index, key=f"up_col_{role}_{tag}", help=help,
            format_func=lambda name: t("upload.not_used") if name is None else str(name),
        )  # fmt: skip

    when = column(0, t("upload.date_column"), "date")
    row_id = column(1, t("upload.id_column"), "id", t("upload.id_help"))
    dimensions = {name: column(2 + place, t(f"dimension.{name}"), name) for place, name in enumerate(_DIMENSIONS)}
    fixed = None
    if when is None:
        fixed = st.date_input(
            t("upload.date_fixed"), about.get("fixed"), _OLDEST, dt.date.today(), key=f"up_fixed_{tag}",
            format="YYYY-MM-DD",
        )  # fmt: skip
    used = {when, row_id, *dimensions.values()}
    st.markdown(f"**{t('upload.questions')}**")
    free = [header for header in seen.headers if header not in used]
    types, zeros, undecided = _questions(ctx, free, guess, tag)
    places = upload_places.ask(ctx, types, journeys, about.get("places", {}), tag)
    there = {"upload.survey_id": survey, "upload.date_needed": when or fixed, "upload.questions": types,
             "upload.nps_kind": kind or "nps" not in types.values()}  # fmt: skip
    if undecided or not all(there.values()):
        lacking = [t(key) for key, value in there.items() if not value]
        named = ("、" if t.lang == "zh" else ", ").join([*lacking, *(t("upload.use_as", header=h) for h in undecided)])
        st.info(plain(t("upload.needs", roles=named)), icon=":material/info:")
        return None
    return response_mapping.response_mapping({
        "source": about["source"], "survey": {"id": survey, "version": "1", "nps_kind": kind, "kind": voice},
        "date": {"column": when} if when else {"fixed": fixed.isoformat()}, "id": row_id,
        "dimensions": {name: header for name, header in dimensions.items() if header},
        "questions": _as_data(types, zeros, places, guess), "reading": dict(reading.__dict__),
        "journeys": journeys if places else (),
    })  # fmt: skip


def _questions(
    ctx: Context, headers: list[str], guess: SuggestedResponses, tag: str
) -> tuple[dict[str, str], list[str], list[str]]:
    """The type of each column that is kept, the columns in which 0 is no answer, those not decided about yet."""
    t = ctx.t
    doubts = [header for header in headers if header in guess.doubts]
    if doubts:
        st.warning(t("upload.doubts", count=t.number(len(doubts))), icon=":material/help:")
    grid = st.columns(3)
    chosen = {}
    for place, header in enumerate([*doubts, *(header for header in headers if header not in doubts)]):
        with grid[place % 3]:
            chosen[header] = _question(ctx, header, guess, tag)
    types = {header: chosen[header] for header in headers if chosen[header] not in (None, _LEFT)}
    _tell_words(ctx, types, guess)
    undecided = [header for header, kind in chosen.items() if kind is None]
    scored = [header for header, kind in types.items() if kind in upload_places.SCORED]
    if not scored:
        return types, [], undecided
    default = [header for header in scored if header in guess.zeros]
    label = t("upload.zero_missing")
    zeros = st.multiselect(label, scored, default, key=f"up_zero_{tag}", placeholder=t("upload.zero_none"))
    return types, zeros, undecided


def _question(ctx: Context, header: str, guess: SuggestedResponses, tag: str) -> str | None:
    """The type of one column; a doubtful one starts without any, its likely type named only."""
    t, likely = ctx.t, guess.types.get(header, _LEFT)
    options = (_LEFT, *response_mapping.TYPES)

    def name(kind: str) -> str:
        if kind == _LEFT:
            return t("upload.type_none")
        points = guess.points.get(header, 0)
        return t(f"upload.type_{kind}_to", points=points) if points and kind in _ENDS else t(f"upload.type_{kind}")

    return st.selectbox(
        t("upload.use_as", header=plain(header)), options, None if header in guess.doubts else options.index(likely),
        key=f"up_type_{header}_{tag}", placeholder=t("upload.check_type", likely=name(likely)), format_func=name,
    )  # fmt: skip


def _tell_words(ctx: Context, types: dict[str, str], guess: SuggestedResponses) -> None:
    """What words count as, where the file answers in words."""
    for header, meant in guess.values.items():
        if types.get(header) == guess.types.get(header):
            words = ("；" if ctx.t.lang == "zh" else "; ").join(f"{word} → {value}" for word, value in meant.items())
            st.caption(plain(ctx.t("upload.words", header=header, words=words)))


def _as_data(
    types: dict[str, str], zeros: list[str], places: dict[str, str], guess: SuggestedResponses
) -> list[dict[str, Any]]:
    ids = {header: _id(header) for header in types}
    return [
        {"id": ids[h] if list(ids.values()).count(ids[h]) == 1 else f"{ids[h]}-{place + 1}", "column": h, "type": kind,
         "missing": ["0"] if h in zeros else [], "touchpoint": places.get(h),
         "points": guess.points.get(h) if kind in _ENDS else None,
         "values": guess.values.get(h, {}) if kind == guess.types.get(h) else {}}
        for place, (h, kind) in enumerate(types.items())
    ]  # fmt: skip


def _id(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]+", "-", text.lower()).strip("-")[:40] or "q"
