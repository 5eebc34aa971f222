"""The service's commands as processes, on a server of their own: serve, administrator, backup, restore, doctor."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest

from candour.cli import main
from candour_web.site.databases import SERVING
from candour_web.site.embedded import ADMINISTRATOR, OWNER, Embedded
from candour_web.site.preparing import DEMONSTRATION, why_not_listen
from tests.support.program import candour, declared, environment
from tests.support.repository import ROOT


@pytest.fixture(scope="module")
def home(worker_id: str) -> Iterator[Path]:
    """A service's folder with its server running, so that not every command has to start it."""
    folder = Path(os.environ["CANDOUR_TEST_SERVER"]) / f"home-{worker_id}"
    folder.mkdir(mode=0o711)
    own = Embedded(folder / "database", lasting=False)
    with own.in_use():
        made = candour(folder, "administrator", "K.Adler", "Kit Adler")
        assert made.returncode == 0, made.stderr
        assert re.search(r"^k\.adler signs in with this password once, and then chooses another: [\w-]{16}$", made.stdout, re.MULTILINE)
        yield folder


def rows(own: Embedded, database: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in order."""
    with psycopg.connect(own.address(ADMINISTRATOR, database)) as connection:
        names = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace").fetchall()
        return {name: connection.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1').fetchall() for (name,) in names}


def shape(own: Embedded, database: str) -> dict[str, list[tuple[object, ...]]]:
    """What PostgreSQL holds besides rows: rights, policies, triggers, functions, constraints. Casts and brackets are left out of a constraint,
    since PostgreSQL itself writes them in another way when it reads what it wrote."""
    with psycopg.connect(own.address(ADMINISTRATOR, database)) as connection:
        return {
            words: connection.execute(words).fetchall()
            for words in (
                "SELECT relname, relowner::regrole::text, relacl::text, relrowsecurity, relforcerowsecurity FROM pg_class "
                "WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
                "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
                "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
                "SELECT proname, prosecdef, proacl::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
                "SELECT conrelid::regclass::text, conname, "
                "regexp_replace(pg_get_constraintdef(oid), '::(text|character varying)(\\[\\])?|[()]', '', 'g') FROM pg_constraint "
                "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
            )
        }


def test_the_declared_commands_join_the_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(main, "entry_points", lambda group: declared(group))
    assert list(main.joined()) == ["administrator", "backup", "doctor", "publish", "restore", "serve", "upgrade"]
    assert all(isinstance(one.load(), click.Command) for one in main.joined().values())
    assert main.run(["--help"]) == 0
    assert re.search(r"^  serve +Serve the pages", capsys.readouterr().out, re.MULTILINE)


def test_no_joined_command_takes_the_place_of_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    thief = declared()[0]
    monkeypatch.setattr(main, "entry_points", lambda group: [type(thief)("assess", thief.value, group)])
    assert main.joined() == {}


def test_a_backup_put_into_another_database_is_the_same(home: Path, tmp_path: Path) -> None:
    file, own = tmp_path / "kept.candour", Embedded(home / "database")
    done = candour(home, "backup", str(file))
    assert (done.returncode, stat.S_IMODE(file.stat().st_mode)) == (0, 0o600), done.stderr
    assert candour(home, "backup", str(file)).stderr == f"{file} exists. A backup is never written over: give it another name.\n"
    back = candour(home, "restore", str(file), "--database", "other")
    assert (back.returncode, back.stderr) == (0, "")
    assert "The trail has 2 entries." in back.stdout
    before, after = rows(own, "candour"), rows(own, "other")
    assert len(before["trail_entry"]) == len(before["trail_link"]) == 2 and len(before["people_post"]) == 1
    assert after == before
    assert shape(own, "other") == shape(own, "candour")
    again = candour(home, "restore", str(file), "--database", "other")
    assert again.returncode == 1 and "writes over nothing" in again.stderr


def test_a_backup_that_is_cut_off_is_refused_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.candour"
    assert candour(home, "backup", str(file)).returncode == 0
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    done = candour(home, "restore", str(file), "--database", "cut")
    assert done.returncode == 1 and "pg_restore did not do its work" in done.stderr
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        rows(Embedded(home / "database"), "cut")


def test_a_mistyped_restore_leaves_a_new_installation_as_it_was(home: Path, tmp_path: Path) -> None:
    own, mistyped = Embedded(home / "database"), tmp_path / "no backup"
    for made in (False, True):
        if made:
            mistyped.write_text("no backup", encoding="utf-8")
        done = candour(home, "restore", str(mistyped), "--database", "mistyped")
        assert done.returncode == 1, done.stdout
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            rows(own, "mistyped")


def test_a_command_never_changes_tables_that_are_there_but_says_to_upgrade(home: Path, tmp_path: Path) -> None:
    own = Embedded(home / "database")
    with psycopg.connect(own.address(OWNER), autocommit=True) as owner:
        owner.execute(
            "DELETE FROM django_migrations WHERE app = 'axes' AND name = (SELECT max(name) FROM django_migrations WHERE app = 'axes')"
        )
        before = rows(own, "candour")["django_migrations"]
        lacks = "The database lacks 1 changes of this version. Run `candour upgrade` first.\n"
        for asked in (("backup", str(tmp_path / "kept")), ("administrator", "a.b", "A B"), ("publish", "--store", "x"), ("serve",)):
            assert candour(home, *asked).stderr == lacks, asked
        assert rows(own, "candour")["django_migrations"] == before
        owner.execute("INSERT INTO django_migrations (app, name, applied) SELECT 'axes', %s, now()", [last_of("axes")])
        owner.execute("GRANT UPDATE ON casework_publication TO candour_service")
        done = candour(home, "administrator", "a.b", "A B")
        assert "has not the rights that it should have to casework_publication. Run `candour upgrade` first." in done.stderr
    assert candour(home, "upgrade").returncode == 0
    assert candour(home, "backup", str(tmp_path / "kept")).returncode == 0


def last_of(app: str) -> str:
    """The name of an app's last migration."""
    from django.db.migrations.loader import MigrationLoader

    return max(name for (label, name) in MigrationLoader(None).disk_migrations if label == app)


def test_doctor_says_that_all_is_well_and_gives_an_anchor(home: Path) -> None:
    done = candour(home, "doctor", "--trail")
    assert done.returncode == 0, done.stderr
    found = re.search(r"Keep this anchor outside: (\d+:[0-9a-f]{64})$", done.stdout.strip())
    assert found
    assert candour(home, "doctor", "--anchor", found[1]).returncode == 0
    wrong = candour(home, "doctor", "--anchor", f"2:{'0' * 64}")
    assert (wrong.returncode, wrong.stderr) == (1, "The chain at position 2 is not the one that the anchor was taken of.\n")
    assert candour(home, "doctor", "--anchor", "2").returncode == 1


def test_doctor_says_what_is_not_well(home: Path) -> None:
    own = Embedded(home / "database")
    with psycopg.connect(own.address(OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE people_post NO FORCE ROW LEVEL SECURITY")
        owner.execute("GRANT UPDATE ON trail_entry TO candour_service")
        try:
            done = candour(home, "doctor")
        finally:
            owner.execute("ALTER TABLE people_post FORCE ROW LEVEL SECURITY")
            owner.execute("REVOKE UPDATE ON trail_entry FROM candour_service")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "The role candour_service has wrong rights to trail_entry: it may UPDATE it. Run `candour upgrade`.",
        "The row-level security of the table people_post is not as this version makes it.",
    ]


def test_a_service_that_enters_as_the_owner_is_told(home: Path) -> None:
    address = Embedded(home / "database").address(OWNER)
    done = candour(home, "doctor", DATABASE_URL=address)
    assert done.returncode == 1 and "row-level security does not bind" in done.stderr and "owns" in done.stderr


def test_the_owner_is_needed_for_an_upgrade_elsewhere(home: Path) -> None:
    own = Embedded(home / "database")
    service, owner = own.address("candour_service"), own.address(OWNER)
    assert "Set DATABASE_OWNER_URL" in candour(home, "upgrade", DATABASE_URL=service).stderr
    assert "both enter as candour_owner" in candour(home, "upgrade", DATABASE_URL=owner, DATABASE_OWNER_URL=owner).stderr
    done = candour(home, "upgrade", DATABASE_URL=service, DATABASE_OWNER_URL=owner)
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n"), done.stderr


def test_a_database_that_does_not_answer_is_said_without_the_password(home: Path) -> None:
    done = candour(home, "doctor", DATABASE_URL="postgresql://candour:Canary@127.0.0.1:1/candour")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr and "Canary" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("host", "origin", "demonstration", "behind_proxy", "may"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", True, False, True),
        ("::1", "http://127.0.0.1:8000", False, False, True),
        ("127.0.0.1", "https://candour.example", True, False, False),
        ("127.0.0.1", "http://127.0.0.1:8000", True, True, False),
        ("127.0.0.1", "https://candour.example", True, True, False),
        ("127.0.0.1", "http://candour.example", False, True, False),
        ("127.0.0.1", "https://candour.example", False, False, False),
        ("127.0.0.1", "https://candour.example", False, True, True),
        ("127.0.0.1", "candour.example", False, True, False),
        ("0.0.0.0", "http://127.0.0.1:8000", False, True, False),
        ("0.0.0.0", "https://candour.example", True, True, False),
        ("0.0.0.0", "http://candour.example", False, True, False),
        ("0.0.0.0", "https://candour.example", False, False, False),
        ("0.0.0.0", "https://candour.example", False, True, True),
    ],
)
def test_where_the_service_may_listen(host: str, origin: str, demonstration: bool, behind_proxy: bool, may: bool) -> None:
    assert (why_not_listen(host, origin=origin, demonstration=demonstration, behind_proxy=behind_proxy) is None) == may


def test_the_demonstration_serves_this_machine_only(tmp_path: Path) -> None:
    (tmp_path / DEMONSTRATION).touch()
    done = candour(tmp_path, "serve", "--host", "0.0.0.0", CANDOUR_ORIGIN="https://candour.example", CANDOUR_BEHIND_PROXY="yes")
    assert done.returncode == 1 and "because it signs people in without a password" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [DEMONSTRATION]


def test_the_mark_of_the_demonstration_put_beside_real_people_stops_the_service(home: Path) -> None:
    (home / DEMONSTRATION).touch()
    try:
        done = candour(home, "serve")
    finally:
        (home / DEMONSTRATION).unlink()
    assert done.returncode == 1
    assert done.stderr.startswith("1 people in this database were not made by the demonstration")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answer_of(address: str) -> tuple[int, bytes]:
    """The status and body of a page; 0 where nobody listens."""
    try:
        with urllib.request.urlopen(address) as page:
            return page.status, page.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
    except urllib.error.URLError:
        return 0, b""


def wait_for(address: str, status: int) -> bytes:
    """The body of a page once it has this status, which it has within half a minute."""
    for _ in range(150):
        found, body = answer_of(address)
        if found == status:
            return body
        time.sleep(0.2)
    raise AssertionError(f"{address} answers {found}: {body[:200]!r}")


def test_serve_answers_until_it_is_stopped_also_when_its_database_was_away(home: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    at = f"http://127.0.0.1:{port}"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.program", "serve", "--port", str(port), "--workers", "1"],
            cwd=ROOT, env=environment(home), stdout=written, stderr=written,
        )  # fmt: skip
        try:
            assert wait_for(f"{at}/health", 200) == b'{"database": "answers"}'
            with urllib.request.urlopen(f"{at}/?name=Canary") as page:
                assert page.url == f"{at}/sign-in?next=%2F%3Fname%3DCanary"
                assert b"<h1" in page.read()
            with urllib.request.urlopen(f"{at}/static/candour.css") as style:
                assert style.headers["Content-Type"].startswith("text/css")
            with pytest.raises(urllib.error.HTTPError, match="400"):
                urllib.request.urlopen(urllib.request.Request(f"{at}/sign-in", headers={"Host": "evil.example"}))
            own = Embedded(home / "database", lasting=False)
            own.stop()
            try:
                assert answer_of(f"{at}/health") == (503, b'{"database": "does not answer"}')
                with pytest.raises(urllib.error.HTTPError, match="503") as away:
                    urllib.request.urlopen(
                        urllib.request.Request(f"{at}/account", headers={"Cookie": "candour=abcdefghijklmnopqrstuvwxyz"})
                    )
                assert b"<h1" in away.value.read()
            finally:
                own.start()
            assert wait_for(f"{at}/health", 200)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    assert process.returncode == 0, log.read_text()
    assert "Canary" not in log.read_text()
    assert '"route": "account_login"' in log.read_text()


def test_processes_that_answer_pages_know_no_way_to_enter_as_the_owner(home: Path, tmp_path: Path) -> None:
    port, own = free_port(), Embedded(home / "database")
    entries = {"DATABASE_URL": own.address("candour_service"), "DATABASE_OWNER_URL": own.address(OWNER)}
    with (tmp_path / "log").open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.program", "serve", "--port", str(port), "--workers", "1"],
            cwd=ROOT, env=environment(home, **entries), stdout=written, stderr=written,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/health", 200)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
            surroundings = [Path(f"/proc/{child}/environ").read_text(encoding="utf-8").split("\0") for child in children]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    assert surroundings and all(f"{SERVING}=yes" in one for one in surroundings if "DATABASE_URL" in "".join(one))
    assert "DATABASE_OWNER_URL" not in "".join("".join(one) for one in surroundings)
    asked = "import candour_web.site.wsgi; from django.db import connections; print('owner' in connections, 'default' in connections)"
    for given in (entries, {}):
        for serving, answer in (({SERVING: "yes"}, "False True\n"), ({}, "True True\n")):
            done = subprocess.run(
                [sys.executable, "-c", asked],
                cwd=ROOT,
                env=environment(home, **given, **serving),
                capture_output=True,
                text=True,
                check=True,
            )
            assert done.stdout == answer


def test_a_command_that_started_the_database_does_not_stop_it_under_the_service(worker_id: str) -> None:
    folder = Path(os.environ["CANDOUR_TEST_SERVER"]) / f"together-{worker_id}"
    folder.mkdir(mode=0o711)
    own, port = Embedded(folder / "database", lasting=False), free_port()
    first = own.in_use()
    first.__enter__()  # a command that began before the service and ends while it answers
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.program", "serve", "--port", str(port), "--workers", "1"],
        cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/health", 200)
        assert candour(folder, "doctor").returncode == 0
        first.__exit__(None, None, None)
        assert answer_of(f"http://127.0.0.1:{port}/health") == (200, b'{"database": "answers"}')
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert process.returncode == 0 and not own.running()
