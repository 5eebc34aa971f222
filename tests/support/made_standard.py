"""A made-up standard, as the text of its file, that tests change in one place or another."""

from __future__ import annotations


def head(identity: str = "made-up", title: str = "A made-up standard", area: str = "missing", severity: str = "high") -> str:
    """All that a standard says before its rule."""
    return f"""
id = "{identity}"
title = "{title}"
area = "{area}"
version = 1
status = "local default"
severity = "{severity}"
[source]
document = "Made up for a test"
verified = false
[reading]
text = "Made up."
"""


SEEN_WITHIN_A_DAY = """[rule]
shape = "response"
after = { event = "missing.located" }
expect = { event = "missing.interviewed", where = "face_to_face" }
within = { hours = 24 }
same = "episode"
[[examples]]
name = "one"
chronology = "2026-03-01 18:00 | missing.located | episode=M1"
finding = "missed"
because = "Never seen."
"""
"""A rule with its example."""
GOOD = head() + SEEN_WITHIN_A_DAY
