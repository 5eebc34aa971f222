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
    return shown_on_text(page.read_text(encoding="utf-8"))


def shown_on_text(text: str) -> list[Shown]:
    """As `shown_on`, of what is on the page."""
    found = []
    for block in _BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Shown(command, tuple(line for line in output.splitlines() if line.strip())))
    return found


def without_seconds(line: str) -> str:
    """A line without how long a run took, which no two machines agree on."""
    return re.sub(r"; [\d,.]+ seconds?\.", "; 0 seconds.", line) if line.startswith("Run ") else line


def without_figures(line: str) -> str:
    """A line without its figures, by which one is known again whose figures have changed: dates, times and the ids of records stay."""
    return re.sub(r"(?<![\w:/])[\d,.]*\d(?![\w:/])", "0", line)


def with_present_figures(page: str, shown: Shown, output: str) -> str:
    """A page on which the lines shown for a command have the figures that came now. Lines that differ in more than figures stay as they are."""
    blocks = re.finditer(re.escape(f"$ {shown.command}\n") + r".*?\n(?=\$ |```)", page, re.DOTALL)
    begins, ends = next(one.span() for one in blocks if [line for line in one[0].splitlines()[1:] if line.strip()] == list(shown.lines))
    block = page[begins:ends]
    came = [line.rstrip() for line in output.splitlines() if line.strip()]
    at = 0
    for line in shown.lines:
        for place in range(at, len(came)):
            if without_figures(came[place]) == without_figures(line.rstrip()):
                if without_seconds(came[place]) != without_seconds(line.rstrip()):
                    block = block.replace(f"\n{line}", f"\n{came[place]}", 1)
                at = place + 1
                break
    return page[:begins] + block + page[ends:]


def differences(shown: Shown, output: str) -> list[str]:
    """The lines of the page that did not come, or did not come in this order; and, outside `...`, the lines that came and are not on the page."""
    came = [without_seconds(line.rstrip()) for line in output.splitlines() if line.strip()]
    at, skipping, missing = 0, False, []
    for line in (without_seconds(one.rstrip()) for one in shown.lines):
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
