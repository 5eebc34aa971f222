"""`candour standards pack`, `verify`, `diff`, `install` and `keygen`: sets of standards that forces can share and trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard

if TYPE_CHECKING:
    from candour.standards.packs.differences import Differences
    from candour.standards.packs.pack import Pack

_TRUST = click.option(
    "--trust", "trusted", multiple=True, metavar="KEY", help="A public key that you trust (ed25519:...), or a file of them."
)
_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The pack to write; one that is there is replaced.")
@click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    help="Your private key. Without one the pack is not signed, and nobody can trust it.",
)
@click.option("--name", help="What the pack is called (default: the name of the file).")
@click.option("--version", "pack_version", help="Its version, such as 2026.1 (default: the date, such as 2026.3.31).")
@click.option(
    "--made-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S"]),
    help="When it was made, UTC (default: now). The same standards and moment give the same bytes.",
)
def pack(
    out: Path, folder: Path | None, key_file: Path | None, name: str | None, pack_version: str | None, made_at: datetime | None
) -> None:
    """Put a set of standards into one signed file that another force can check, compare and install."""
    from candour.standards.packs.keys import read_private
    from candour.standards.packs.pack import Label, make_pack
    from candour.standards.refusals import StandardRefused

    moment = made_at.replace(tzinfo=UTC) if made_at else datetime.now(UTC).replace(microsecond=0)
    label = Label(name or out.stem, pack_version or f"{moment.year}.{moment.month}.{moment.day}", moment, _candour())
    key = read_private(key_file) if key_file else None
    raw = make_pack(folder or find_catalogue() / "standards", label, load_vocabulary(), key)
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_bytes(raw)
        draft.replace(out)
    except OSError as error:
        raise StandardRefused(str(out), "", f"could not be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    click.echo(f"{out}: {label.name} {label.version}.")
    if key:
        click.echo(f"Signed by the key {key.public.mark}. Others check it with --trust {key.public.text}")
    else:
        click.echo(
            "Not signed: nobody can know that it is yours. `candour standards keygen` makes a key, and --key signs with it.", err=True
        )


@click.command()
@_FILE
@_TRUST
def verify(file: Path, trusted: tuple[str, ...]) -> None:
    """Say whether a pack is whole, is signed by a key that you trust, and can be read here. Nothing is installed."""
    from candour.standards.packs.keys import read_trusted
    from candour.standards.packs.pack import open_pack, standards_of

    opened = open_pack(file, read_trusted(trusted))
    standards = standards_of(opened, load_vocabulary())
    click.echo("\n".join(_about(opened, standards)))
    click.echo("Every file is as it was signed, and every standard can be read here.")


@click.command()
@_FILE
@click.option(
    "--standards",
    "other",
    type=click.Path(path_type=Path),
    help="What to compare it with: a folder of standards, or another pack (default: the catalogue's).",
)
@_TRUST
def diff(file: Path, other: Path | None, trusted: tuple[str, ...]) -> None:
    """What would change if the standards of a pack stood in place of yours: by what they mean, not line by line.

    Without --trust a pack need not be signed to be compared; it is then said whose it is.
    """
    from candour.standards.packs.differences import compare_standards
    from candour.standards.packs.keys import read_trusted
    from candour.standards.packs.pack import open_pack, standards_of

    keys = read_trusted(trusted) or None
    vocabulary = load_vocabulary()
    opened = open_pack(file, keys)
    after = standards_of(opened, vocabulary)
    before = standards_of(open_pack(other, keys), vocabulary) if other and other.is_file() else load_standards(other, vocabulary)
    click.echo("\n".join([*_about(opened, after), "", *_differences(compare_standards(before, after))]))


@click.command()
@_FILE
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), required=True, help="Folder to put the standards into; use it with --standards."
)
@click.option("--replace", is_flag=True, help="Write over standards that are there in other words, or over a newer pack.")
@_TRUST
def install(file: Path, folder: Path, replace: bool, trusted: tuple[str, ...]) -> None:
    """Check a pack as `verify` does, then put its standards into a folder. Nothing that is there is written over unless you say so."""
    from candour.standards.packs.installing import install as put
    from candour.standards.packs.keys import read_trusted
    from candour.standards.packs.pack import open_pack

    opened = open_pack(file, read_trusted(trusted))
    done = put(opened, folder, load_vocabulary(), replace=replace)
    click.echo(f"{opened.manifest.title}: {len(done.written)} files written to {folder}, {len(done.same)} already there.")
    if done.left:
        click.echo(
            f"Not of this pack and left as they were: {', '.join(done.left)}. `candour standards check --standards {folder}` reads them together."
        )


@click.command()
@click.option(
    "--out", "stem", type=click.Path(path_type=Path), required=True, help="NAME makes NAME.key, to be kept as a seal is kept, and NAME.pub."
)
def keygen(stem: Path) -> None:
    """Make a key: the private half signs packs, the public half lets others know that a pack is yours."""
    from candour.standards.packs.keys import make_keys

    public = make_keys(stem)
    click.echo(f"{stem}.key signs for you: keep it where only those who may sign can read it, and never send it.")
    click.echo(f"{stem}.pub is for everyone: {public.text}")
    click.echo(f"Its mark, to be read out over the telephone: {public.mark}")


COMMANDS = (pack, verify, diff, install, keygen)


def _candour() -> str:
    try:
        return version("candour")
    except PackageNotFoundError:
        return "0"


def _about(opened: Pack, standards: Sequence[Standard]) -> Iterator[str]:
    signed = f"Signed by the key {opened.signer.mark}." if opened.signer else "Not signed: who made it cannot be known."
    yield opened.manifest.title
    yield f"{len({one.id for one in standards})} standards in {len(standards)} editions. {signed}"


def _differences(found: Differences) -> Iterator[str]:
    """The differences in words, a heading each."""
    for heading, standards in (("added", found.added), ("removed", found.removed)):
        for one in standards:
            yield f"{heading}: {one.id} version {one.version}: {one.title}"
    for standard in found.changed:
        yield f"changed: {standard.id}: {standard.title}"
        for word, versions in (("added", standard.added), ("removed", standard.removed)):
            yield from (f"  version {number} is {word}" for number in versions)
        for number, changes in standard.changes.items():
            yield f"  version {number}"
            for change in changes:
                yield f"    {change.what}"
                yield f"      before  {change.before}"
                yield f"      after   {change.after}"
    added, removed = ({one.id for one in standards} for standards in (found.added, found.removed))
    yield f"{len(added)} standards added, {len(removed)} removed, {len(found.changed)} changed, {found.same} the same."
