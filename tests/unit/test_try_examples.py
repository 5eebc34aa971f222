"""The command with which authors try their examples: what agrees, what differs, what is missing, and what cannot be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from candour.evaluation.try_examples import due_texts, main
from candour.findings.outcomes import Outcome
from candour.findings.possibilities import possible_outcomes
from tests.support.made_standard import head
from tests.support.tiny import standard_of

FILE = (
    head()
    + """[rule]
shape = "content"
of = { event = "child.contact" }
check = "seen"
[[examples]]
name = "seen"
chronology = "2026-03-01 18:00 | child.contact | seen=yes"
finding = "met"
because = "Seen."
[[examples]]
name = "not seen"
chronology = "2026-03-01 18:00 | child.contact | seen=no"
finding = "missed"
because = "Not seen."
[[examples]]
name = "not said"
chronology = "2026-03-01 18:00 | child.contact"
finding = "cannot_tell"
reason = "field"
because = "Not said."
"""
)


def tried(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    file = tmp_path / "made-up.toml"
    file.write_text(text, encoding="utf-8")
    code = main([str(file)])
    return code, capsys.readouterr().out


def test_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = tried(tmp_path, FILE, capsys)
    assert code == 0
    assert "3 examples tried; 0 to mend." in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('finding = "met"', 'finding = "missed"', "expected missed, got met"),
        ('finding = "met"', 'finding = "met"\ndue = "2026-03-02"', "expected due 2026-03-02, got no due moment"),
        ('reason = "field"', 'reason = "fields"', "expected reason fields (which is no reason that there is), got field"),
        ("seen=yes", "sen=yes", "has no field 'sen'"),
        ('finding = "missed"', 'finding = "none"', "expected none (no occasion), got missed"),
        ("seen=no", "seen=yes", "expected missed, got met"),
        ('finding = "cannot_tell"\nreason = "field"', 'finding = "met"', "no example gives: cannot_tell"),
        ('severity = "high"', 'severity = "grave"', "REFUSED"),
    ],
)
def test_a_difference_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str) -> None:
    assert old in FILE
    code, out = tried(tmp_path, FILE.replace(old, new, 1), capsys)
    assert code == 1
    assert said in out


def test_how_a_due_moment_may_be_written() -> None:
    assert due_texts(datetime(2026, 7, 1, 8, 0)) == ("2026-07-01 09:00:00", "2026-07-01 09:00")
    assert due_texts(datetime(2026, 7, 1, 22, 59, 59)) == ("2026-07-01 23:59:59", "2026-07-01 23:59", "2026-07-01")
    assert due_texts(datetime(2026, 7, 1, 8, 0, 1)) == ("2026-07-01 09:00:01",)


RESPONSE = (
    'shape = "response"\nafter = { event = "missing.located" }\nexpect = { event = "missing.interviewed" }\nwithin = { hours = 24 }\n'
)
CONTENT = 'shape = "content"\nof = { event = "child.contact" }\ncheck = "seen"\n'


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (RESPONSE, "met late missed pending cannot_tell"),
        (RESPONSE + 'unless = { where = "returned" }\n', "met late missed pending cannot_tell excused"),
        (
            'shape = "precedence"\nbefore = { event = "case.closed" }\nexpect = { event = "supervision.reviewed" }\n',
            "met late missed cannot_tell",
        ),
        ('shape = "precedence"\norder = [{ event = "referral.triaged" }, { event = "referral.sent" }]\n', "met late missed cannot_tell"),
        (
            'shape = "absence"\nafter = { event = "bail.set" }\nnever = { event = "custody.arrived" }\nwithin = { hours = 1 }\n',
            "met missed pending cannot_tell",
        ),
        (CONTENT, "met missed cannot_tell"),
        (CONTENT + "within = { hours = 24 }\n", "met late missed pending cannot_tell"),
        (
            'shape = "count"\ncount = { event = "investigation.allocated", held_by = "oic_ref" }\nuntil = { event = "case.closed" }\nat_most = 2\n',
            "met missed",
        ),
        ('shape = "invariant"\nat = { event = "custody.reviewed" }\ncheck = "reviewer_ref != actor_ref"\n', "met missed cannot_tell"),
    ],
)
def test_the_outcomes_a_rule_can_give(rule: str, words: str) -> None:
    assert possible_outcomes(standard_of(rule)) == {Outcome(word) for word in words.split()}
