"""A pack is made the same to the byte each time, believed only when its key is trusted, and refused for whatever else it holds."""

from __future__ import annotations

import errno
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.packs import installing
from candour.standards.packs.archive import read_archive, write_archive
from candour.standards.packs.installing import install
from candour.standards.packs.keys import PrivateKey, PublicKey, make_keys, read_private, read_public, read_trusted
from candour.standards.packs.manifest import read_manifest
from candour.standards.packs.pack import Label, Pack, make_pack, open_pack, standards_of
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import GOOD

VOCABULARY = load_vocabulary()
MADE = datetime(2026, 3, 31, 6, tzinfo=UTC)
LABEL = Label("northshire", "2026.1", MADE, "0.1.0")
OTHER = GOOD.replace('"made-up"', '"other-one"')
Members = dict[str, bytes]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> PrivateKey:
    stem = tmp_path_factory.mktemp("keys") / "northshire"
    make_keys(stem)
    return read_private(stem.with_name("northshire.key"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "standards"
    (made / "missing").mkdir(parents=True)
    (made / "missing" / "made-up.toml").write_text(GOOD, encoding="utf-8")
    (made / "other-one.toml").write_text(OTHER, encoding="utf-8")
    return made


@pytest.fixture
def raw(folder: Path, key: PrivateKey) -> bytes:
    return make_pack(folder, LABEL, VOCABULARY, key)


def opened(raw: bytes, tmp_path: Path, trusted: tuple[PublicKey, ...] | None) -> Pack:
    file = tmp_path / "northshire.pack"
    file.write_bytes(raw)
    return open_pack(file, trusted)


def refusal(raw: bytes, tmp_path: Path, trusted: tuple[PublicKey, ...] | None = None) -> str:
    with pytest.raises(StandardRefused) as caught:
        opened(raw, tmp_path, trusted)
    return str(caught.value)


def test_a_pack_is_the_same_to_the_byte_and_opens_whole(folder: Path, key: PrivateKey, raw: bytes, tmp_path: Path) -> None:
    assert make_pack(folder, LABEL, VOCABULARY, key) == raw
    pack = opened(raw, tmp_path, (key.public,))
    assert pack.manifest.title == "northshire 2026.1, made 2026-03-31 06:00 UTC with Candour 0.1.0"
    assert [(one.path, one.id, one.version) for one in pack.manifest.files] == [
        ("standards/missing/made-up.toml", "made-up", 1),
        ("standards/other-one.toml", "other-one", 1),
    ]
    assert (pack.signer, pack.manifest.vocabulary) == (key.public, VOCABULARY.fingerprint)
    assert [one.id for one in standards_of(pack, VOCABULARY)] == ["made-up", "other-one"]


def test_the_whole_catalogue_can_be_packed(key: PrivateKey, tmp_path: Path) -> None:
    from candour.records.vocabulary import find_catalogue

    made = make_pack(find_catalogue() / "standards", LABEL, VOCABULARY, key)
    assert len(opened(made, tmp_path, (key.public,)).files) > 90


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (Label("North Shire", "1", MADE, "0.1.0"), "pack: [name] 'North Shire' will not do"),
        (Label("northshire", "1.0-beta", MADE, "0.1.0"), "pack: [version] '1.0-beta' will not do"),
    ],
)
def test_a_name_that_will_not_do_is_refused(label: Label, words: str, folder: Path) -> None:
    with pytest.raises(StandardRefused) as caught:
        make_pack(folder, label, VOCABULARY, None)
    assert str(caught.value).startswith(words)


def test_a_folder_with_a_faulty_standard_is_not_packed(folder: Path) -> None:
    (folder / "bad.toml").write_text(GOOD.replace("version = 1", "version = 0"), encoding="utf-8")
    with pytest.raises(StandardRefused, match=r"bad\.toml: \[version\]"):
        make_pack(folder, LABEL, VOCABULARY, None)


@pytest.mark.parametrize("name", ["a b.toml", "-a.toml", "deep.folder/a.toml"])
def test_a_file_that_no_pack_could_hold_is_not_packed(name: str, folder: Path) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(GOOD.replace('"made-up"', '"third"'), encoding="utf-8")
    with pytest.raises(StandardRefused, match="cannot be packed under this name"):
        make_pack(folder, LABEL, VOCABULARY, None)


