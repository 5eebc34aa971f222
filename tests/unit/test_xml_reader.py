"""Rows come out of XML by the paths that a mapping gives; a file that is not what it should be is refused in words."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from candour.records.readers import Batch, RowsWanted, format_of, open_rows
from candour.records.readers import xmlrecords as limits
from candour.records.readers.rows import Facts
from candour.records.readers.xmlrecords import row_paths
from candour.records.refusals import InputRefused
from candour.records.suggesting import suggest_mapping

RETURN = """<?xml version="1.0" encoding="utf-8"?>
<Message>
  <Header><Year>2026</Year></Header>
  <!-- made up -->
  <Children>
    <Child>
      <Ids><Ref>K1</Ref></Ids>
      <Needs><Need>HAND</Need><Need>HEAR</Need></Needs>
      <Referral><On>2026-01-02</On><Enquiry><Began>2026-01-03</Began></Enquiry><Enquiry><Began/></Enquiry><Nfa>0</Nfa></Referral>
    </Child>
    <Child>
      <Ids><Ref>K2</Ref></Ids>
      <Referral><On>2026-02-02</On><Enquiry><Began>2026-02-03</Began></Enquiry><Nfa>1</Nfa></Referral>
    </Child>
  </Children>
</Message>
"""
ENQUIRIES = "Message/Children/Child/Referral/Enquiry"
COLUMNS = ("Began", "../Nfa", "../../Ids/Ref", "/Message/Header/Year")


def read(path: Path, rows: str | None, *columns: str, key: tuple[str, ...] = ()) -> tuple[list[tuple[int, tuple[object, ...]]], Facts]:
    opened = open_rows(path, RowsWanted(path.name, columns, rows=rows, key=key))
    batches: list[Batch] = list(opened.batches())
    found = [
        (number, row)
        for batch in batches
        for number, row in zip(batch.numbers, zip(*(batch.columns[name] for name in columns), strict=True), strict=True)
    ]
    return found, opened.facts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "return.xml"
    file.write_text(RETURN, encoding="utf-8")
    return file


def refusal(path: Path, content: str | bytes, rows: str = ENQUIRIES, *columns: str) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputRefused) as refused:
        read(path, rows, *(columns or COLUMNS))
    assert str(refused.value).startswith("return.xml: ")
    return str(refused.value)


def test_columns_come_from_the_row_from_around_it_and_from_the_top(path: Path) -> None:
    found, facts = read(path, ENQUIRIES, *COLUMNS)
    assert found == [
        (1, ("2026-01-03", "0", "K1", "2026")),
        (2, (None, "0", "K1", "2026")),
        (3, ("2026-02-03", "1", "K2", "2026")),
    ]
    assert (facts.format, facts.rows_in, facts.encoding, facts.bad, facts.doubtful) == ("xml", 3, "utf-8", [], [])
    assert list(facts.lines or ()) == [9, 9, 13]


def test_very_many_elements_at_a_path_are_one_list(path: Path) -> None:
    """Reading them once grew with the square of their number: a small file could have held an import for hours."""
    path.write_text(f"<Message><Row>{'<a>x</a><b/>' * 60_000}<b>y</b></Row></Message>", encoding="utf-8")
    ((_, (many, one)),), _ = read(path, "Message/Row", "a", "b")
    assert many == ["x"] * 60_000 and one == "y"


def test_several_elements_at_a_path_are_a_list(path: Path) -> None:
    found, _ = read(path, "Message/Children/Child", "Ids/Ref", "Needs/Need")
    assert found == [(1, ("K1", ["HAND", "HEAR"])), (2, ("K2", None))]


def test_names_are_compared_without_their_namespace(path: Path) -> None:
    path.write_text(RETURN.replace("<Message>", '<Message xmlns="urn:made-up">'), encoding="utf-8")
    assert len(read(path, ENQUIRIES, *COLUMNS)[0]) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_an_encoding_that_the_file_declares_is_read(path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = RETURN.replace('encoding="utf-8"', f'encoding="{declared}"').replace("K1", "Zoë")
    path.write_bytes(text.encode(encoding))
    assert read(path, "Message/Children/Child", "Ids/Ref")[0][0] == (1, ("Zoë",))


def test_a_gzipped_file_is_read(path: Path) -> None:
    path.write_bytes(gzip.compress(RETURN.encode()))
    assert len(read(path, ENQUIRIES, *COLUMNS)[0]) == 3


def test_a_file_without_any_such_row_has_none(path: Path) -> None:
    """No child had an enquiry: that is a return without enquiries, and no fault."""
    path.write_text(RETURN.replace("Enquiry", "Other"), encoding="utf-8")
    found, facts = read(path, ENQUIRIES, *COLUMNS)
    assert (found, facts.rows_in) == ([], 0)


def test_text_beside_elements_is_listed_as_not_read(path: Path) -> None:
    path.write_text(RETURN.replace("<Ids><Ref>K2", "<Ids>stray<Ref>K2"), encoding="utf-8")
    _, facts = read(path, "Message/Children/Child", "Ids/Ref")
    assert facts.doubtful == [(2, "Ids", "stray", "is text beside elements; it is not read")]


def test_elements_in_place_of_a_value_are_listed_as_not_read(path: Path) -> None:
    path.write_text(RETURN.replace("<Ref>K2</Ref>", "<Ref><Old>K2</Old></Ref>"), encoding="utf-8")
    found, facts = read(path, "Message/Children/Child", "Ids/Ref")
    assert found[1] == (2, (None,))
    assert facts.doubtful == [(2, "Ids/Ref", "", "holds elements where a value belongs; they are not read")]


def test_a_row_with_two_keys_is_refused_and_the_rest_is_kept(path: Path) -> None:
    path.write_text(RETURN.replace("<Ref>K1</Ref>", "<Ref>K1</Ref><Ref>K9</Ref>"), encoding="utf-8")
    found, facts = read(path, "Message/Children/Child", "Ids/Ref", key=("Ids/Ref",))
    assert found == [(2, ("K2",))]
    assert [(bad.row, bad.reason) for bad in facts.bad] == [(1, "has more than one Ids/Ref, which is to name the row")]
    assert facts.rows_in == 2


def test_what_changes_in_a_row_changes_its_text(path: Path) -> None:
    def texts(content: str) -> list[str]:
        path.write_text(content, encoding="utf-8")
        return [text for batch in open_rows(path, RowsWanted(path.name, COLUMNS, rows=ENQUIRIES)).batches() for text in batch.whole]

    before = texts(RETURN)
    assert texts(RETURN.replace("<Nfa>1", "<Nfa>0"))[:2] == before[:2]
    assert texts(RETURN.replace("<Nfa>1", "<Nfa>0"))[2] != before[2]
    assert texts(RETURN.replace("</Began></Enquiry>", "</Began><New>x</New></Enquiry>"))[0] != before[0]


# ---- files that are not what they should be ----


def test_a_file_cut_short(path: Path) -> None:
    said = refusal(path, RETURN[: RETURN.index("<Ref>K2")])
    assert "is not whole XML after row 2" in said
    assert "It may be cut short" in said


def test_a_file_of_nothing_but_spaces(path: Path) -> None:
    assert "is not whole XML after row 0" in refusal(path, "  \n ")


def test_an_empty_file(path: Path) -> None:
    assert "the file is empty" in refusal(path, b"")


def test_another_root(path: Path) -> None:
    assert "is a 'Letter' and not a 'Message'" in refusal(path, "<Letter><Child/></Letter>")


def test_no_record_at_all(path: Path) -> None:
    assert "holds no Message/Children/Child. Check that this is the right file" in refusal(path, "<Message><Header/></Message>")


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE Message SYSTEM "http://example.invalid/message.dtd">',
        '<!DOCTYPE Message [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        "<!DOCTYPE Message>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", f"<!-- {'x' * 70_000} -->"])
def test_a_document_type_or_entities(path: Path, declared: str, encoding: str, before: str) -> None:
    """Also where the search of the first bytes cannot see it: in two bytes a letter, or behind a long comment."""
    head, body = RETURN.split("\n", 1)
    text = "\n".join([head.replace("utf-8", encoding), before, declared, body.replace("K1", "&c;")])
    assert "declares a document type or entities" in refusal(path, text.encode(encoding))


def test_an_entity_that_is_declared_nowhere(path: Path) -> None:
    assert "is not whole XML" in refusal(path, RETURN.replace("K1", "&secret;"))


def test_bytes_that_are_not_utf_8(path: Path) -> None:
    said = refusal(path, RETURN.replace("K2", "Jos\xe9").encode("latin-1"))
    assert "not be written in the encoding that it says" in said


def test_an_encoding_that_nobody_knows(path: Path) -> None:
    assert "is not whole XML" in refusal(path, RETURN.replace('"utf-8"', '"made-up-8"'))


def test_elements_far_too_deep(path: Path) -> None:
    deep = RETURN.replace("K1", "<a>" * 40 + "</a>" * 40)
    assert "goes more than 30 elements deep" in refusal(path, deep)


def test_a_record_far_too_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_RECORD", 100_000)
    long = RETURN.replace("<Ref>K1", "<Note>x</Note>" * 40_000 + "<Ref>K1")
    assert "the Child that ends after line" in refusal(path, long)


def test_one_text_far_too_long(path: Path) -> None:
    assert "is not whole XML" in refusal(path, RETURN.replace("K1", "x" * 11_000_000))


def test_two_roots(path: Path) -> None:
    assert "is not whole XML" in refusal(path, RETURN + "<Message/>")


def test_elements_that_are_closed_in_the_wrong_order(path: Path) -> None:
    assert "is not whole XML" in refusal(path, RETURN.replace("</Ref></Ids>", "</Ids></Ref>", 1))


def test_two_headers_that_differ(path: Path) -> None:
    two = RETURN.replace("</Header>", "</Header><Header><Year>2025</Year></Header>")
    assert "says /Message/Header/Year more than once, and not the same" in refusal(path, two)


def test_a_table_that_is_no_xml(path: Path) -> None:
    assert "is not whole XML after row 0" in refusal(path, "CHILD,DOB\nK1,2012-03-04\n")


def test_a_damaged_gzip_file(path: Path) -> None:
    assert "is not a whole gzip file" in refusal(path, gzip.compress(RETURN.encode())[:-20])


def test_a_gzip_file_that_unpacks_to_far_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("candour.records.readers.guarded.LARGEST_UNPACKED", 1 << 20)
    bomb = gzip.compress(RETURN.encode().replace(b"<Header>", b"<a/>" * 300_000 + b"<Header>"))
    assert "far more than it holds" in refusal(path, bomb)


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        (None, ("Began",), "say which elements are the rows"),
        ("/Message/Children", ("Began",), "is not a path of elements from the root"),
        ("Message//Child", ("Began",), "is not a path of elements from the root"),
        ("Message/" * 40 + "Child", ("Began",), "has more than 30 steps"),
        (ENQUIRIES, ("Began[1]",), "'Began[1]' is not a path from a row"),
        (ENQUIRIES, ("/../Began",), "'/../Began' is not a path from a row"),
        (ENQUIRIES, ("../" * 5 + "Began",), "leads above the root"),
    ],
)
def test_paths_that_lead_nowhere(path: Path, rows: str | None, columns: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputRefused, match=r"^return\.xml: ") as refused:
        read(path, rows, *columns)
    assert says in str(refused.value)


def test_memory_does_not_grow_with_the_file(path: Path) -> None:
    """The most memory that a process of its own held, of which lxml takes its part unseen by Python."""
    child = RETURN[RETURN.index("    <Child>") : RETURN.index("  </Children>")]
    program = f"""
