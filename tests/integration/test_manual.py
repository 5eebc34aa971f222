"""The manual as it is written: every link leads somewhere, every standard has its page, and a report and the manual lead to each other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from candour.cli.main import run
from candour.findings.manual_links import manual_links
from candour.findings.reporting.page import write_report
from candour.manual.gathering import gather_manual
from candour.manual.printing import can_print, printed_page, write_pdf
from candour.manual.site import write_site
from candour.records.refusals import InputRefused
from tests.support.made_manual import ID, LINK, dead_links, pages_below, whole_manual
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

EXAMPLES = '''
[[examples]]
name = "seen <script>alert(1)</script>"
chronology = """
2026-03-01 18:00 | missing.located     | episode=M1
2026-03-01 21:30 | missing.interviewed | episode=M1 face_to_face=yes
"""
finding = "met"
because = "Three and a half hours & no more."
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("manual") / "site"
    write_site(whole_manual(), out)
    return out


def test_no_link_is_dead(site: Path) -> None:
    assert dead_links(site) == []


def test_every_standard_has_a_page_that_the_index_names(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    for one in whole_manual().standards:
        assert (site / "standards" / f"{one.id}.html").is_file()
        assert f'href="standards/{one.id}.html"' in index


def test_every_page_can_be_reached_from_the_first(site: Path) -> None:
    pages, seen, left = pages_below(site), {"index.html"}, ["index.html"]
    while left:
        name = left.pop()
        for link in LINK.findall(pages[name]):
            if not link.startswith("http") and (path := link.partition("#")[0]):
                target = ((site / name).parent / path).resolve()
                found = target.relative_to(site.resolve()).as_posix() if target.is_relative_to(site.resolve()) else ""
                if found in pages and found not in seen:
                    seen.add(found)
                    left.append(found)
    assert set(pages) == seen


def test_a_page_says_everything_of_a_standard(site: Path) -> None:
    for one in whole_manual().standards:
        text = (site / "standards" / f"{one.id}.html").read_text(encoding="utf-8")
        for edition in one.editions:
            v = f"v{edition.standard.version}"
            parts = ("asked", "reading", "rule", "figures", "needs", "measure", "examples")
            assert {v, *(f"{v}-{part}" for part in parts)} <= set(ID.findall(text))
            assert len(re.findall(rf'<article class="example" id="{v}-e\d+"', text)) == len(edition.standard.examples)
        assert text.count('<svg class="line-of-time"') == text.count("<title>Line of time.") == sum(len(e.worked) for e in one.editions)


def test_an_id_is_used_once_on_a_page(site: Path) -> None:
    assert not [(name, key) for name, text in pages_below(site).items() for key, times in Counter(ID.findall(text)).items() if times > 1]


def test_nothing_is_asked_of_anywhere_else(site: Path) -> None:
    """The only addresses outside are links to sources; the only script is the manual's own, and only the list of all standards uses it."""
    for name, text in pages_below(site).items():
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', text), name
        assert ("<script" in text) == (name == "index.html")
    script = (site / "find.js").read_text(encoding="utf-8")
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|https?:|eval", script)


def test_the_same_catalogue_gives_the_same_pages(site: Path, tmp_path: Path) -> None:
    write_site(whole_manual(), tmp_path / "again")
    assert pages_below(tmp_path / "again") == pages_below(site)


def test_what_is_in_an_example_is_escaped(tmp_path: Path) -> None:
    standards_in(tmp_path / "standards", INTERVIEW + EXAMPLES)
    write_site(gather_manual(tmp_path / "standards"), tmp_path / "site")
    text = (tmp_path / "site" / "standards" / "interview.html").read_text(encoding="utf-8")
    assert "Seen &lt;script&gt;alert(1)&lt;/script&gt;" in text and "<script" not in text
    assert "This sentence is not stored yet" in text
    assert dead_links(tmp_path / "site") == []


def test_only_a_manual_is_written_over(tmp_path: Path) -> None:
    standards_in(tmp_path / "standards", INTERVIEW + EXAMPLES)
    manual = gather_manual(tmp_path / "standards")
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(InputRefused, match="not a manual"):
        write_site(manual, other)
    assert [file.name for file in other.iterdir()] == ["mine.txt"]
    write_site(manual, tmp_path / "site")
    (tmp_path / "site" / "standards" / "gone.html").write_text("an old page", encoding="utf-8")
    write_site(manual, tmp_path / "site")
    assert not (tmp_path / "site" / "standards" / "gone.html").exists()
    assert not list(tmp_path.glob(".*.part"))


