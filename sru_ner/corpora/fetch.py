"""Gets the raw files of a corpus: downloaded, generated, included, or put in place by the user."""

import shutil
from pathlib import Path

from sru_ner.corpora.checksums import has_checksum
from sru_ner.corpora.download import download, within_reach
from sru_ner.corpora.raw_files import is_here
from sru_ner.corpora.source import CorpusFile, Source
from sru_ner.corpora.synthetic.generate import write_corpus
from sru_ner.environment.offline import OFFLINE
from sru_ner.errors import InputError, without_secrets
from sru_ner.files import atomic_path

INCLUDED = Path(__file__).with_name("texts")
"""Folder of the files that come with the package."""


def fetch_source(source: Source, raw: Path) -> list[Path]:
    """Get all raw files of a corpus into `<raw>/<source>/`, and return their paths.

    Files with the right checksum are not fetched again. Raises `DownloadError` for a file that is
    not available, and `InputError` for a file that the user has to put in place.
    """
    folder = raw / source.name
    if source.generator == "synthetic":
        write_corpus(source.name, folder)
    for file in source.files:
        if file.url:
            download(file.url, folder / file.name, file.sha256)
        elif file.included:
            _copy_included(file, folder / file.name)
        else:
            _check_put_in_place(source, file, folder / file.name)
    return [folder / file.name for file in source.raw_files]


def obstacle(source: Source, raw: Path) -> str | None:
    """Return why a corpus's raw files are not available here, and what to do; None if they are.

    The network is not tried: a file that may be downloaded counts as available.
    """
    for file in source.files:
        if is_here(file, raw / source.name):
            continue
        if file.included:
            continue
        if not file.url:
            names = ", ".join(f.name for f in source.files if not f.url)
            return f"put {names} into {raw / source.name}: {_how(source)}"
        if not within_reach(file.url):
            address = without_secrets(file.url)
            return f"{address} is not in the mirror, and {OFFLINE}=1 forbids the network"
    return None


def _copy_included(file: CorpusFile, path: Path) -> None:
    """Copy a file of this package, which the checksum in the catalog has to fit."""
    included = INCLUDED / file.name
    if not has_checksum(included, file.sha256):
        raise InputError(
            "this file of the package is missing or has another checksum than in the catalog",
            path=included,
            remedy="install the package again",
        )
    with atomic_path(path) as fresh:
        shutil.copyfile(included, fresh)


def _how(source: Source) -> str:
    return source.obtain or f"get it from {source.homepage or source.citation}"


def _check_put_in_place(source: Source, file: CorpusFile, path: Path) -> None:
    if not has_checksum(path, file.sha256):
        problem = "has another checksum than in the catalog" if path.exists() else "is missing"
        raise InputError(
            f"a program may not fetch {source.title}, and this file {problem}",
            path=path,
            remedy=_how(source),
        )