# Whose it is


def test_an_unsigned_pack_is_refused_where_trust_is_asked_for(folder: Path, key: PrivateKey, tmp_path: Path) -> None:
    unsigned = make_pack(folder, LABEL, VOCABULARY, None)
    assert refusal(unsigned, tmp_path, (key.public,)) == (
        "northshire.pack: is not signed, so who made it cannot be known. Ask whoever made it to sign it (`candour standards pack --key`)."
    )
    assert opened(unsigned, tmp_path, None).signer is None


def test_a_key_that_is_not_trusted_is_refused_with_what_to_do(raw: bytes, key: PrivateKey, tmp_path: Path) -> None:
    other = make_keys(tmp_path / "other")
    assert refusal(raw, tmp_path, ()) == (
        f"northshire.pack: is signed by the key {key.public.mark}, and you have named none that you trust. Ask the force that made it, by telephone or in "
        f"person, for the mark of its key; if it is the same, add --trust {key.public.text}"
    )
    told = refusal(raw, tmp_path, (other,))
    assert f"which is none of those you trust ({other.mark})" in told
    assert told.endswith("If not, do not use the pack.")
    assert opened(raw, tmp_path, (other, key.public)).signer == key.public


def test_the_signature_is_settled_before_the_manifest_is_read(raw: bytes, tmp_path: Path) -> None:
    told = refusal(changed(raw, {"manifest.json": b"not json"}), tmp_path, (make_keys(tmp_path / "other"),))
    assert "the manifest is not what that key signed" in told


# What has been tampered with


def changed(raw: bytes, change: Mapping[str, bytes | None]) -> bytes:
    """The pack with some files put in or taken out, and otherwise as `candour standards pack` writes it."""
    members: dict[str, bytes | None] = {**read_archive(raw, "made"), **change}
    return write_archive({name: content for name, content in members.items() if content is not None})


def with_manifest(
    raw: bytes, key: PrivateKey, change: Callable[[dict[str, object]], None], files: Mapping[str, bytes | None] | None = None
) -> bytes:
    """The pack with its manifest changed and signed anew, as whoever holds the key could do."""
    from candour.standards.packs.pack import _written_signature

    content = json.loads(read_archive(raw, "made")["manifest.json"])
    change(content)
    manifest = (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("ascii")
    return changed(raw, {**(files or {}), "manifest.json": manifest, "signature.json": _written_signature(key.public, key.sign(manifest))})


def said(name: str, value: object) -> Callable[[dict[str, object]], None]:
    return lambda content: content.update({name: value})


def said_of_the_first(name: str, value: object) -> Callable[[dict[str, object]], None]:
    def change(content: dict[str, object]) -> None:
        content["files"][0][name] = value  # type: ignore[index]  # the manifest of a whole pack

    return change


STANDARD = "standards/other-one.toml"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({STANDARD: GOOD.encode()}, "[standards/other-one.toml] is not what the manifest says it is: its SHA-256 differs."),
        ({STANDARD: None}, "[standards/other-one.toml] is in the manifest and not in the pack."),
        ({"standards/more.toml": b"id = 'more'"}, "[standards/more.toml] is in the pack and not in its manifest."),
        ({"manifest.json": None}, "has no manifest, so it is not a pack of standards."),
        ({"manifest.json": b"{}\n"}, "[signature.json] is not of this pack"),
        ({"signature.json": b"{"}, "[signature.json] is not JSON that can be read."),
        ({"signature.json": b"[]"}, "[signature.json] is not a table."),
        ({"signature.json": b"[" * 100_000}, "[signature.json] is not JSON that can be read."),
        ({"signature.json": b"{}"}, "signature.json: [key] is not a public key"),
        ({"readme.md": b"hello"}, "[readme.md] is not a name that a file of a pack may have"),
    ],
)  # fmt: skip
def test_what_was_changed_after_signing_is_refused(
    change: Mapping[str, bytes | None], words: str, raw: bytes, key: PrivateKey, tmp_path: Path
) -> None:
    assert words in refusal(changed(raw, change), tmp_path, (key.public,))


