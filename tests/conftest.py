"""What tests share: an open workbench in a folder of its own, people of every role, and screens as one of them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from itertools import count
from pathlib import Path

import bcrypt
import duckdb
import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.util import calc_hash

from components import navigation, session
from cx import demo, workbench
from cx.access import passwords, users
from cx.access.rights import BRANCH_ROLES, ROLES
from cx.access.users import Account, Users
from cx.bank import model as bank_model
from cx.bank import watch
from cx.bank.model import Model
from cx.store import database
from cx.store.database import Database
from cx.survey import load
from cx.survey.load import Reading, read_file
from cx.survey.schema import Survey

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
PATIENCE = 120.0  # seconds for what takes one: on a loaded machine a test waits, it does not fail
_QUICK_HASH = "$2b$04$stuy2aZU3bruis1rm/94zO0XWrNe/Lbu8AX599WbvFoBx4Wtr07t2"  # of PASSWORD; 4 rounds, for speed only

# The same examples every time, however slow the machine is: a run is red because of a change, never by chance.
# `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("search"), derandomize=True, database=None)
settings.load_profile("same")


def add_people(users_file: Path, branches: tuple[str, ...], lang: str = "zh") -> None:
    """One account a role, named like the role, all with :data:`PASSWORD`; branch roles get ``branches``."""
    there = Users(users_file)
    for role in ROLES:
        own = branches if role in BRANCH_ROLES else ()
        there.add(Account(role, role, role, _QUICK_HASH, own, must_change=False, lang=lang))


@pytest.fixture(scope="session", autouse=True)
def _scripts_compiled_once() -> Iterator[None]:
    """A server compiles a page's script and looks for installed components once; AppTest would at every run, half of
    its time."""
    compiled, installed = ScriptCache(), manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "ScriptCache", lambda: compiled)
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: installed)
        yield


@pytest.fixture(scope="session", autouse=True)
def _models_read_once() -> Iterator[None]:
    """Hundreds of workbenches open over the same files: what was read of the same texts is the same model."""
    kept: dict[tuple[object, ...], Model] = {}

    def load(*folders: Path) -> Model:
        files = [file for folder in folders for file in sorted(folder.rglob("*.yaml"))]
        texts = tuple((file.name, file.read_bytes()) for file in files)
        if texts not in kept:
            kept[texts] = bank_model.load(*folders)
        return replace(kept[texts], folder=folders[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "load", load)
        yield


@pytest.fixture(scope="session", autouse=True)
def _texts_read_once() -> Iterator[None]:
    """So are surveys and accounts: the same bytes say the same."""
    read, parse = load.read_bytes, users._parse
    surveys: dict[tuple[object, ...], Reading] = {}
    people: dict[bytes, Mapping[str, Account]] = {}

    def survey(data: bytes, where: str, touchpoints: Collection[str] | None = None) -> Reading:
        key = (data, where, None if touchpoints is None else frozenset(touchpoints))
        if key not in surveys:
            surveys[key] = read(data, where, touchpoints)
        return surveys[key]

    def accounts(file: Path) -> Mapping[str, Account]:
        data = file.read_bytes()
        if data not in people:
            people[data] = parse(file)
        return people[data]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_bytes", survey)
        patch.setattr(users, "_parse", accounts)
        yield


@pytest.fixture(scope="session", autouse=True)
def _databases_begin_as_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The schema's scripts take twice as long as opening: a database that is not there yet begins as a copy of an empty
    one. One in memory too: it is a file that has no name any more."""
    opened, folder, number = database._opened, tmp_path_factory.mktemp("empty"), count()
    empty = folder / "empty.duckdb"
    opened(empty).close()

    def begun(path: Path | None) -> duckdb.DuckDBPyConnection:
        if path is not None and path.exists():
            return opened(path)
        file = path or folder / f"{next(number)}.duckdb"
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(empty, file)
        connection = opened(file)
        if path is None:
            file.unlink()
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_opened", begun)
        yield


