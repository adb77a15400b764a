"""Leaves out the documents of an experiment's sources that are also in the test data."""

from collections.abc import Iterable
from pathlib import Path

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError
from sru_ner.files import read_json


def learned_corpora(manifest: Path, root: Path, sources: Iterable[str]) -> dict[str, Corpus]:
    """Return some sources of an experiment, without the documents that its manifest excludes.

    manifest: file that `sru-ner manifests` wrote. root: folder of the harmonised tables. Returns
    source → corpus, in the order of `sources`. Raises `InputError` where the manifest is missing or
    does not name a source.
    """
    remedy = "run `sru-ner manifests`"
    described = read_json(manifest, remedy=remedy)["sources"]
    corpora = {}
    for source in sources:
        if source not in described:
            raise InputError(f"the source {source!r} is missing", path=manifest, remedy=remedy)
        splits = described[source]["splits"].items()
        excluded = {name: split["excluded"] for name, split in splits if "excluded" in split}
        corpora[source] = Corpus(root, source).without(excluded)
    return corpora


def excluded_documents(corpora: Iterable[Corpus]) -> dict[str, list[str]]:
    """Return the identifiers of the excluded documents by `<source>.<split>`, all sorted.

    The same documents give the same value; splits without any are left out.
    """
    return {
        f"{corpus.name}.{split}": sorted(documents)
        for corpus in sorted(corpora, key=lambda corpus: corpus.name)
        for split, documents in sorted(corpus.excluded.items())
        if documents
    }