def test_the_signature_of_another_pack_does_not_serve(folder: Path, raw: bytes, key: PrivateKey, tmp_path: Path) -> None:
    (folder / "other-one.toml").unlink()
    other = read_archive(make_pack(folder, LABEL, VOCABULARY, key), "made")
    assert "[signature.json] is not of this pack" in refusal(
        changed(raw, {"signature.json": other["signature.json"]}), tmp_path, (key.public,)
    )


def test_a_signature_made_for_something_else_does_not_serve(raw: bytes, key: PrivateKey, tmp_path: Path) -> None:
    from candour.standards.packs.pack import _written_signature

    bare = key.secret.sign(read_archive(raw, "made")["manifest.json"])
    assert "[signature.json] is not of this pack" in refusal(
        changed(raw, {"signature.json": _written_signature(key.public, bare)}), tmp_path, (key.public,)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (said("format", 2), "[manifest.format] is 2; this Candour reads format 1."),
        (said("language", 2), "[manifest.language] is 2; this Candour reads language 1. The same words might mean something else"),
        (said("language", "1"), "[manifest.language] is '1'; this Candour reads language 1."),
        (said("version", "1.0\n"), "[manifest.version] is '1.0\\n', which no manifest says."),
        (said("name", "../evil"), "[manifest.name] is '../evil', which no manifest says."),
        (said("vocabulary", "x"), "[manifest.vocabulary] is 'x'"),
        (said("made_at", "yesterday"), "[manifest.json] is not whole"),
        (said("made_at", "2026-3-31T06:00:00Z"), "[manifest.json] says more than a manifest does, or says it in another way."),
        (said("more", 1), "[manifest.json] says more than a manifest does, or says it in another way."),
        (said("files", 3), "[manifest.json] is not whole"),
        (said_of_the_first("version", 2), "[standards/missing/made-up.toml] holds made-up version 1, and the manifest says made-up version 2."),
        (said_of_the_first("id", "child-seen"), "holds made-up version 1, and the manifest says child-seen version 1."),
        (said_of_the_first("version", True), "[manifest.json] is not whole"),
        (said_of_the_first("sha256", "0" * 64), "[standards/missing/made-up.toml] is not what the manifest says it is"),
        (said_of_the_first("path", "standards/../../etc/x.toml"), "[standards/missing/made-up.toml] is in the pack and not in its manifest."),
        (lambda content: content["files"].append(content["files"][0]), "[manifest.files] names a file twice."),
    ],
)  # fmt: skip
def test_a_manifest_that_claims_what_is_not_so_is_refused_even_when_signed(
    change: Callable[[dict[str, object]], None], words: str, raw: bytes, key: PrivateKey, tmp_path: Path
) -> None:
    assert words in refusal(with_manifest(raw, key, change), tmp_path, (key.public,))


def test_a_manifest_in_another_layout_is_refused(raw: bytes) -> None:
    loose = json.dumps(json.loads(read_archive(raw, "made")["manifest.json"])).encode()
    with pytest.raises(StandardRefused, match="says it in another way"):
        read_manifest(loose, "made")


# What a zip can hide


def zipped(members: list[tuple[str | zipfile.ZipInfo, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: zipped([("standards/../../../etc/cron.toml", b"")]), "never a way out of the folder"),
        (lambda: zipped([("/etc/cron.toml", b"")]), "never a way out of the folder"),
        (lambda: zipped([("standards\\..\\evil.toml", b"")]), "never a way out of the folder"),
        (lambda: zipped([("C:/evil.toml", b"")]), "never a way out of the folder"),
        (lambda: zipped([("standards/.hidden.toml", b"")]), "is not a name that a file of a pack may have"),
        (lambda: zipped([("standards/a.toml/b.toml", b"")]), "is not a name that a file of a pack may have"),
        (lambda: zipped([("standards/a.py", b"")]), "is not a name that a file of a pack may have"),
        (lambda: zipped([("manifest.json", b"{}"), ("manifest.json", b"[]")]), "[manifest.json] is there twice."),
        (lambda: zipped([("standards/a.toml", b""), ("standards/A.toml", b"")]), "[standards/A.toml] is there twice."),
        (lambda: zipped([("manifest.json", b"0" * 10_000_000)], zipfile.ZIP_DEFLATED), "is compressed or locked"),
        (lambda: zipped([(f"standards/s{number}.toml", b"") for number in range(5_001)]), "has 5,001 files."),
        (lambda: b"0" * ((64 << 20) + 1), "A pack is at most 64 MB"),
        (lambda: b"not a zip", "is not a pack, or is damaged"),
        (lambda: b"", "is not a pack, or is damaged"),
    ],
)
def test_what_a_zip_can_hide_is_refused(made: Callable[[], bytes], words: str, tmp_path: Path) -> None:
    assert words in refusal(made(), tmp_path)


