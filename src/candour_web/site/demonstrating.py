"""Where the demonstration is kept, and what makes a folder one: `candour serve --demo`, before Django is there."""

from __future__ import annotations

import os
from pathlib import Path

from candour.cli.demonstrating import MARK
from candour.findings.runs import latest_run
from candour.records.refusals import InputRefused
from candour_web.site.databases import home
from candour_web.site.embedded import may_unshare, reachable_by_all
from candour_web.site.preparing import DEMONSTRATION, ServiceRefused, is_demonstration
from candour_web.site.private_files import write_private

STORE = Path("demo/store")
"""The store that `candour demo` makes without other word."""


def find_demonstration(store: Path) -> None:
    """Settle where the demonstration of this store is kept: in CANDOUR_HOME where that is set, and otherwise in `service` beside the store. Nothing is written.

    Raises ServiceRefused where DATABASE_URL names a database, where `candour demo` did not make the store, and where the folder holds a service that is no demonstration.
    """
    if os.environ.get("DATABASE_URL"):
        raise ServiceRefused("The demonstration keeps a database of its own. Unset DATABASE_URL.")
    try:
        latest_run(store)
        made = (store.parent / MARK).is_file()
    except InputRefused:
        made = False
    if not made:
        elsewhere = f" --out {store.parent}" if store != STORE else ""
        raise ServiceRefused(f"{store} is not the store of a made-up force, or has no run yet. Make it first: candour demo{elsewhere}")
    os.environ.setdefault("CANDOUR_HOME", str(_folder_beside(store.resolve())))
    if not is_demonstration(home()) and (home() / "database").exists():
        raise ServiceRefused(
            f"{home()} holds a service that is no demonstration, so that it never becomes one. Unset CANDOUR_HOME, or name an empty folder."
        )


def _folder_beside(store: Path) -> Path:
    """`service` beside the store; for root, where the account that PostgreSQL runs as cannot come there, a folder where it can."""
    beside = store.parent / "service"
    return beside if os.geteuid() != 0 or reachable_by_all(beside) or may_unshare() else Path("/var/lib/candour-demonstration")


def mark_demonstration() -> None:
    """Make the service's folder the demonstration. It is for a folder in which `find_demonstration` found no other service."""
    if not is_demonstration(home()):
        home().mkdir(mode=0o711, parents=True, exist_ok=True)
        write_private(home() / DEMONSTRATION, "Everybody in this folder's database is made up (candour serve --demo).\n")
