"""What tests of the builder share: a draft on the desk, and the widgets of the selected card."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from components.builder import desk as desks
from components.builder.desk import Desk
from cx.publish import drafts
from cx.survey.editing import document, library
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]


T = Translator("zh")


@pytest.fixture
def begun(screen: Screen, bench: Workbench) -> Callable[..., AppTest]:
    """``begun("branch-service")``: the builder with a draft of that template open."""

    def open_one(template: str = "branch-service", role: str = "analyst") -> AppTest:
        text = next(each.text for each in library.templates() if each.id == template)
        drafts.save(bench.database, template, text, role, None)
        return screen("listen/builder", role, survey=template)

    return open_one


def saved(bench: Workbench, survey_id: str) -> dict[str, Any]:
    """What the database holds now."""
    with bench.database.cursor() as con:
        draft = drafts.find(con, survey_id)
    assert draft is not None
    return document.read(draft.text)


def on_desk(at: AppTest) -> Desk:
    """The open draft."""
    return at.session_state[desks.KEY]


def select(at: AppTest, key: str) -> AppTest:
    """What a click on a card does."""
    on_desk(at).selected = key
    return at.run()


def widget(found: Any, name: str) -> Any:
    """The widget of the selected card whose key ends like this."""
    return next(each for each in found if re.fullmatch(rf"b\d+_.+_{name}", each.key or ""))


def view(at: AppTest, section: str, **more: str) -> AppTest:
    """A section opened, and what is shown in it."""
    at.session_state[f"builder_open_{section}"] = True
    for key, value in more.items():
        at.session_state[f"builder_{key}"] = value
    return at.run()


def preview(bench: Workbench, sign_in: Callable[[str], str], role: str) -> TestClient:
    """A browser of that role."""
    from starlette.applications import Starlette

    from web.routes import ROUTES

    client = TestClient(Starlette(routes=list(ROUTES)), base_url="http://cx")
    client.cookies.set("cx_session", sign_in(role))
    return client
