"""The routes without Streamlit, and the gate before everything: sign-in, CSRF, Origin, headers, open redirects."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from conftest import PASSWORD
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from cx import workbench
from cx.words import Translator
from web import forms
from web.routes import OPEN, ROUTES
from web.security import COOKIE, Security, policy

HERE = {"origin": "http://testserver"}
HTML = {"accept": "text/html"}


async def _behind(_) -> PlainTextResponse:
    return PlainTextResponse("behind the gate")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("behind the gate")
    await websocket.close()


@pytest.fixture
def client(bench: workbench.Workbench) -> Iterator[TestClient]:
    """Our routes and gate before a stand-in for Streamlit."""
    behind = [WebSocketRoute("/_stcore/stream", _socket), Route("/{rest:path}", _behind, methods=["GET", "POST"])]
    gate = Middleware(Security, open_to_all=OPEN, who=bench.accounts.who)
    app = Starlette(routes=[*ROUTES, *behind], middleware=[gate])
    with TestClient(app, follow_redirects=False) as client:
        yield client


def form_of(client: TestClient, path: str = "/login") -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def sign_in(client: TestClient, role: str = "analyst", there: str = "/", **fields: str):
    data = {"form": form_of(client), "name": role, "password": PASSWORD, "next": there, **fields}
    return client.post("/login", data=data, headers=HERE)


def test_sign_in_sets_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    answer = sign_in(client, there="/nps?kind=relational&x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/nps?kind=relational&x=1")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    assert client.get("/people", headers=HTML).text == "behind the gate"


def test_the_cookie_is_secure_under_https(client: TestClient) -> None:
    client.base_url = "https://testserver"
    data = {"form": form_of(client), "name": "analyst", "password": PASSWORD}
    answer = client.post("/login", data=data, headers={"origin": "https://testserver"})
    assert all("Secure" in c for c in answer.headers.get_list("set-cookie") if "Max-Age=0" not in c.title())


def test_nothing_behind_the_gate_without_a_session(client: TestClient) -> None:
    for path in ("/", "/nps", "/people?x=1", "/_stcore/health", "/media/x", "//login", "/static/a.js"):
        for cookie in (None, "x", "A" * 43, "é" * 43):
            headers = {"cookie": f"{COOKIE}={cookie}".encode()} if cookie else {}
            plain = client.get(path, headers=headers)
            assert plain.status_code == 401 and "behind" not in plain.text, (path, cookie)
            page = client.get(path, headers={**headers, **HTML})
            assert page.status_code == 303 and page.headers["location"].startswith("/login?next=/"), (path, cookie)


def test_the_websocket_needs_a_session_too(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass
    sign_in(client)
    with client.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "behind the gate"


def test_a_deep_link_survives_sign_in(client: TestClient) -> None:
    there = client.get("/nps?kind=relational&by=分行", headers=HTML).headers["location"]
    page = client.get(there)
    kept = re.search(r'name="next" value="(/nps[^"]*)"', page.text)
    assert kept
    answer = sign_in(client, there=kept[1].replace("&amp;", "&"))
    assert answer.headers["location"].startswith("/nps?kind=relational&by=")


OUTSIDE = (
    "//evil", "/\\evil", "\\\\evil", "https://evil", "javascript:alert(1)", "/%2fevil", "/%5cevil", "/\t/evil", "evil",
    "", "/%0d%0aset-cookie:x", "///evil", "/login", "/logout?x", "/\u2028/evil", "http:evil", "/\x00",
)  # fmt: skip


@pytest.mark.parametrize("there", OUTSIDE)
def test_what_is_not_a_path_here(there: str) -> None:
    assert forms.local(there) == "/"


def test_no_open_redirect(client: TestClient) -> None:
    for there in OUTSIDE:
        assert sign_in(client, there=there).headers["location"] == "/", there
        client.cookies.clear()


def test_wrong_and_locked(client: TestClient) -> None:
    t = Translator("zh")
    for status in (401, 401, 401, 401, 401, 429):
        answer = sign_in(client, password="not the password")
        assert answer.status_code == status and COOKIE not in answer.headers.get("set-cookie", "")
    assert "分钟后再试" in answer.text and t("access.sign_in") in answer.text
    assert sign_in(client).status_code == 429, "the right password neither"


POSTED = ("/logout", "/logout-everywhere", "/password", "/language")


def test_another_site_cannot_post(client: TestClient) -> None:
    sign_in(client)
    form = form_of(client, "/password")
    for path in ("/login", *POSTED):
        for headers in (
            {"origin": "http://evil"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
            {"sec-fetch-site": "same-site"},
            {"origin": "http://testserver.evil"},
        ):
            assert client.post(path, data={"form": form}, headers=headers).status_code == 403, (path, headers)
            assert client.get("/").text == "behind the gate", "still signed in"


def test_a_form_that_is_not_ours_does_nothing(client: TestClient) -> None:
    sign_in(client)
    data = {"old": PASSWORD, "new": "another good one", "again": "another good one", "to": "en"}
    for path in POSTED:
        for form in (None, "", "x", "é"):
            sent = data if form is None else {**data, "form": form}
            assert client.post(path, data=sent, headers=HERE).status_code == 403, (path, form)
            assert client.get("/").text == "behind the gate"


def test_a_sign_in_form_needs_its_cookie(client: TestClient) -> None:
    form = form_of(client)
    client.cookies.clear()
    answer = client.post("/login", data={"form": form, "name": "admin", "password": PASSWORD}, headers=HERE)
    assert answer.status_code == 403


def test_sign_out_here_and_everywhere(client: TestClient, bench: workbench.Workbench) -> None:
    elsewhere = bench.accounts.sign_in("analyst", PASSWORD, "elsewhere", "zh").token
    sign_in(client)
    client.post("/logout", data={"form": form_of(client, "/password")}, headers=HERE)
    assert client.get("/").status_code == 401 and bench.accounts.who(elsewhere)
    sign_in(client)
    client.post("/logout-everywhere", data={"form": form_of(client, "/password")}, headers=HERE)
    assert bench.accounts.who(elsewhere) is None


def test_signing_in_again_ends_the_session_before(client: TestClient, bench: workbench.Workbench) -> None:
    sign_in(client)
    before = client.cookies[COOKIE]
    form = form_of(client, "/password")
    client.post("/login", data={"form": form, "name": "viewer", "password": PASSWORD}, headers=HERE)
    assert bench.accounts.who(before) is None
    user = bench.accounts.who(client.cookies[COOKIE])
    assert user and user.role == "viewer"


def test_a_one_time_password_must_be_changed(client: TestClient, bench: workbench.Workbench) -> None:
    admin = bench.accounts.sign_in("admin", PASSWORD, "x", "zh").user
    once = bench.accounts.reset(admin, "viewer")
    answer = sign_in(client, "viewer", "/nps", password=once)
    assert answer.headers["location"] == "/password?next=/nps"
    assert client.get("/nps", headers=HTML).headers["location"] == "/password?next=/nps"
    assert client.get("/nps").status_code == 401
    form = form_of(client, "/password")
    new = "一句好记的话最安全了吧"
    bad = client.post("/password", data={"form": form, "old": once, "new": "x", "again": "x"}, headers=HERE)
    assert bad.status_code == 422 and 'role="alert"' in bad.text
    data = {"form": form, "old": once, "new": new, "again": new, "next": "/nps"}
    assert client.post("/password", data=data, headers=HERE).headers["location"] == "/nps"
    assert client.get("/nps").text == "behind the gate"


def test_languages(client: TestClient) -> None:
    assert '<html lang="en">' in client.get("/login", headers={"accept-language": "en-GB,zh;q=0.5"}).text
    assert '<html lang="zh-CN">' in client.get("/login", headers={"accept-language": "fr"}).text
    data = {"form": form_of(client), "to": "en", "next": "/login?next=/nps"}
    answer = client.post("/language", data=data, headers=HERE)
    assert answer.headers["location"] == "/login?next=/nps"
    assert '<html lang="en">' in client.get("/login").text
    sign_in(client)
    assert '<html lang="zh-CN">' in client.get("/password").text, "the user's own language wins"


def test_security_headers_everywhere(client: TestClient) -> None:
    for path in ("/login", "/healthz", "/api/x", "/s/none", "/", "/nowhere"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["cache-control"] == "no-store", path
    sign_in(client)
    csp = client.get("/nps").headers["content-security-policy"]
    assert "script-src 'self'" in csp and "'unsafe-inline'" not in csp.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'self' https://bank.example" in policy(framed_by=["https://bank.example"])


def test_what_does_not_exist_is_told(client: TestClient) -> None:
    for method in ("get", "post", "put", "delete"):
        answer = getattr(client, method)("/api/unknown/x")
        assert answer.status_code == 404 and answer.json()["error"]["code"] == "not_found"
    for path in ("/login/x", "/healthz/x", "/api", "/logout/x"):
        assert client.get(path).status_code == 404, path
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/assets/../signin.py").status_code in (401, 404)
    assert client.post("/login", content=b"x" * 20_000, headers=HERE).status_code == 413


def test_text_is_escaped(client: TestClient) -> None:
    answer = sign_in(client, '"><script>alert(1)</script>', password="x")
    assert "<script>" not in answer.text


def test_an_address_that_is_no_page_gets_our_own_answer_and_a_page_with_its_section_is_found(
    client: TestClient,
) -> None:
    lost = (
        "/foo",
        "/foo/bar",
        "/understand/people",
        "/nps/more",
        "/act",
        "/understand/nps/x",
        "/foo%2fbar",
        "/foo.html",
    )
    for path in (*lost, "/understand/nps"):
        answer = client.get(path, headers=HTML)
        assert answer.headers["location"] == f"/login?next={path.replace('%2f', '/')}", "nobody learns what there is"
    sign_in(client)
    for path in lost:
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 404 and Translator("zh")("access.not_found_title") in answer.text, path
    for path, there in (("/understand/nps?kind=relational", "/nps?kind=relational"), ("/act/cases/", "/cases"),
                        ("/understand/overview", "/overview")):  # fmt: skip
        answer = client.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, there)


def test_what_streamlit_answers_itself_goes_on_to_it(client: TestClient) -> None:
    sign_in(client)
    own = ("/", "/nps", "/nps/", "/nps?kind=relational", "/static/js/index.js", "/media/a.csv", "/_stcore/health",
           "/component/a/index.html", "/favicon.png", "/manifest.json")  # fmt: skip
    for path in own:
        assert client.get(path, headers=HTML).text == "behind the gate", path
    for path in ("/nps/_stcore/host-config", "/foo/_stcore/health", "/foo/bar"):  # as its scripts ask
        assert client.get(path).text == client.post(path, headers=HERE).text == "behind the gate", path
