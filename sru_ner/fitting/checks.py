"""Looks for what could spoil a training, in seconds: output, encoder, space, splits and types."""

import os
import shutil
from collections.abc import Iterator, Sequence, Set
from math import prod
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from safetensors import safe_open

from sru_ner.adding.suggest import same_type
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import SruNerError
from sru_ner.fitting.remarks import Remark
from sru_ner.fitting.request import ReadCorpus, Request, types_of_corpora
from sru_ner.fitting.schedule import SMALL_CORPUS
from sru_ner.inference.default_model import installed_models, released_models
from sru_ner.inference.starting_model import starting_folder
from sru_ner.leakage.pairs import Leakage
from sru_ner.model.description import Description
from sru_ner.model.encoder import count_parameters
from sru_ner.model.weights import WEIGHTS_FILE
from sru_ner.rendering.amounts import counted

FEW_MENTIONS = 30
"""Number of training mentions below which a type is hardly learned."""
FEW_TESTED = 20
"""Number of test mentions below which the F1 of a type says little."""
FEW_DOCUMENTS = 10
"""Number of test documents below which intervals say little."""
_COPIES = 4 * 11
"""Bytes for each parameter of the encoder, at the most: three checkpoints, each with the state of
the optimiser, the model, and its replacement."""


def find_start(request: Request) -> tuple[Path | None, list[Remark]]:
    """Find the folder of the model to go on from; None with a remark if it cannot be used."""
    if request.start is None:
        return None, []
    remarks = []
    if request.encoder != EMBEDDED_ENCODER:
        remarks.append(
            Remark(
                True,
                "--from contradicts --encoder and --preset base: a model has its own encoder",
                "give one of the two",
            )
        )
    folder, missing = _model_folder(request.start)
    return folder, [*remarks, *missing]


def find_teacher(request: Request) -> tuple[Path | None, list[Remark]]:
    """Find the folder of the model to learn from; None with a remark if it cannot be used."""
    if request.teacher is None:
        if not request.unmarked:
            return None, []
        problem = "--unmarked needs --teacher: nothing else says what is in these texts"
        return None, [Remark(True, problem, "name a trained model that knows your types")]
    return _model_folder(request.teacher)


def _model_folder(reference: str) -> tuple[Path | None, list[Remark]]:
    try:
        return starting_folder(reference), []
    except SruNerError as error:
        return None, [Remark.of(error)]


def check_place(request: Request, start: Path | None) -> Iterator[Remark]:
    """Check that the output can be written and that its disk has space; check the encoder.

    start: what `find_start` found.
    """
    yield from _check_output(request)
    if request.start is not None and start is None:
        return
    try:
        parameters = _parameters(request, start)
    except SruNerError as error:
        yield Remark.of(error)
        return
    there = _existing(request.work)
    free, needed = shutil.disk_usage(there).free, _COPIES * parameters
    if free < needed:
        yield Remark(
            True,
            f"{there}: {free / 1e9:.1f} GB are free, but training"
            f" {request.start or request.encoder} needs about"
            f" {needed / 1e9:.1f} GB for its checkpoints",
            "make space, choose another disk for -o, or a smaller encoder",
        )


def _parameters(request: Request, start: Path | None) -> int:
    if start is not None:
        with safe_open(start / WEIGHTS_FILE, framework="pt") as weights:
            return sum(
                prod(weights.get_slice(name).get_shape())
                for name in weights.keys()  # noqa: SIM118
            )
    layers = request.settings.get("encoder_layers")
    # Whether it is a number is checked with the other settings.
    return count_parameters(request.encoder, layers if isinstance(layers, int) else None)


def check_known_types(
    start: Set[str], taught: Set[str], request: Request, corpora: Sequence[ReadCorpus]
) -> Iterator[Remark]:
    """Check that the models to go on from and to learn from know a type of the corpora.

    start, taught: their types; none if there is no such model.
    """
    own = types_of_corpora(corpora)
    for model, known, little in (
        (request.start, start, "only its encoder helps"),
        (request.teacher, taught, "it teaches hardly anything"),
    ):
        if known and own and own.isdisjoint(known):
            yield Remark(
                False,
                f"{model} knows none of the types of the corpora, so {little}. It"
                f" knows {', '.join(sorted(known))}",
                "if a type is the same: --type OLD=NEW",
            )


def check_size(request: Request, corpora: Sequence[ReadCorpus]) -> Iterator[Remark]:
    """Advise to go on from a model at hand that knows a type, if there are few texts."""
    sentences = sum(corpus.sentences("train") for corpus in corpora)
    if request.start is not None or not 0 < sentences < SMALL_CORPUS:
        return
    own = types_of_corpora(corpora)
    for name, folder in sorted({**released_models(), **installed_models()}.items()):
        known = set(Description.of_folder(folder).types)
        if shared := sorted(set(filter(None, (same_type(type_, known) for type_ in own)))):
            yield Remark(
                False,
                f"there are {counted(sentences, 'training sentence')} only, and {name} has learned"
                f" {', '.join(shared)} from many more",
                f"go on from it: --from {name}",
            )
            return


