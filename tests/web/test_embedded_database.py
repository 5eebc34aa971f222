"""The PostgreSQL of our own: private, reached by password only, and one server however many ask for it."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from candour_web.site import embedded
from candour_web.site.databases import make_database
from candour_web.site.embedded import ADMINISTRATOR, LONGEST_SOCKET, OWNER, SERVICE, DatabaseRefused, Embedded, binaries, may_unshare


@pytest.fixture
def apart() -> Iterator[Embedded]:
    """A server of a test's own, in a folder that only we may enter, whose name is too long for a socket."""
    if os.geteuid() == 0 and not may_unshare():
        pytest.skip("this machine lets root make no user namespace, which a folder that only root enters needs")
    with tempfile.TemporaryDirectory() as folder:
        made = Embedded(Path(folder) / ("a-long-name-" * 8) / "database")
        yield made
        made.stop()


def test_many_may_start_it_and_one_server_runs(apart: Embedded) -> None:
    with ThreadPoolExecutor(3) as pool:
        started = list(pool.map(lambda _: Embedded(apart.folder).start(), range(3)))
    assert sorted(started) == [False, False, True]
    assert apart.running()
    with psycopg.connect(apart.address(ADMINISTRATOR, "postgres")) as connection:
        assert connection.execute("SELECT current_setting('data_checksums'), current_setting('listen_addresses')").fetchone() == ("on", "")
    assert apart.socket.parent != apart.folder and len(str(apart.socket)) < LONGEST_SOCKET
    apart.stop()
    assert not apart.running() and not apart.socket.exists()
    assert apart.start()


def test_the_last_that_uses_it_stops_it_whoever_started_it(apart: Embedded) -> None:
    other = Embedded(apart.folder)
    first, second = apart.in_use(), other.in_use()
    first.__enter__()
    with psycopg.connect(apart.address(ADMINISTRATOR, "postgres")) as connection:
        with second:
            assert other.running()
        assert connection.execute("SELECT 1").fetchone() == (1,)
        third = other.in_use()
        third.__enter__()
        first.__exit__(None, None, None)
        assert connection.execute("SELECT 1").fetchone() == (1,)
    third.__exit__(None, None, None)
    assert not apart.running()
    with pytest.raises(ZeroDivisionError), apart.in_use():
        assert apart.running()
        raise ZeroDivisionError
    assert not apart.running()


def test_its_folders_and_passwords_are_their_owners_alone(server: Embedded) -> None:
    for path in (
        server.folder,
        server.folder / "data",
        server.socket,
        server.folder / "passwords",
        *(server.folder / "passwords").iterdir(),
    ):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path
    assert len({server.password(role) for role in (ADMINISTRATOR, OWNER, SERVICE)}) == 3


@pytest.mark.parametrize("role", [ADMINISTRATOR, OWNER, SERVICE])
def test_nobody_enters_without_the_password(server: Embedded, role: str) -> None:
    make_database(server)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**{**server.parameters(role, "postgres"), "password": "guessed"})


def test_a_socket_folder_that_another_made_is_refused(apart: Embedded) -> None:
    apart.folder.parent.mkdir()
    apart.socket.mkdir(mode=0o777)
    apart.socket.chmod(0o777)
    try:
        with pytest.raises(DatabaseRefused, match="chmod 700"):
            apart.start()
    finally:
        apart.socket.rmdir()


def test_no_program_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CANDOUR_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(DatabaseRefused, match="CANDOUR_POSTGRES_BIN"):
        binaries()


def test_root_is_told_where_the_database_can_be(apart: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(embedded, "may_unshare", lambda: False)
    apart.folder.parent.mkdir(mode=0o700)
    with pytest.raises(DatabaseRefused, match="set CANDOUR_HOME to a folder that other accounts can come into"):
        _ = apart._way


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary person; every other test here runs as one otherwise")
def test_an_ordinary_person_has_it_without_more(server: Embedded) -> None:
    """In a process that became one: the interpreter itself may lie where only root comes in, so that it cannot be started anew."""
    nobody, folder = pwd.getpwnam("nobody"), server.folder.parent / "ordinary"
    folder.mkdir()
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    own = Embedded(folder / "database", lasting=False)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            own.start()
            with psycopg.connect(own.address(ADMINISTRATOR, "postgres")) as connection:
                code = 0 if connection.execute("SELECT 1").fetchone() == (1,) else 2
            own.stop()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (folder / "database" / "data").stat().st_uid == nobody.pw_uid