@pytest.fixture
def assessed(tmp_path: Path) -> Path:
    """A folder with standards, a store assessed against them, and a manual of them."""
    standards = standards_in(tmp_path / "standards", INTERVIEW + EXAMPLES)
    scene = scene_from("2026-01-01 18:00 | missing.located | episode=M1 unit=Eastcliff", standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    write_site(gather_manual(tmp_path / "standards"), tmp_path / "the manual")
    return tmp_path


def test_a_report_and_the_manual_lead_to_each_other(assessed: Path) -> None:
    report = assessed / "reports" / "report.html"
    report.parent.mkdir()
    write_report(assessed / "store", report, folder=assessed / "standards", manual=str(assessed / "the manual"))
    text = report.read_text(encoding="utf-8")
    assert text.count('href="../the%20manual/standards/interview.html') == 2
    assert 'href="../the%20manual/standards/interview.html#v1"' in text
    write_site(gather_manual(assessed / "standards"), assessed / "the manual", report)
    page = (assessed / "the manual" / "standards" / "interview.html").read_text(encoding="utf-8")
    assert page.count('href="../../reports/report.html#s-interview"') == 2
    assert dead_links(assessed / "the manual") == [] and dead_links(report.parent) == []


def test_a_report_without_a_manual_says_nothing_of_one(assessed: Path) -> None:
    write_report(assessed / "store", assessed / "report.html", folder=assessed / "standards")
    assert "manual of standards" not in (assessed / "report.html").read_text(encoding="utf-8")


def test_a_standard_that_the_manual_lacks_is_not_linked(assessed: Path) -> None:
    (assessed / "the manual" / "standards" / "interview.html").unlink()
    write_report(assessed / "store", assessed / "report.html", folder=assessed / "standards", manual=str(assessed / "the manual"))
    assert "interview.html" not in (assessed / "report.html").read_text(encoding="utf-8")


def test_the_manual_may_be_at_an_address() -> None:
    links = manual_links("https://manual.example/candour/index.html")
    assert links.to("interview", 2) == "https://manual.example/candour/standards/interview.html#v2"


@pytest.mark.parametrize("manual", ["nowhere", "ftp://manual.example", "javascript://x"])
def test_what_is_no_manual_is_refused(assessed: Path, manual: str) -> None:
    with pytest.raises(InputRefused):
        write_report(assessed / "store", assessed / "report.html", folder=assessed / "standards", manual=manual)
    assert not (assessed / "report.html").exists()


def test_a_proof_names_its_page(assessed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["explain", "interview@E1", "--store", str(assessed / "store"), "--standards", str(assessed / "standards")]
    assert run([*asked, "--manual", str(assessed / "the manual")]) == 0
    assert f"In the manual  {assessed / 'the manual'}/standards/interview.html#v1" in capsys.readouterr().out
    assert run(asked) == 0
    assert "In the manual" not in capsys.readouterr().out


def test_the_command_writes_and_says_where(assessed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = assessed / "new"
    assert run(["standards", "manual", "--out", str(out), "--standards", str(assessed / "standards")]) == 0
    assert f"{out / 'index.html'}: the manual of 1 standards" in capsys.readouterr().out
    assert run(["standards", "manual", "--standards", str(assessed / "standards")]) == 2
    assert run(["standards", "manual", "--report", str(assessed / "report.html"), "--out", str(out)]) == 1


def test_a_pdf_that_cannot_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputRefused, match=r"ending \.pdf"):
        can_print(tmp_path / "manual.html")
    with pytest.raises(InputRefused, match="not there"):
        can_print(tmp_path / "no" / "manual.pdf")
    for missing in (ImportError("No module named 'weasyprint'"), OSError("cannot load library 'libpango-1.0-0'")):

        def absent(_name: str, error: Exception = missing) -> None:
            raise error

        monkeypatch.setattr("candour.manual.printing.import_module", absent)
        with pytest.raises(InputRefused, match=r"candour\[pdf\]"):
            can_print(tmp_path / "manual.pdf")


def test_what_is_printed_has_every_standard_and_no_dead_place() -> None:
    text = printed_page(whole_manual())
    ids = Counter(ID.findall(text))
    assert not [key for key, times in ids.items() if times > 1]
    assert not [link for link in LINK.findall(text) if link.startswith("#") and link[1:] not in ids]
    assert {one.id for one in whole_manual().standards} <= set(ids)
    assert not [link for link in LINK.findall(text) if not link.startswith(("#", "http"))]


def test_the_pdf_is_tagged_and_every_picture_has_a_text(tmp_path: Path) -> None:
    try:
        can_print(tmp_path / "manual.pdf")
    except InputRefused as refused:
        pytest.skip(str(refused))
    pikepdf = pytest.importorskip("pikepdf")
    standards_in(tmp_path / "standards", INTERVIEW + EXAMPLES)
    sheets = write_pdf(gather_manual(tmp_path / "standards"), tmp_path / "manual.pdf")
    with pikepdf.open(tmp_path / "manual.pdf") as printed:
        figures = [one for one in printed.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert len(printed.pages) == sheets
        assert (str(printed.Root.Lang), bool(printed.Root.MarkInfo.Marked), "/Outlines" in printed.Root) == ("en-GB", True, True)
        assert figures and all("/Alt" in one for one in figures)
        assert "/Metadata" not in printed.Root or b"pdfuaid" not in printed.Root.Metadata.read_bytes(), "no conformance is claimed"
