"""The mapping of a file of responses: from a YAML file, or column by column."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from components.page import Context
from components.upload_reading import File, Seen
from cx.intake import mappings, response_mapping, suggest, uploads
from cx.intake.mappings import Reading
from cx.intake.response_mapping import ResponseMapping
from cx.intake.suggest import SuggestedResponses

_DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product")


def ask(ctx: Context, file: File, seen: Seen, reading: Reading) -> ResponseMapping | None:
    """Show the choices; None while something needed is not chosen. Raises :class:`Refused` for a wrong YAML file."""
    t = ctx.t
    written = st.file_uploader(
        t("upload.mapping_file"), key=f"up_yaml_{file.sha256[:12]}", help=t("upload.mapping_file_help")
    )
    if written is not None:
        return response_mapping.response_mapping(mappings.from_yaml(written.getvalue(), written.name))
    assert isinstance(seen.suggested, SuggestedResponses)
    source = suggest.source_of(file.name)
    known = ctx.ask(uploads.remembered, "responses", source)
    if known is not None:
        mapping = response_mapping.response_mapping(known)
        if set(mapping.headers()) <= set(seen.headers):
            st.caption(t("upload.remembered", source=source))
            return mapping
    st.caption(t("upload.suggested"))
    return _columns(ctx, file, seen, reading, source)


def _columns(ctx: Context, file: File, seen: Seen, reading: Reading, source: str) -> ResponseMapping | None:
    t, tag = ctx.t, file.sha256[:12]
    guess = seen.suggested
    assert isinstance(guess, SuggestedResponses)
    grid = st.columns(3)
    survey = grid[0].text_input(t("upload.survey_id"), _id(source), key=f"up_survey_{tag}")
    kinds = [None, *response_mapping.NPS_KINDS]
    has_nps = "nps" in guess.types.values()
    kind = grid[1].selectbox(
        t("upload.nps_kind"), kinds, 1 if has_nps else 0, key=f"up_kind_{tag}",
        format_func=lambda name: t("upload.not_used") if name is None else t(f"upload.nps_kind_{name}"),
    )  # fmt: skip
    known = ctx.bench.shelf.get(survey)
    voice = grid[2].selectbox(
        t("upload.voice"), response_mapping.KINDS, response_mapping.KINDS.index(known.kind if known else "customer"),
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
    dimensions = {name: column(2 + place, t(f"upload.role_{name}"), name) for place, name in enumerate(_DIMENSIONS)}
    used = {when, row_id, *dimensions.values()}
    st.markdown(f"**{t('upload.questions')}**")
    questions = _questions(ctx, [h for h in seen.headers if h not in used], guess, tag)
    if not when or not questions or not survey:
        lacking = [
            t(key)
            for key, there in (
                ("upload.survey_id", survey),
                ("upload.date_column", when),
                ("upload.questions", questions),
            )
            if not there
        ]
        st.info(t("upload.needs", roles=", ".join(lacking)), icon=":material/info:")
        return None
    return response_mapping.response_mapping({
        "source": source, "survey": {"id": survey, "version": "1", "nps_kind": kind, "kind": voice},
        "date": {"column": when}, "id": row_id,
        "dimensions": {name: header for name, header in dimensions.items() if header},
        "questions": questions, "reading": dict(reading.__dict__),
    })  # fmt: skip


def _questions(ctx: Context, headers: list[str], guess: SuggestedResponses, tag: str) -> list[dict[str, Any]]:
    t = ctx.t
    options = [None, *response_mapping.TYPES]
    grid = st.columns(3)
    types: dict[str, str] = {}
    for place, header in enumerate(headers):
        kind = grid[place % 3].selectbox(
            t("upload.use_as", header=header), options, options.index(guess.types.get(header)),
            key=f"up_type_{header}_{tag}",
            format_func=lambda name: t("upload.type_none") if name is None else t(f"upload.type_{name}"),
        )  # fmt: skip
        if kind:
            types[header] = kind
    scored = [header for header, kind in types.items() if kind in ("rating", "csat", "ces")]
    zeros = []
    if scored:
        default = [header for header in scored if header in guess.zeros]
        zeros = st.multiselect(
            t("upload.zero_missing"), scored, default, key=f"up_zero_{tag}", placeholder=t("upload.not_used")
        )
    ids = {header: _id(header) for header in types}
    return [
        {"id": ids[h] if list(ids.values()).count(ids[h]) == 1 else f"{ids[h]}-{place + 1}", "column": h, "type": kind,
         "missing": ["0"] if h in zeros else []}
        for place, (h, kind) in enumerate(types.items())
    ]  # fmt: skip


def _id(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]+", "-", text.lower()).strip("-")[:40] or "q"
