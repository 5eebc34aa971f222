"""The commands that a page shows, with the output it shows for them, so that a test can run them again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "..."


@dataclass(frozen=True)
class Shown:
    """One command and the lines of output beside it on the page; `...` stands for lines left out."""

    command: str
    lines: tuple[str, ...]


def shown_on(page: Path) -> list[Shown]:
    """Every command in a block marked `console`, in order."""
    found = []
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Shown(command, tuple(line for line in output.splitlines() if line.strip())))
    return found


def without_figures(line: str) -> str:
    """A line without what may change with the catalogue or the machine: numbers and counts, but not a date, a time or the id of a record."""
    if re.match(r"Run \d+:|  (Done|Not|Cannot|Excused)\b|\d+ findings differ|\S+\.html: the report of run", line):
        return re.sub(r"(?<![\w:/])[\d,.]*\d(?![\w:/])", "0", line)
    return line


def differences(shown: Shown, output: str) -> list[str]:
    """The lines of the page that did not come, or did not come in this order; and, outside `...`, the lines that came and are not on the page."""
    came = [without_figures(line.rstrip()) for line in output.splitlines() if line.strip()]
    at, skipping, missing = 0, False, []
    for line in (without_figures(one.rstrip()) for one in shown.lines):
        if line == LEFT_OUT:
            skipping = True
            continue
        reach = came[at:] if skipping else came[at : at + 1]
        if line in reach:
            at += reach.index(line) + 1
        else:
            missing.append(f"not seen{'' if skipping else f' (but {came[at] if at < len(came) else None!r})'}: {line}")
        skipping = False
    if not skipping and not missing and at < len(came):
        missing.append(f"not on the page: {came[at]}")
    return missing