def test_files_that_share_their_bytes_are_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes that thousands of names point at would be thousands of times as many in memory."""
    whole = zipped([("standards/a.toml", b"x" * 1000)])
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    listed = b"".join(whole[start:end].replace(b"standards/a.toml", f"standards/{letter}.toml".encode()) for letter in "abc")
    ending = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 3, 3, len(listed), start, 0)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was read"))
    assert "some share the same bytes" in refusal(whole[:start] + listed + ending, tmp_path)


def test_a_link_in_the_zip_is_refused(raw: bytes, tmp_path: Path) -> None:
    members = read_archive(raw, "made")
    link = zipfile.ZipInfo("standards/other-one.toml", (1980, 1, 1, 0, 0, 0))
    link.create_system, link.external_attr = 3, 0o120777 << 16
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = [(name, content) for name, content in sorted(members.items()) if name != STANDARD]
    assert "was put together by another program" in refusal(zipped([*entries, (link, members[STANDARD])]), tmp_path)


@pytest.mark.parametrize("hidden", ["before", "after"])
def test_bytes_beside_the_files_are_refused(hidden: str, raw: bytes, tmp_path: Path) -> None:
    """A zip may have anything before or after it, and two programs may then see two different packs."""
    assert "northshire.pack: " in refusal(
        b"#!/bin/sh\n" + raw if hidden == "before" else raw + zipped([("manifest.json", b"{}")]), tmp_path
    )


def test_every_byte_counts(raw: bytes, key: PrivateKey, tmp_path: Path) -> None:
    """A pack with any one byte changed is refused."""
    for place in range(0, len(raw), 7):
        altered = bytearray(raw)
        altered[place] ^= 0x20
        refusal(bytes(altered), tmp_path, (key.public,))


# Installing


def test_a_pack_is_installed_and_its_proof_kept(raw: bytes, key: PrivateKey, folder: Path, tmp_path: Path) -> None:
    pack = opened(raw, tmp_path, (key.public,))
    done = install(pack, tmp_path / "in", VOCABULARY)
    assert done.written == ("manifest.json", "missing/made-up.toml", "other-one.toml", "signature.json")
    assert (tmp_path / "in" / "missing" / "made-up.toml").read_bytes() == (folder / "missing" / "made-up.toml").read_bytes()
    again = install(pack, tmp_path / "in", VOCABULARY)
    assert (again.written, again.same) == ((), done.written)


def test_nothing_is_written_over_unless_it_is_asked_for(raw: bytes, key: PrivateKey, tmp_path: Path) -> None:
    pack = opened(raw, tmp_path, (key.public,))
    ours = tmp_path / "in" / "other-one.toml"
    ours.parent.mkdir()
    ours.write_text("ours", encoding="utf-8")
    (tmp_path / "in" / "kept.toml").write_text("kept", encoding="utf-8")
    with pytest.raises(StandardRefused, match=r"has 1 of these standards in other words: other-one\.toml\. Nothing was written"):
        install(pack, tmp_path / "in", VOCABULARY)
    assert sorted(file.name for file in (tmp_path / "in").iterdir()) == ["kept.toml", "other-one.toml"]
    assert ours.read_text(encoding="utf-8") == "ours"
    done = install(pack, tmp_path / "in", VOCABULARY, replace=True)
    assert (done.left, ours.read_text(encoding="utf-8")) == (("kept.toml",), OTHER)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (Label("northshire", "2026.0", datetime(2026, 3, 30, tzinfo=UTC), "0.1.0"), "which is newer than this one (northshire 2026.0"),
        (Label("southshire", "1", MADE, "0.1.0"), "another than southshire. Install each pack into a folder of its own."),
    ],
)
def test_an_older_or_another_pack_is_not_put_over_one_silently(
    label: Label, words: str, raw: bytes, key: PrivateKey, folder: Path, tmp_path: Path
) -> None:
    install(opened(raw, tmp_path, None), tmp_path / "in", VOCABULARY)
    other = opened(make_pack(folder, label, VOCABULARY, key), tmp_path, (key.public,))
    with pytest.raises(StandardRefused) as caught:
        install(other, tmp_path / "in", VOCABULARY)
    assert words in str(caught.value)
    assert install(other, tmp_path / "in", VOCABULARY, replace=True).written == ("manifest.json", "signature.json")


@pytest.mark.parametrize(
    "link", ["missing", "missing/made-up.toml", "missing/.made-up.toml.part", ".manifest.json.part", ".other-one.toml.part"]
)
@pytest.mark.parametrize("inside", [False, True], ids=["out of the folder", "within it"])
def test_nothing_is_written_through_a_link(raw: bytes, tmp_path: Path, link: str, inside: bool) -> None:
    pack = opened(raw, tmp_path, None)
    place, target = tmp_path / "in" / link, tmp_path / ("in/kept" if inside else "elsewhere")
    place.parent.mkdir(parents=True)
    if link == "missing":
        target.mkdir(parents=True)
    else:
        target.write_text("kept", encoding="utf-8")
    place.symlink_to(target)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StandardRefused, match="would be written through a link"):
        install(pack, tmp_path / "in", VOCABULARY, replace=True)
    assert sorted(tmp_path.rglob("*")) == before and place.is_symlink()
    assert target.is_dir() or target.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(("there", "words"), [("missing", "missing is a file there"), ("", "is a file, and not a folder")])
@pytest.mark.parametrize("replace", [False, True])
def test_a_file_where_a_folder_should_be_is_refused_before_anything_is_written(
    raw: bytes, tmp_path: Path, there: str, words: str, replace: bool
) -> None:
    pack, place = opened(raw, tmp_path, None), tmp_path / "in" / there
    place.parent.mkdir(exist_ok=True)
    place.write_text("kept", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StandardRefused, match=words) as caught:
        install(pack, tmp_path / "in", VOCABULARY, replace=replace)
    assert "Nothing was written" in str(caught.value) and "room" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before and place.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(("number", "room"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False), (errno.ENOTDIR, False)])
def test_room_is_advised_only_where_room_is_wanting(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, room: bool
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(installing.os, "replace", refused)
    with pytest.raises(StandardRefused) as caught:
        install(opened(raw, tmp_path, None), tmp_path / "in", VOCABULARY)
    said = str(caught.value)
    assert f"could not be written ({os.strerror(number)})" in said and "--replace" in said
    assert ("when there is room" in said) == room


def test_the_proof_is_written_last(raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that breaks off leaves no manifest that claims what is not there."""
    put = os.replace

    def breaks_off(source: str, target: str, **given: int) -> None:
        if target == "other-one.toml":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        put(source, target, **given)

    monkeypatch.setattr(installing.os, "replace", breaks_off)
    with pytest.raises(StandardRefused):
        install(opened(raw, tmp_path, None), tmp_path / "in", VOCABULARY)
    assert {file.relative_to(tmp_path / "in").as_posix() for file in (tmp_path / "in").rglob("*") if not file.name.startswith(".")} == {
        "missing",
        "missing/made-up.toml",
    }


