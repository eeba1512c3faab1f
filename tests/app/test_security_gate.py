"""Attacks on the gate and on our own forms that once worked, or ended in a bare error."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from test_access_routes import HERE, client, form_of, sign_in

from cx.access.rights import ROLES
from web.security import COOKIE

__all__ = ["client"]  # the fixture
PUBLIC = "https://survey.bank.example"


def test_a_page_of_another_origin_cannot_open_the_websocket(client: TestClient) -> None:
    sign_in(client)
    for origin in ("http://evil", "null", "http://testserver:81", "http://["):
        there = {"origin": origin}
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=there):
            pass
    with client.websocket_connect("/_stcore/stream", headers=HERE) as socket:
        assert socket.receive_text() == "behind the gate"


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_upload_can_fill_the_memory(client: TestClient, role: str) -> None:
    sign_in(client, role)
    answer = client.post("/_stcore/upload_file/session/file", content=b"x", headers=HERE)
    assert answer.status_code == (200 if "upload" in ROLES[role] else 403)


def test_an_origin_that_is_none_is_refused_without_an_error(client: TestClient) -> None:
    for origin in ("http://[", "[", "", "http://", "\x7f"):
        assert client.post("/login", data={}, headers={"origin": origin}).status_code == 403, origin


def test_a_form_of_a_thousand_fields_is_refused_without_an_error(client: TestClient) -> None:
    for path in ("/login", "/language", "/logout"):
        answer = client.post(path, data={f"f{i}": "x" for i in range(1_000)}, headers=HERE)
        assert answer.status_code == 400 and "frame-ancestors" in answer.headers["content-security-policy"]


def test_cookies_are_secure_where_users_come_by_https_though_the_proxy_does_not_say_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_PUBLIC_URL", PUBLIC)
    cookies = sign_in(client).headers.get_list("set-cookie")
    assert all("Secure" in cookie for cookie in cookies if cookie.startswith((COOKIE, "cx_lang")))


def test_the_public_address_is_ours_behind_a_proxy_that_names_another_host(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("CX_PUBLIC_URL", PUBLIC + "/")
    client = request.getfixturevalue("client")
    client.base_url = "https://testserver"  # what the proxy calls it
    form = form_of(client)
    for origin, status in ((PUBLIC, 401), ("https://evil.example", 403), ("null", 403)):
        data = {"form": form, "name": "nobody", "password": "x"}
        assert client.post("/login", data=data, headers={"origin": origin}).status_code == status, origin
