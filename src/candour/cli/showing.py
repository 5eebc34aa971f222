"""Shows progress on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

QUIET_SECONDS = 2.0
"""Work shorter than this shows no bar."""


@contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[Callable[[str, float], None]]:
    """A function `(step, share done from 0 to 1)` that draws a bar on standard error once the work has taken two seconds."""
    if quiet or not sys.stderr.isatty():
        yield lambda _step, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    began = monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(title, total=1.0)

    def show(step: str, share: float) -> None:
        if not bar.live.is_started and monotonic() - began >= QUIET_SECONDS:
            bar.start()
        bar.update(task, completed=share, description=f"{title}: {step}")

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