@pytest.mark.parametrize("link", ["missing", "missing/.made-up.toml.part", "missing/made-up.toml"])
def test_a_link_that_is_put_there_after_the_places_were_checked_is_not_followed(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    pack, elsewhere = opened(raw, tmp_path, None), tmp_path / "elsewhere"
    place = tmp_path / "in" / link
    elsewhere.mkdir()
    (elsewhere / "made-up.toml").write_text("kept", encoding="utf-8")

    def checked_and_then_linked(*_: object) -> None:
        place.parent.mkdir(parents=True)
        place.symlink_to(elsewhere if link == "missing" else elsewhere / "made-up.toml")

    monkeypatch.setattr(installing, "_check_places", checked_and_then_linked)
    if link == "missing":
        with pytest.raises(StandardRefused, match="could not be written"):
            install(pack, tmp_path / "in", VOCABULARY, replace=True)
    else:
        install(pack, tmp_path / "in", VOCABULARY, replace=True)
        assert not (tmp_path / "in" / "missing" / "made-up.toml").is_symlink()
    assert [file.name for file in elsewhere.iterdir()] == ["made-up.toml"]
    assert (elsewhere / "made-up.toml").read_text(encoding="utf-8") == "kept"


def test_what_a_killed_installation_left_is_in_nobodys_way(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / ".other-one.toml.part").write_text("half", encoding="utf-8")
    install(opened(raw, tmp_path, None), tmp_path / "in", VOCABULARY)
    assert (tmp_path / "in" / "other-one.toml").read_text(encoding="utf-8") == OTHER
    assert not (tmp_path / "in" / ".other-one.toml.part").exists()


def test_a_pack_in_words_that_are_not_known_here_is_not_installed(folder: Path, key: PrivateKey, tmp_path: Path) -> None:
    from dataclasses import replace

    kinds = {name: kind for name, kind in VOCABULARY.kinds.items() if name != "missing.interviewed"}
    theirs = replace(VOCABULARY, kinds=kinds, fingerprint="0" * 64)
    pack = opened(make_pack(folder, LABEL, VOCABULARY, key), tmp_path, None)
    with pytest.raises(StandardRefused) as caught:
        install(pack, tmp_path / "in", theirs)
    assert str(caught.value).startswith("northshire.pack: made-up.toml: [rule.expect.event] 'missing.interviewed' is not a kind of event")
    assert str(caught.value).endswith("it may name kinds of event or fields that yours does not have.")
    assert not (tmp_path / "in").exists()


# Keys


def test_a_key_is_never_written_over_and_is_its_owners_alone(tmp_path: Path) -> None:
    public = make_keys(tmp_path / "ours")
    assert (tmp_path / "ours.key").stat().st_mode & 0o777 == 0o600
    assert read_private(tmp_path / "ours.key").public == public
    with pytest.raises(StandardRefused, match="A key is never overwritten"):
        make_keys(tmp_path / "ours")
    (tmp_path / "ours.key").chmod(0o644)
    with pytest.raises(StandardRefused, match="can be read by others"):
        read_private(tmp_path / "ours.key")


def test_what_is_no_private_key_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content, words in ((b"nonsense", "is not a private key"), (other, "is a key of another sort")):
        file = tmp_path / "bad.key"
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(StandardRefused, match=words):
            read_private(file)
    with pytest.raises(StandardRefused, match="candour standards keygen"):
        read_private(tmp_path / "none.key")


def test_trusted_keys_come_as_words_or_in_a_file(tmp_path: Path) -> None:
    one, two = make_keys(tmp_path / "one"), make_keys(tmp_path / "two")
    (tmp_path / "keys.txt").write_text(f"# Northshire\n{one.text}\n\n{two.text}\n", encoding="utf-8")
    assert read_trusted([str(tmp_path / "keys.txt"), one.text, str(tmp_path / "two.pub")]) == (one, two, one, two)
    assert len(one.mark.replace(" ", "")) == 16
    (tmp_path / "empty.txt").write_text("# nobody\n", encoding="utf-8")
    for given, words in (
        (str(tmp_path / "empty.txt"), "holds no public key"),
        (str(tmp_path / "gone"), "neither a public key"),
        ("ed25519:AAAA", "is not a public key"),
    ):
        with pytest.raises(StandardRefused, match=words):
            read_trusted([given])


@pytest.mark.parametrize(
    "text", ["", "ed25519:", "ed25519:" + "A" * 43, "ed25519:" + "A" * 42 + "B=", "rsa:" + "A" * 43 + "=", "ed25519:é"]
)
def test_a_key_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(StandardRefused, match="is not a public key"):
        read_public(text, "here")
