"""Reads the split of a file from its name, and from the names of the folders that it is in."""

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath
from types import MappingProxyType

_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "train": ("training", "train", "trng", "trn"),
        "dev": (
            *("development", "develop", "devel", "dev", "validation", "valid", "val"),
            *("tuning", "tune", "testa"),
        ),
        "test": ("testing", "testb", "test", "tst", "evaluation", "eval"),
    }
)
"""Split → words that mean it, longer ones first. CoNLL-2003 calls its dev set `testa`."""
_KINDS = ("set", "data", "corpus", "split", "file", "")
"""Words that may be joined to that of a split: `trainset`."""


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern of the words as words of a name: not `latest`, but `NCBItestset`."""
    every = [word + kind for word in words for kind in _KINDS]
    lower, title, upper = (
        "|".join(f(word) for word in every) for f in (str.lower, str.capitalize, str.upper)
    )
    return re.compile(
        f"(?<![a-z])(?:{lower})s?(?![a-z])|(?:{title})s?(?![a-z])|(?<![A-Z])(?:{upper})S?(?![A-Z])"
    )


_PATTERNS = {split: _pattern(words) for split, words in _WORDS.items()}


def split_in_name(name: str) -> str | None:
    """Return the split that a name has as a word; None if it has none, or those of several."""
    found = [split for split, pattern in _PATTERNS.items() if pattern.search(name)]
    return found[0] if len(found) == 1 else None


def _is_split_itself(name: str) -> bool:
    """Whether a name is the word of a split and nothing else, except for its endings."""
    stem = name.split(".", 1)[0]
    return any(pattern.fullmatch(stem) for pattern in _PATTERNS.values())


@dataclass(frozen=True, slots=True)
class NamedSplits:
    """The splits that the names of some files say."""

    splits: Mapping[str, str | None]
    """Name of the file → its split; None if nothing says it."""
    passing: tuple[str, ...] = ()
    """Files with the word of a split in their names that is taken to mean nothing."""


def splits_of_members(names: Iterable[str]) -> NamedSplits:
    """Find the splits of the files of one folder or archive; the outermost folder counts most.

    names: paths inside the folder, with `/`. The word of a split says nothing if few files have it
    and none has it as its whole name: among notes of patients, `stress_test.txt` is no test set. A
    folder that all files are in counts only if nothing else says a split.
    """
    names = sorted(names)
    steps = {name: PurePosixPath(name).parts for name in names}
    depth = _common_depth([parts[:-1] for parts in steps.values()])
    found = {name: _first_split(parts[depth:]) for name, parts in steps.items()}
    speaking = [name for name in names if found[name]]
    whole = any(_is_split_itself(step) for name in speaking for step in steps[name][depth:])
    if speaking and (whole or 2 * len(speaking) >= len(names)):
        return NamedSplits(found)
    around = _first_split(reversed(steps[names[0]][:depth])) if names else None
    return NamedSplits(dict.fromkeys(names, around), tuple(speaking))


def _common_depth(folders: Sequence[tuple[str, ...]]) -> int:
    """Return the number of first steps that all folders share."""
    shared = takewhile(lambda level: len(set(level)) == 1, zip(*folders, strict=False))
    return sum(1 for _ in shared)


def _first_split(steps: Iterable[str]) -> str | None:
    return next((split for step in steps if (split := split_in_name(step))), None)


def splits_of_paths(paths: Sequence[PurePosixPath]) -> list[str | None]:
    """Find the split of each path that a user names; the innermost name that tells them apart.

    For `train/brat dev/brat` these are the folders, for `a/train.tsv a/dev.tsv` the files. A folder
    that all paths are in says nothing.
    """
    by_name = [split_in_name(path.name) for path in paths]
    for step in range(1, min(len(path.parts) for path in paths) + 1):
        found = [split_in_name(path.parts[-step]) for path in paths]
        if all(found) and (len(set(found)) > 1 or step == 1):
            return found
    return by_name


def globs(members: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return globs that match all `members` and none of the `others`, as few as are found easily.

    All are paths inside one folder or archive; `*` matches `/` too, as in `fnmatch`.
    """
    members, others = sorted(members), sorted(others)
    if not others:
        return ["*"]
    found: list[str] = []
    rest = members
    while rest:
        name = rest[0]
        glob = next(glob for glob in _candidates(name) if not _matching(glob, others))
        found.append(glob)
        matched = set(_matching(glob, rest))
        rest = [other for other in rest if other not in matched]
    return found


def _candidates(name: str) -> Iterable[str]:
    """Yield globs that match a path, the widest first: its folders, then its name."""
    steps = name.split("/")
    for i in range(1, len(steps)):
        around = _escaped("/".join(steps[:i])) + "/*"
        yield around
        yield around + _escaped(PurePosixPath(name).suffix)
    folder = "/".join(steps[:-1])
    prefix = _escaped(folder + "/") if folder else ""
    for pattern in _PATTERNS.values():
        if word := pattern.search(steps[-1]):
            yield prefix + _escaped(steps[-1][: word.end()]) + "*"
            yield f"{prefix}*{_escaped(word[0])}*"
    yield _escaped(name)


def _escaped(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def _matching(glob: str, names: Iterable[str]) -> list[str]:
    # Not fnmatch.filter, which ignores the case of letters on some systems.
    pattern = re.compile(fnmatch.translate(glob))
    return [name for name in names if pattern.match(name)]
