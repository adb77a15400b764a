"""Raw files of a corpus: downloaded, generated, or put in place by the user."""

from pathlib import Path

from sru_ner.corpora.download import download, has_checksum, recorded_checksum, within_reach
from sru_ner.corpora.source import CorpusFile, Source
from sru_ner.corpora.synthetic.generate import write_corpus
from sru_ner.environment.offline import OFFLINE
from sru_ner.errors import InputError


def fetch_source(source: Source, raw: Path) -> list[Path]:
    """Make all raw files of a corpus be in `<raw>/<source>/`; return their paths.

    Files that are there and right are not fetched again. Raises `DownloadError` for a file that
    cannot be had, `InputError` for one that the user has to put in place.
    """
    folder = raw / source.name
    if source.generator == "synthetic":
        write_corpus(source.name, folder)
    for file in source.files:
        if file.url:
            download(file.url, folder / file.name, file.sha256)
        else:
            _check_put_in_place(source, file, folder / file.name)
    return [folder / file.name for file in source.raw_files]


def missing_files(source: Source, raw: Path) -> list[str]:
    """Names of a corpus's raw files that are not there, or not with the catalog's checksum."""
    folder = raw / source.name
    return [f.name for f in source.raw_files if not has_checksum(*_expected(f, folder))]


def obstacle(source: Source, raw: Path) -> str | None:
    """Why a corpus's raw files cannot be had from here, and what to do; None where they can.

    Says nothing of a network that may be tried: whether a server answers is seen by asking it.
    """
    for file in source.files:
        path, sha256 = _expected(file, raw / source.name)
        if has_checksum(path, sha256):
            continue
        if not file.url:
            names = ", ".join(f.name for f in source.files if not f.url)
            return f"put {names} into {raw / source.name}: {_how(source)}"
        if not within_reach(file.url):
            return f"{file.url} is not in the mirror, and {OFFLINE}=1 forbids the network"
    return None


def _how(source: Source) -> str:
    return source.obtain or f"get it from {source.homepage or source.citation}"


def _expected(file: CorpusFile, folder: Path) -> tuple[Path, str | None]:
    path = folder / file.name
    return path, file.sha256 or recorded_checksum(path)


def _check_put_in_place(source: Source, file: CorpusFile, path: Path) -> None:
    if not has_checksum(path, file.sha256):
        problem = "has another checksum than the catalog's" if path.exists() else "is not there"
        raise InputError(
            f"{source.title} may not be fetched by a program, and this file {problem}",
            path=path,
            remedy=_how(source),
        )
