"""Puts the standards of a pack into a folder, and never over something else unless that is asked for."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from candour.records.vocabulary import Vocabulary
from candour.standards.packs.manifest import read_manifest
from candour.standards.packs.pack import Pack, standards_of
from candour.standards.refusals import StandardRefused

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Installed:
    """What an installation did, as paths below the folder: `written`, `same` as they already were, and `left` alone since the pack does not have them."""

    written: tuple[str, ...]
    same: tuple[str, ...]
    left: tuple[str, ...]


def install(pack: Pack, folder: Path, vocabulary: Vocabulary, *, replace: bool = False) -> Installed:
    """Write the standards of an opened and trusted pack below a folder, and its manifest and signature beside them.

    Nothing is written when a standard cannot be read here, when a file is there with other content or a newer pack of the same name was
    installed (unless `replace`), when a place, or the draft beside it, is a link or lies behind one, or when
    a file is where a folder should be. The proof is written last. Raises StandardRefused.
    """
    standards_of(pack, vocabulary)
    wanted: dict[str, bytes] = {name.removeprefix("standards/"): content for name, content in pack.files.items()}
    wanted.update(pack.proof)
    _check_places(folder, wanted)
    there = {name: Path(folder, name).read_bytes() for name in wanted if Path(folder, name).is_file()}
    other = sorted(name for name, content in there.items() if content != wanted[name] and name not in pack.proof)
    if not replace:
        _check_newer(pack, folder)
        if other:
            shown = ", ".join(other[:5]) + (f" and {len(other) - 5} more" if len(other) > 5 else "")
            raise StandardRefused(
                str(folder), "", f"has {len(other)} of these standards in other words: {shown}. Nothing was written. See what would change with "
                f"`candour standards diff`, then install into an empty folder, or over these with --replace.",
            )  # fmt: skip
    written = sorted(name for name in wanted if there.get(name) != wanted[name])
    for name in sorted(written, key=lambda name: name in pack.proof):  # the proof last: it claims all the others
        _write(folder, name, wanted[name])
    kept = {file.relative_to(folder).as_posix() for file in folder.rglob("*.toml")} - set(wanted)
    return Installed(tuple(written), tuple(sorted(set(wanted) - set(written))), tuple(sorted(kept)))


def _check_places(folder: Path, wanted: Mapping[str, bytes]) -> None:
    """No file of the pack may be written through a link, below a file, or where a folder is. The folder itself is the one that was named, link or not."""
    for one in (folder, *folder.parents):
        if _is_no_folder(one):
            raise StandardRefused(str(one), "", "is a file, and not a folder. Nothing was written; name another folder with --to.")
    for name in wanted:
        place = Path(folder, name)
        below = [place, _draft_of(place), *(folder / parent for parent in Path(name).parents if parent.parts)]
        if any(one.is_symlink() for one in below):
            raise StandardRefused(str(folder), name, "would be written through a link. Nothing was written; install into an empty folder.")
        if below_file := next((one for one in below[2:] if _is_no_folder(one)), None):
            raise StandardRefused(
                str(folder),
                name,
                f"cannot be written: {below_file.relative_to(folder)} is a file there. Nothing was written; install into an empty folder.",
            )
        if place.is_dir():
            raise StandardRefused(str(folder), name, "is a folder there. Nothing was written; install into an empty folder.")


def _is_no_folder(place: Path) -> bool:
    return place.exists() and not place.is_dir()


def _draft_of(place: Path) -> Path:
    """Where a file is written until it is whole."""
    return place.with_name(f".{place.name}.part")


def _check_newer(pack: Pack, folder: Path) -> None:
    """An older pack is not put over a newer one of the same name."""
    file = Path(folder, "manifest.json")
    if not file.is_file():
        return
    earlier = read_manifest(file.read_bytes(), str(file))
    if earlier.name != pack.manifest.name:
        raise StandardRefused(
            str(folder),
            "",
            f"holds the pack {earlier.title}, another than {pack.manifest.name}. Install each pack into a folder of its own.",
        )
    if earlier.made_at > pack.manifest.made_at:
        raise StandardRefused(
            str(folder),
            "",
            f"holds {earlier.title}, which is newer than this one ({pack.manifest.title}). Nothing was written; --replace puts the older one over it.",
        )


def _write(folder: Path, name: str, content: bytes) -> None:
    """Write a file whole or not at all. Every step is taken from a folder that is held open and never through a link, whatever was put in its way
    since the places were checked."""
    place = Path(folder, name)
    draft = _draft_of(place).name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _opened(folder, Path(name).parent.parts) as inside:
            with suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=inside)  # left by an installation that was killed
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666, dir_fd=inside)
            with os.fdopen(file, "wb") as out:
                out.write(content)
            os.replace(draft, place.name, src_dir_fd=inside, dst_dir_fd=inside)
    except OSError as error:
        when = "when there is room" if error.errno in _NO_ROOM else "when that is mended"
        raise StandardRefused(
            str(place), "", f"could not be written ({error.strerror}). Run the same command again with --replace {when}."
        ) from error


@contextmanager
def _opened(folder: Path, below: Sequence[str]) -> Iterator[int]:
    """The folder below another, made where it is missing, held open; OSError where a part of the way is a link."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in below:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=held)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=held)
            os.close(held)
            held = inner
        yield held
    finally:
        os.close(held)