def _check_output(request: Request) -> Iterator[Remark]:
    output = request.output
    if output.exists() and not output.is_dir():
        yield Remark(True, f"{output}: this is a file, not a folder", "give -o another name")
    there = _existing(request.work)
    if not os.access(there, os.W_OK):
        yield Remark(True, f"{there}: you may not write here", "choose another folder for -o")
    for path in (*request.data, *map(Path, request.others)):
        if path.is_dir() and request.work.is_relative_to(path.resolve()):
            yield Remark(
                True,
                f"{output}: the model would be inside the corpus {path}, and be read as a part of"
                " it the next time",
                "choose a folder outside the corpus for -o",
            )


def _existing(path: Path) -> Path:
    return path if path.exists() or path == path.parent else _existing(path.parent)


def check_corpora(corpora: Sequence[ReadCorpus]) -> Iterator[Remark]:
    """Check that every corpus has its splits, and that its types have mentions.

    The first corpus is the user's own: it has to have a test split, too.
    """
    for number, corpus in enumerate(corpora):
        if not corpus.documents("train"):
            yield Remark(
                True,
                f"{corpus.name} has no train split, so there is nothing to learn from",
                "add a file for train, or draw all splits: --split FILE=train+dev+test",
            )
            continue
        for split in ("train", "dev", "test") if number == 0 else ("train", "dev"):
            yield from _check_split(corpus, split)
        if number and not corpus.documents("test"):
            yield Remark(
                False, f"{corpus.name} has no test split, so the model is not tested on it"
            )
        yield from _check_types(corpus)
    yield from _check_names(corpora)


def _check_split(corpus: ReadCorpus, split: str) -> Iterator[Remark]:
    documents, mentions = corpus.documents(split), corpus.mentions(split)
    drawn = any(split in f.split and len(f.split) > 1 for f in corpus.source.files)
    if documents == 0:
        if drawn:
            problem = f"{corpus.name} has so few documents that no {split} document was drawn"
            remedy = f"add documents, or put some into a file of their own, {split}.…"
        else:
            problem = f"{corpus.name} has no {split} split"
            remedy = f"add a file for {split}, or let it be drawn: --split FILE=train+{split}"
        yield Remark(True, problem, remedy)
    elif mentions == 0:
        yield Remark(
            True,
            f"the {split} split of {corpus.name} has no mention",
            "check the files and the types that are left out with --type",
        )
    elif split == "test" and documents < FEW_DOCUMENTS:
        yield Remark(
            False,
            f"the test split of {corpus.name} has {counted(documents, 'document')} only, so its"
            " F1 says little",
            "annotate more documents before you rely on the figures",
        )


def _check_types(corpus: ReadCorpus) -> Iterator[Remark]:
    for type_ in corpus.source.kept_types:
        train, test = corpus.of_type(type_, "train"), corpus.of_type(type_, "test")
        found = sum(corpus.of_type(type_, split) for split in ("train", "dev", "test"))
        if not found:
            yield Remark(
                False,
                f"{corpus.name}: no mention in the files has the type {type_}, so the model does"
                " not learn it",
            )
        elif not train:
            yield Remark(
                False,
                f"{corpus.name}: the type {type_} has no mention in train"
                f" ({counted(found, 'mention')} in dev and test), so the model cannot find it",
                f"leave it out with --type {_origin(corpus, type_)}=, or add documents to train",
            )
        elif train < FEW_MENTIONS:
            yield Remark(
                False,
                f"{corpus.name}: the type {type_} has {counted(train, 'mention')} in train, too"
                " few to learn it well",
                f"annotate more, join it with another type (--type"
                f" {_origin(corpus, type_)}=OTHER), or leave it out"
                f" (--type {_origin(corpus, type_)}=)",
            )
        if train and corpus.documents("test") and test < FEW_TESTED:
            yield Remark(
                False,
                f"{corpus.name}: the type {type_} has {counted(test, 'mention')} in test, so its"
                + (" F1 will say little" if test else " F1 will be unknown"),
            )


def _origin(corpus: ReadCorpus, type_: str) -> str:
    return next(name for name, kept in corpus.source.types.items() if kept == type_)


def _check_names(corpora: Sequence[ReadCorpus]) -> Iterator[Remark]:
    """Warn of types that differ in case only: they may be the same."""
    spellings: dict[str, dict[str, str]] = {}
    for corpus in corpora:
        for type_ in corpus.source.kept_types:
            spellings.setdefault(type_.casefold(), {}).setdefault(type_, corpus.name)
    for names in spellings.values():
        (first, one), *others = names.items()
        for second, other in others:
            yield Remark(
                False,
                f"the types {first} of {one} and {second} of {other} differ in case only, and"
                " count as two types",
                f"if they are the same: --type {second}={first}",
            )


def check_leakage(leakage: Leakage, tested: Sequence[str]) -> Iterator[Remark]:
    """Warn of training documents that are test documents too; they are left out of training."""
    pairs = leakage.pairs.filter(
        pc.field("tested").isin(pa.array(list(tested), pa.string()))
        & (pc.field("tested_split") == "test")
    )
    columns = ("learned", "learned_split", "learned_document", "tested_document")
    rows = list(zip(*(pairs[name].to_pylist() for name in columns), strict=True))
    if not rows:
        return
    documents = {row[:3] for row in rows}
    source, split, learned, test = rows[0]
    yield Remark(
        False,
        f"{counted(len(documents), 'training document')} are test documents as well, or nearly"
        f" so, such as {learned} ({split} of {source}) and {test}. The model does not learn from"
        " them, so that the test stays fair",
        "remove the duplicates, if they are a mistake",
    )
