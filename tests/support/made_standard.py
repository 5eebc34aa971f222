"""A made-up standard, as the text of its file, that tests change in one place or another."""

from __future__ import annotations

GOOD = """
id = "made-up"
title = "A made-up standard"
area = "missing"
version = 1
status = "local default"
severity = "high"
[source]
document = "Made up for a test"
verified = false
[reading]
text = "Made up."
[rule]
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