import resource, sys
from pathlib import Path
from candour.records.readers import RowsWanted, open_rows
rows = open_rows(Path(sys.argv[1]), RowsWanted("return.xml", {COLUMNS!r}, rows={ENQUIRIES!r}))
print(sum(len(batch.numbers) for batch in rows.batches()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

    def most(times: int) -> int:
        path.write_text(RETURN.replace("  </Children>", child * times + "  </Children>"), encoding="utf-8")
        said = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True).stdout.split()
        assert int(said[0]) == 3 * (times + 1)
        return int(said[1])

    assert most(30_000) < most(7_000) + 12_000, "in KiB; the file is 8 MB longer, and would be ten times that if it were held whole"


def test_a_draft_has_a_table_for_each_sort_of_record(path: Path) -> None:
    assert format_of("CIN.XML") == "xml"
    assert row_paths(path) == ["Message/Children/Child", ENQUIRIES]
    draft = suggest_mapping(path)
    assert f'rows = "{ENQUIRIES}"' in draft
    assert 'columns = ["Ids/Ref", "Needs/Need", "Referral/On", "Referral/Enquiry/Began", "Referral/Nfa"]' in draft


def test_no_draft_is_made_from_a_file_that_cannot_be_read(path: Path) -> None:
    path.write_text(RETURN[:300], encoding="utf-8")
    assert "# NOT READ: return.xml: say which elements are the rows" in suggest_mapping(path)
