"""Reads the corpora of a request and lists everything that is wrong or doubtful about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.version import __version__
from sru_ner.errors import SruNerError
from sru_ner.files import read_json
from sru_ner.fitting.checks import (
    check_corpora,
    check_known_types,
    check_leakage,
    check_place,
    check_size,
    find_start,
    find_teacher,
)
from sru_ner.fitting.reading import read_corpora
from sru_ner.fitting.remarks import Remark
from sru_ner.fitting.request import ReadCorpus, Request
from sru_ner.inference.model_reference import model_digest
from sru_ner.layout import HARMONIZED
from sru_ner.leakage.overlap import find_leakage
from sru_ner.leakage.pairs import Leakage
from sru_ner.model.description import Description
from sru_ner.settings.sections import TrainSettings
from sru_ner.settings.validation import validate


@dataclass(frozen=True, slots=True)
class Inspection:
    """A request, the corpora that were read for it, and what was found to be wrong."""

    request: Request
    root: Path
    """Folder that the corpora were read into, laid out like a project."""
    corpora: tuple[ReadCorpus, ...]
    remarks: tuple[Remark, ...]
    known: frozenset[str]
    """Types of the model to go on from; empty without one."""
    leakage: Leakage | None
    """Documents that are in two splits; None if a corpus could not be read."""
    identity: Mapping[str, Any]
    """Everything that the model depends on; equal for a call that was made before."""

    @property
    def may_begin(self) -> bool:
        """Whether there is no error."""
        return not any(remark.is_error for remark in self.remarks)

    @property
    def tested(self) -> list[str]:
        """Names of the corpora that the model is tested on: those with a test split."""
        return [corpus.name for corpus in self.corpora if corpus.mentions("test")]

    @property
    def finished(self) -> bool:
        """Whether the same call has already made its model and its page."""
        request = self.request
        return (
            (request.output / "config.json").is_file()
            and results_file(request).is_file()
            # It is moved to the output at the very end.
            and not request.layout.model(request.name).exists()
            and earlier_identity(request) == self.identity
        )


def results_file(request: Request) -> Path:
    """Return the file of the figures, which is written when everything else is there."""
    return request.work / "results.json"


def identity_file(request: Request) -> Path:
    """Return the file that says what the model and the files in the work folder depend on."""
    return request.work / "fit.json"


def earlier_identity(request: Request) -> Any:
    """Return the identity of the run that the work folder is of, None if it is of none."""
    path = identity_file(request)
    return read_json(path, remedy="remove the file") if path.is_file() else None


def inspect(request: Request, root: Path) -> Inspection:
    """Read the corpora below the empty folder `root`, and make all checks of the request.

    Nothing else is written. No error is raised for a mistake of the user: it is a remark.
    """
    start, remarks = find_start(request)
    teacher, missing = find_teacher(request)
    remarks += [*missing, *check_place(request, start), *_check_settings(request)]
    known, taught = (
        set(Description.of_folder(model).types) if model else set() for model in (start, teacher)
    )
    corpora, errors = read_corpora(request, root, known | taught)
    remarks += [*errors, *check_known_types(known, taught, request, corpora)]
    remarks += check_corpora(corpora)
    remarks += check_size(request, corpora)
    leakage, identity = None, _identity(request, root, corpora, start, teacher)
    if len(corpora) == 1 + len(request.others):
        leakage = find_leakage(Corpus(root / HARMONIZED, corpus.name) for corpus in corpora)
        tested = [corpus.name for corpus in corpora if corpus.documents("test")]
        remarks += check_leakage(leakage, tested)
    remarks += _check_earlier(request, identity)
    return Inspection(
        request, root, tuple(corpora), tuple(remarks), frozenset(known), leakage, identity
    )


def _identity(
    request: Request,
    root: Path,
    corpora: list[ReadCorpus],
    start: Path | None,
    teacher: Path | None,
) -> dict[str, Any]:
    return {
        "version": __version__,
        "corpora": {
            corpus.name: Corpus(root / HARMONIZED, corpus.name).digests() for corpus in corpora
        },
        "encoder": request.encoder,
        "start": model_digest(start) if start else None,
        "epochs": request.epochs,
        "minutes": request.minutes,
        "settings": dict(request.settings),
        **({"teacher": model_digest(teacher)} if teacher else {}),
    }


def _check_settings(request: Request) -> Iterator[Remark]:
    if request.epochs and request.minutes:
        yield Remark(True, "--epochs and --minutes contradict each other", "give one of the two")
    try:
        validate(TrainSettings, request.settings, kind="training setting", section="--set")
    except SruNerError as error:
        yield Remark.of(error)


def _check_earlier(request: Request, identity: Mapping[str, Any]) -> Iterator[Remark]:
    """Check that nothing is overwritten that another call, or another program, has made."""
    earlier = earlier_identity(request)
    if earlier is None and _has_content(request.work):
        yield Remark(
            True,
            f"{request.work}: this folder is needed for working files, but it has other content",
            "give -o another name, or move the folder",
        )
    if not _has_content(request.output) or request.overwrite or earlier == identity:
        return
    changed = ", ".join(key for key, value in identity.items() if (earlier or {}).get(key) != value)
    yield Remark(
        True,
        f"{request.output}: this folder exists already"
        + (f"; its model was made with other values of: {changed}" if earlier else ""),
        "give -o another name, or replace the model with --overwrite",
    )


def _has_content(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
