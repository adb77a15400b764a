"""Reads the corpora of a request into the common tables, as `sru-ner corpora add` would."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from sru_ner.adding.draft import draft_entry, format_of, read_contents
from sru_ner.adding.files import find_files
from sru_ner.adding.suggest import same_type, type_name
from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.fetch import fetch_source
from sru_ner.corpora.source import Source, read_entry
from sru_ner.errors import InputError, SruNerError, UnknownNameError
from sru_ner.fitting.remarks import Remark
from sru_ner.fitting.request import ReadCorpus, Request
from sru_ner.fitting.unmarked import add_unmarked
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.layout import HARMONIZE_REPORTS, HARMONIZED, RAW
from sru_ner.rendering.amounts import counted
from sru_ner.settings.sections import HarmonizeSettings

_ENDINGS = re.compile(r"(\.(gz|zip|tar|tgz|bz2|xz|txt|json|jsonl|xml|tsv|csv|iob2?|conll|ann"
                      r"|parquet|pubtator|bioc))+$", re.IGNORECASE)  # fmt: skip
_SPLIT_WORD = re.compile(r"train(ing|dev)?|trng|dev|valid(ation)?|test(ing)?|set")


def read_corpora(
    request: Request, root: Path, known: Iterable[str]
) -> tuple[list[ReadCorpus], list[Remark]]:
    """Read all corpora of a request below `root`, which is laid out like a project.

    The corpus of the request comes first. Returns also the errors of the corpora that could not be
    read, so that a user sees all of them at once. known: types whose spelling the corpora get, such
    as those of the model to go on from; the types of a corpus are known to the ones after it.
    """
    settings = HarmonizeSettings(max_refused_share=request.max_refused)
    found: list[ReadCorpus] = []
    remarks: list[Remark] = []
    spellings = {*known, *_types_of_catalog(request.others)}
    places: list[tuple[Path, ...] | str] = [request.data, *request.others]
    for place in places:
        taken = [corpus.name for corpus in found]
        try:
            source, notes = _source(place, request, root, taken, spellings)
            report = harmonize_source(
                source, root / RAW, root / HARMONIZED, root / HARMONIZE_REPORTS, settings
            )
        except SruNerError as error:
            remarks.append(Remark.of(error))
        else:
            found.append(ReadCorpus(source, report, notes))
            spellings.update(source.kept_types)
    if request.unmarked and not remarks and found[0].documents("train"):
        try:
            found[0] = _with_unmarked(found[0], request, root)
        except SruNerError as error:
            remarks.append(Remark.of(error))
    return found, [*remarks, *_unknown_types(request, found, complete=not remarks)]


def _with_unmarked(corpus: ReadCorpus, request: Request, root: Path) -> ReadCorpus:
    count, left_out = add_unmarked(request.unmarked, corpus.name, root / HARMONIZED)
    note = f"{counted(count, 'sentence')} without marks: the teacher says what is in them"
    return replace(corpus, unmarked=count, notes=(*corpus.notes, note, *left_out))


def _types_of_catalog(others: Iterable[str]) -> set[str]:
    """Return the types of the corpora that are no files but corpora of the catalog."""
    named = [name for name in others if not Path(name).exists()]
    catalog = load_catalog() if named else {}
    return {type_ for name in named if name in catalog for type_ in catalog[name].kept_types}


def _source(
    place: tuple[Path, ...] | str,
    request: Request,
    root: Path,
    taken: Sequence[str],
    known: Collection[str],
) -> tuple[Source, tuple[str, ...]]:
    """Return the entry of a corpus, and how its splits were found; put its files below `root`."""
    if isinstance(place, tuple):
        return _own_source(place, request, root, taken, known)
    if Path(place).exists():
        # Format and splits were given for the corpus of the request.
        other = replace(request, reader=None, options={}, splits={})
        return _own_source((Path(place),), other, root, taken, known)
    catalog = load_catalog()
    if place not in catalog:
        raise UnknownNameError(
            "file, folder or corpus of the catalog", place, catalog, place="--with"
        )
    if place in taken:
        raise InputError(f"--with {place}: the corpus is there already", remedy="name it once")
    source = catalog[place]
    fetch_source(source, root / RAW)
    return source, ()


def _own_source(
    paths: tuple[Path, ...],
    request: Request,
    root: Path,
    taken: Sequence[str],
    known: Collection[str],
) -> tuple[Source, tuple[str, ...]]:
    for path in paths:
        if not path.exists():
            raise InputError(
                "there is no such file or folder", path=path, remedy="correct the path"
            )
    name = corpus_name(paths, taken)
    found = find_files(paths, request.splits)
    files = found.files
    format_ = format_of(files, request.reader, request.options)
    contents = read_contents(name, files, format_)
    if not contents.mentions:
        raise InputError(
            "there are no mentions here",
            path=", ".join(map(str, paths)),
            remedy="check the files; name their format with --reader, and its options with"
            " --option, if it was not found out correctly",
        )
    types = {name: _type_in_model(name, request.types, known) for name in contents.mentions}
    entry = draft_entry(files, format_, contents, types, {"title": name})
    source = read_entry(name, entry)
    folder = root / RAW / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        link = folder / file.raw_name
        link.unlink(missing_ok=True)
        link.symlink_to(file.path.resolve())
    notes = [*format_.notes, *found.notes]
    if contents.passed_over:
        notes.append(
            f"passed over, because {counted(len(contents.passed_over), 'file')} cannot be part of a"
            f" corpus, first {contents.passed_over[0]}"
        )
    if contents.drawn and not contents.documents:
        notes.append(
            "nothing says which sentences belong to one document, so splits are drawn sentence by"
            " sentence: neighbours may be in train and in test"
        )
    return source, tuple(notes)


def _type_in_model(name: str, types: Mapping[str, str], known: Collection[str]) -> str | None:
    """Return the name of a type in the model: as the user says, else as known, else its own."""
    if name in types:
        return types[name] or None
    return same_type(name, known) or type_name(name)


def corpus_name(paths: Sequence[Path], taken: Sequence[str]) -> str:
    """Make the name of a corpus from the words that begin the names of all its files.

    If that are none but names of splits, the folder of the files gives its name. The name is unlike
    all `taken` names.
    """
    paths = [path.resolve() for path in paths]
    name = next(
        filter(None, map(_common_words, (paths, [path.parent for path in paths]))), "corpus"
    )
    number = 1
    while (numbered := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return numbered


def _common_words(paths: Sequence[Path]) -> str:
    """Return the first words that all names share, without endings and names of splits."""
    plain = [re.findall(r"[a-z0-9]+", _ENDINGS.sub("", path.name).casefold()) for path in paths]
    shared = takewhile(lambda words: len(set(words)) == 1, zip(*plain, strict=False))
    return "_".join(words[0] for words in shared if not _SPLIT_WORD.fullmatch(words[0]))


def _unknown_types(
    request: Request, corpora: Sequence[ReadCorpus], *, complete: bool
) -> list[Remark]:
    """Return an error for each `--type` that names a type of no corpus, if all could be read."""
    known = {name for corpus in corpora for name in corpus.source.types}
    return [
        Remark.of(UnknownNameError("type", name, known, place=f"--type {name}={new}"))
        for name, new in request.types.items()
        if complete and name not in known
    ]
