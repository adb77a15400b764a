"""Writes the manifests: which tables an experiment learns from, and which all are tested on.

A manifest names tables by their digests. A stage of the pipeline cannot list as many dependencies
as an experiment has sources. It depends on one manifest instead, which changes exactly when one of
the tables changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SPLIT_TABLES
from sru_ner.errors import InputError
from sru_ner.files import atomic_path, write_json
from sru_ner.leakage.pairs import Leakage
from sru_ner.manifests.needed_splits import LEARNED_SPLITS, check_splits
from sru_ner.settings.params import Params

TESTED = "tested"
"""Name of the manifest with the sources that all models are tested on."""


def describe_splits(root: Path, sources: Iterable[str], splits: Sequence[str]) -> dict[str, Any]:
    """Describe the given splits of harmonised sources: inventory, counts and table digests.

    Returns `{"sources": {name: {"types": [...], "splits": {split: {"sentences": n,
    "mentions": n, "sha256": {table: digest}}}}}}`, sources by name. Raises `UnknownNameError`
    for a source that is not harmonised, `InputError` for one without one of the splits.
    """
    return {"sources": {name: _describe(Corpus(root, name), splits) for name in sorted(sources)}}


def write_manifests(folder: Path, root: Path, params: Params, leakage: Leakage) -> list[str]:
    """Write one manifest per experiment and the one of the tested sources.

    With `evaluate.leakage` = `drop_train`, an experiment's splits also have `excluded`: the
    identifiers of their documents that overlap with a tested one. The whole folder is replaced.
    Returns the names of the manifests. Errors as in `describe_splits` and `Leakage.excluded`, and
    `InputError` where no document of a split would be left.
    """
    if TESTED in params.experiments:
        raise InputError(
            f"an experiment cannot be called {TESTED!r}, like the manifest of the tested corpora",
            remedy="give the experiment another name",
        )
    needed: dict[str, list[str]] = {
        name: [params.evaluate.split] for name in params.evaluate.tested
    }
    for experiment in params.experiments.values():
        for name in experiment.sources:
            needed[name] = list(dict.fromkeys([*LEARNED_SPLITS, *needed.get(name, ())]))
    check_splits(root, needed)
    manifests = {
        name: describe_splits(root, experiment.sources, LEARNED_SPLITS)
        for name, experiment in params.experiments.items()
    }
    if params.evaluate.leakage == "drop_train":
        for manifest in manifests.values():
            _exclude(manifest, params, leakage)
    manifests[TESTED] = describe_splits(root, params.evaluate.tested, (params.evaluate.split,))
    with atomic_path(folder) as fresh:
        for name, manifest in manifests.items():
            write_json(fresh / f"{name}.json", manifest)
    return list(manifests)


def _exclude(manifest: Mapping[str, Any], params: Params, leakage: Leakage) -> None:
    for source, content in manifest["sources"].items():
        for split, described in content["splits"].items():
            found = leakage.excluded(source, split, params.evaluate.tested, params.evaluate.split)
            if len(found) == leakage.sizes()[source, split]:
                raise InputError(
                    f"every {split} document of {source!r} is in the tested corpora as well",
                    remedy="leave the source out, or set evaluate.leakage to drop_test or mark",
                )
            if found:
                described["excluded"] = found


def _describe(corpus: Corpus, splits: Sequence[str]) -> dict[str, Any]:
    check_splits(corpus.root, {corpus.name: splits})
    types = corpus.inventory().types
    digests = corpus.digests()
    return {
        "types": list(types),
        "splits": {
            split: {
                "sentences": corpus.split(split).table("sentences").num_rows,
                "mentions": corpus.split(split).table("spans").num_rows,
                "sha256": {table: digests[f"{table}/{split}"] for table in SPLIT_TABLES},
            }
            for split in splits
        },
    }
