"""Two sets of standards are compared by what they mean, and the commands of packs say it in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from candour.cli.main import program
from candour.records.vocabulary import load_vocabulary
from candour.standards.loading import load_standard
from candour.standards.model import Standard
from candour.standards.packs.differences import Change, compare_standards
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import GOOD

VOCABULARY = load_vocabulary()
HELD = (
    GOOD[: GOOD.index("[rule]")]
    + '[rule]\nshape = "count"\ncount = { event = "investigation.allocated", held_by = "oic_ref" }\n'
    + 'until = { event = "case.closed" }\nat_most = 20\nparameter = "held"\n'
)


def load(tmp_path: Path, text: str) -> Standard:
    file = tmp_path / "made-up.toml"
    file.write_text(text, encoding="utf-8")
    return load_standard(file, VOCABULARY)


def changes(tmp_path: Path, before: str, after: str) -> tuple[Change, ...]:
    (found,) = compare_standards([load(tmp_path, before)], [load(tmp_path, after)]).changed
    return found.changes[1]


SENTENCE = "After “Missing child located” is recorded, “Prevention interview held” (where “face to face” is yes) must be recorded in the same case and in the same episode "


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"local default"', '"statute"', [Change("status", "local default", "statute")]),
        (
            "hours = 24",
            "hours = 30",
            [
                Change("limits", "within 24 hours", "within 30 hours"),
                Change("the rule", f"{SENTENCE}within 24 hours.", f"{SENTENCE}within 30 hours."),
            ],
        ),
        (
            "hours = 24",
            'hours = 24, parameter = "interview_hours"',
            [
                Change("a force may set", "nothing", "interview_hours"),
                Change("the rule", f"{SENTENCE}within 24 hours.", f"{SENTENCE}within 24 hours (a force may set its own figure)."),
            ],
        ),
        ('text = "Made up."', 'text = "Made up anew."', [Change("our reading", "Made up.", "Made up anew.")]),
        ('because = "Never seen."', 'because = "Not seen."', [Change("examples", "1", "1, in other words")]),
        ("[source]", "\n[source]", [Change("the file", "as it was", "differs in layout, remarks or what it informs alone")]),
    ],
)
def test_the_words_that_changed_are_given_before_and_after(before: str, after: str, told: list[Change], tmp_path: Path) -> None:
    assert list(changes(tmp_path, GOOD, GOOD.replace(before, after))) == told


def test_a_number_held_is_a_limit_too(tmp_path: Path) -> None:
    assert changes(tmp_path, HELD, HELD.replace("20", "25"))[0] == Change("limits", "at most 20", "at most 25")


def test_a_rule_that_differs_where_its_sentence_does_not_is_said_to(tmp_path: Path) -> None:
    told = changes(
        tmp_path, GOOD, GOOD.replace("within = { hours = 24 }", 'within = { hours = 24 }\nearly = { hours = 1, parameter = "x" }')
    )
    assert any(one.what == "the rule" for one in told)


def test_standards_and_editions_come_and_go(tmp_path: Path) -> None:
    one = load(tmp_path, GOOD)
    two = load(
        tmp_path,
        GOOD.replace("version = 1", 'version = 2\nin_force = { from = "2027-01-01" }').replace(
            "[source]", '[edition]\nchanges = "Made up."\n[source]'
        ),
    )
    other = load(tmp_path, GOOD.replace('"made-up"', '"other-one"'))
    found = compare_standards([one, other], [one, two])
    assert ([each.id for each in found.added], [each.id for each in found.removed], found.same) == ([], ["other-one"], 0)
    assert [(each.id, each.added, each.removed, each.changes) for each in found.changed] == [("made-up", (2,), (), {})]
    back = compare_standards([one, two], [one, other])
    assert ([each.id for each in back.added], back.changed[0].removed) == (["other-one"], (2,))
    assert compare_standards([one], [one]).same == 1


# The commands


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "made-up.toml").write_text(GOOD, encoding="utf-8")
    assert run("keygen", "--out", str(tmp_path / "northshire")).exit_code == 0
    arguments = ["--standards", str(tmp_path / "ours"), "--key", str(tmp_path / "northshire.key"), "--made-at", "2026-03-31T06:00:00"]
    assert run("pack", "--out", str(tmp_path / "northshire.pack"), *arguments).exit_code == 0
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["standards", *arguments])


def test_a_pack_goes_from_one_force_to_another(made: Path) -> None:
    file, trust = str(made / "northshire.pack"), ("--trust", str(made / "northshire.pub"))
    told = run("verify", file, *trust).output.splitlines()
    assert told[0].startswith("northshire 2026.3.31, made 2026-03-31 06:00 UTC with Candour ")
    assert told[1].startswith("1 standards in 1 editions. Signed by the key ")
    assert told[2] == "Every file is as it was signed, and every standard can be read here."
    assert "1 files" not in run("install", file, "--to", str(made / "theirs"), *trust).output
    assert (made / "theirs" / "made-up.toml").read_text(encoding="utf-8") == GOOD


def test_a_pack_is_compared_with_a_folder_and_with_a_pack(made: Path) -> None:
    (made / "theirs").mkdir()
    (made / "theirs" / "made-up.toml").write_text(GOOD.replace("hours = 24", "hours = 30"), encoding="utf-8")
    told = run("diff", str(made / "northshire.pack"), "--standards", str(made / "theirs")).output
    assert "    limits\n      before  within 30 hours\n      after   within 24 hours\n" in told
    assert told.endswith("0 standards added, 0 removed, 1 changed, 0 the same.\n")
    assert run("pack", "--out", str(made / "theirs.pack"), "--standards", str(made / "theirs")).exit_code == 0
    told = run("diff", str(made / "theirs.pack"), "--standards", str(made / "northshire.pack")).output
    assert "Not signed: who made it cannot be known." in told
    assert "      before  within 24 hours\n      after   within 30 hours\n" in told


def test_trust_is_asked_for_before_anything_is_installed(made: Path) -> None:
    for command in (("verify",), ("install", "--to", str(made / "theirs"))):
        result = run(*command, str(made / "northshire.pack"))
        assert isinstance(result.exception, StandardRefused)
        assert "you have named none that you trust" in str(result.exception)
    assert not (made / "theirs").exists()
    result = run("diff", str(made / "northshire.pack"), "--trust", str(made / "northshire.pub"), "--standards", str(made / "ours"))
    assert result.exit_code == 0


def test_an_unsigned_pack_is_made_with_a_warning(made: Path) -> None:
    result = run("pack", "--out", str(made / "bare.pack"), "--standards", str(made / "ours"))
    assert (result.exit_code, "nobody can know that it is yours" in result.output) == (0, True)


def test_a_pack_is_written_whole_or_not_at_all(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (made / "northshire.pack").read_bytes()
    write = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        write(self, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    result = run("pack", "--out", str(made / "northshire.pack"), "--standards", str(made / "ours"))
    assert isinstance(result.exception, StandardRefused) and "could not be written (No space left on device)" in str(result.exception)
    assert (made / "northshire.pack").read_bytes() == before
    assert not list(made.glob(".*.part"))
