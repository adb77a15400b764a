"""Finds the files of a user's corpus and the split that each of them holds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from sru_ner.corpora.archives import read_parts
from sru_ner.corpora.split_names import splits_of_members, splits_of_paths
from sru_ner.dataset.schema import SPLITS
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.rendering.amounts import counted

ALL = ""
"""Key of the splits that a user gives for all files."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A user's file, folder or archive, or some of the files in it, and the split that it holds."""

    path: Path
    split: tuple[str, ...]
    """One split, or several if documents have to be drawn into them."""
    name: str = ""
    """Name of the copy in the folder of raw files; by default that of the path."""
    members: tuple[str, ...] = ()
    """Paths of the files inside a folder or archive; empty if all of them are meant."""
    others: tuple[str, ...] = ()
    """Paths of the files inside the folder or archive that are not meant."""

    @property
    def raw_name(self) -> str:
        """Return the name of the copy in the folder of raw files."""
        return self.name or self.path.name


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files of a corpus, and what a user has to know about their splits."""

    files: tuple[LocalFile, ...]
    notes: tuple[str, ...] = ()
    """Sentences for people: how splits were found, and which files are not used."""


@dataclass(slots=True)
class _Search:
    """What is known of each path while splits are looked for."""

    given: Mapping[str, str]
    """What the user says: a file as it is named, or a path inside a folder → its splits."""
    used: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    fixed: set[LocalFile] = field(default_factory=set)
    """Files whose splits the user gave, so that nothing else is drawn from them."""


def find_files(paths: Sequence[Path], given: Mapping[str, str]) -> FoundFiles:
    """Find the split of each file that the paths stand for, in their names and inside folders.

    given: name or path of a file, as the user writes it, a path inside a folder or archive
    (`corpus/gold`), or `ALL` → its splits, such as `test` or `train+dev+test`. If no name says a
    split, documents are drawn into all three; a split that no file holds is drawn from the training
    files, unless the user gave their splits. Raises `UnknownNameError` for a file or split that
    does not exist, and `InputError` for a file that is named twice or whose split is not clear.
    """
    for key, value in given.items():
        _check_splits(key, value)
    names = _unique_names(paths)
    search = _Search(given)
    known = [_given_for(path, name, search) for path, name in zip(paths, names, strict=True)]
    by_name = splits_of_paths([PurePosixPath(path) for path in paths])
    found: list[LocalFile] = []
    absolute = [path.absolute() for path in paths]
    for path, name, splits, guess in zip(absolute, names, known, by_name, strict=True):
        if splits:
            file = LocalFile(path, splits, name)
            search.fixed.add(file)
            found.append(file)
        else:
            found += _inside(path, name, guess, search)
    unknown = sorted(set(given) - search.used - {ALL})
    if unknown:
        raise UnknownNameError("file", unknown[0], map(str, paths), place="--split")
    return FoundFiles(tuple(_drawn(found, search)), tuple(search.notes))


def _check_splits(key: str, value: str) -> None:
    for split in value.split("+"):
        if split not in SPLITS:
            place = f"--split {key}={value}" if key else f"--split {value}"
            raise UnknownNameError("split", split, SPLITS, place=place)


def _in_order(splits: Iterable[str]) -> tuple[str, ...]:
    held = set(splits)
    return tuple(split for split in SPLITS if split in held)


def _unique_names(paths: Sequence[Path]) -> list[str]:
    """Name the copies of all paths: by their last step, or by as many as tell them apart."""
    resolved = [path.resolve() for path in paths]
    for path, times in Counter(resolved).items():
        if times > 1:
            raise InputError("this is named twice", path=path, remedy="name each file once")
    for path in resolved:
        around = next((other for other in resolved if other in path.parents), None)
        if around is not None:
            raise InputError(
                f"this is in {around}, which is named, too", path=path, remedy="name only one"
            )
    names = [path.name for path in resolved]
    steps = 1
    while len(set(names)) < len(names):
        steps += 1
        twice = {name for name, times in Counter(names).items() if times > 1}
        names = [
            "_".join(path.parts[1:][-steps:]) if name in twice else name
            for path, name in zip(resolved, names, strict=True)
        ]
    return names


def _given_for(path: Path, name: str, search: _Search) -> tuple[str, ...] | None:
    inside = any(key.startswith(f"{path.name}/") for key in search.given)
    for key in (str(path), path.name, name, *(() if inside else (ALL,))):
        if key in search.given:
            search.used.add(key)
            return _in_order(search.given[key].split("+"))
    return None


def _inside(path: Path, name: str, guess: str | None, search: _Search) -> list[LocalFile]:
    """Return the parts of a path by split: as the user says, as names say, or all in one."""
    members = [part.name for part in read_parts(path)]
    if members == [""]:
        return [LocalFile(path, (guess,) if guess else (), name)]
    said = {member: _given_inside(path, member, search) for member in members}
    named = splits_of_members([member for member in members if said[member] is None])
    groups: dict[tuple[str, ...], list[str]] = {}
    for member in members:
        split = named.splits.get(member)
        groups.setdefault(said[member] or ((split,) if split else ()), []).append(member)
    if set(groups) == {()}:
        if named.passing:
            search.notes.append(
                f"the word of a split in the names of {counted(len(named.passing), 'file')} of"
                f" {len(members):,} is taken to mean nothing, first {path}/{named.passing[0]}"
            )
        return [LocalFile(path, (guess,) if guess else (), name)]
    unused = groups.pop((), [])
    if unused:
        search.notes.append(
            f"not used, because no name says their split: {_listed(unused)} of {path}; to use them,"
            f" say it: --split {path.name}/{unused[0]}=train"
        )
    files = []
    for splits, group in groups.items():
        others = tuple(member for member in members if member not in set(group))
        file = LocalFile(path, splits, name, tuple(group), others)
        files.append(file)
        if any(said[member] for member in group):
            search.fixed.add(file)
    return sorted(files, key=lambda file: [SPLITS.index(split) for split in file.split])


def _given_inside(path: Path, member: str, search: _Search) -> tuple[str, ...] | None:
    for key, value in search.given.items():
        inner = key.removeprefix(f"{path.name}/")
        if key != ALL and (member == inner or member.startswith(f"{inner.rstrip('/')}/")):
            search.used.add(key)
            return _in_order(value.split("+"))
    return _in_order(search.given[ALL].split("+")) if ALL in search.given else None


def _drawn(files: Sequence[LocalFile], search: _Search) -> Iterable[LocalFile]:
    """Let the splits that no file holds be drawn; say what is drawn, and stop at unclear files."""
    unclear = [file for file in files if not file.split]
    if len(unclear) == len(files):
        search.notes.append("no name says train, dev or test: documents are drawn into them")
        return [replace(file, split=SPLITS) for file in files]
    if unclear:
        listed = _listed([str(file.path) for file in unclear])
        raise InputError(
            f"other files are train, dev or test by their names, but not {listed}",
            remedy=f"say what it is: --split {unclear[0].path.name}=train (or dev, test,"
            " train+dev+test)",
        )
    missing = set(SPLITS) - {split for file in files for split in file.split}
    drawing = [file for file in files if "train" in file.split and file not in search.fixed]
    if missing and drawing:
        search.notes.append(
            f"no file holds {' or '.join(_in_order(missing))}: documents of the training files are"
            f" drawn; if you do not want that, say --split {drawing[0].path.name}=train"
        )
        return [
            replace(file, split=_in_order({*file.split, *missing})) if file in drawing else file
            for file in files
        ]
    if missing:
        search.notes.append(f"there is no {' and no '.join(_in_order(missing))} split")
    return files


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