@contextmanager
def hashed_quickly() -> Iterator[None]:
    """Passwords hashed in 4 rounds instead of 12, for speed only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, 4))
        patch.setattr(passwords, "_NOBODY", _QUICK_HASH)
        yield


@pytest.fixture
def quick_hashes() -> Iterator[None]:
    """:func:`hashed_quickly` for one test."""
    with hashed_quickly():
        yield


@contextmanager
def begun(data: Path) -> Iterator[workbench.Workbench]:
    """The process's workbench over a folder after the first start, as the first choice left it.

    The shipped surveys are in service and every role has an account; branch roles have the first branch.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CX_DATA", str(data))
        opened = workbench.current()
        if opened.fresh:
            add_people(opened.place.users, tuple(opened.model.branches)[:1])
            opened.look()  # as the server does soon after its start
            opened.start()
        try:
            yield opened
        finally:
            workbench.close()


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """``first_start()``: a folder of which the first start over today's surveys is over, to be copied: a copy takes a
    tenth of a start."""
    kept: dict[tuple[object, ...], Path] = {}

    def begin() -> Path:
        surveys = Path(os.environ.get("CX_SURVEYS") or ROOT / "survey_defs")
        texts = tuple((file.name, file.read_bytes()) for file in sorted(surveys.glob("*.y*ml")))
        if texts not in kept:
            folder = tmp_path_factory.mktemp("first") / "data"
            with begun(folder):
                kept[texts] = folder
        return kept[texts]

    return begin


@pytest.fixture
def bench(tmp_path: Path, quick_hashes: None, first_start: Callable[[], Path]) -> Iterator[workbench.Workbench]:
    """The process's workbench over a folder of its own after the first start, see :func:`begun`."""
    shutil.copytree(first_start(), tmp_path / "data", dirs_exist_ok=True)
    with begun(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def sign_in(bench: workbench.Workbench, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """``sign_in(role)``: the next screens are seen by that role; returns the session's token.

    AppTest has no cookies, so the one function that reads the cookie is given the token.
    """

    def as_role(role: str) -> str:
        token = bench.accounts.sign_in(role, PASSWORD, "test", "zh").token
        monkeypatch.setattr(session, "token", lambda: token)
        return token

    return as_role


@pytest.fixture
def screen(sign_in: Callable[[str], str]) -> Callable[..., AppTest]:
    """``screen("understand/nps", role="analyst", kind="relational")``: that page after its first run, by the shell."""

    def show(name: str, role: str = "admin", **query: str) -> AppTest:
        sign_in(role)
        at = AppTest.from_file(str(ROOT / "components" / "shell.py"), default_timeout=PATIENCE)
        for key, value in query.items():
            at.query_params[key] = value
        address = navigation.of_stem(name.split("/")[1]).address
        at._page_hash = calc_hash(address.strip("/"))  # what switch_page finds only after a first run
        return at.run()

    return show


@pytest.fixture
def db() -> Iterator[Database]:
    """An empty database."""
    found = Database(":memory:")
    yield found
    found.close()


@cache
def _shipped() -> tuple[Model, tuple[Survey, ...]]:
    read = [read_file(file) for file in sorted((ROOT / "survey_defs").glob("*.yaml"))]
    return bank_model.load(ROOT / "data" / "model"), tuple(reading.survey for reading in read if reading.survey)


@pytest.fixture(scope="session")
def model() -> Model:
    """The bank that is shipped."""
    return _shipped()[0]


@pytest.fixture(scope="session")
def surveys() -> tuple[Survey, ...]:
    """The surveys that are shipped."""
    return _shipped()[1]


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the whole demo bank, to be copied: loaded once, whoever of the workers asks first."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    file = folder / "demo.duckdb"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            loading = Database(own / "loading.duckdb")
            demo.load(loading, *_shipped())
            loading.close()
            (own / "loading.duckdb").rename(file)
    return file


@pytest.fixture(scope="session")
def demo_bank(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo bank, to be read only."""
    opened = Database(shutil.copy(demo_file, tmp_path_factory.mktemp("demo") / "cx.duckdb"))
    yield opened
    opened.close()
