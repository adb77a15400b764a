"""The harmonised corpora that benchmarks of a whole model read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from sru_ner.corpora.addresses import mirrored
from sru_ner.corpora.catalog import find_source, load_catalog
from sru_ner.corpora.fetch import fetch_source
from sru_ner.corpora.source import Source
from sru_ner.corpora.synthetic.generate import SYNTHETIC_SOURCES
from sru_ner.dataset.corpus import Corpus, harmonized_sources
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.settings.sections import HarmonizeSettings

ABSTRACTS = ("bc5cdr_pubtator", "ncbi_disease_pubtator")
"""Real corpora of whole abstracts that share a type: the first choice."""
SENTENCES = ("bc5cdr", "ncbi_disease")
"""The same corpora in sentences, as the pipeline may have left them: the second choice."""
SYNTHETIC = ("synthetic_chemicals", "synthetic_diseases")
"""Corpora that are used where the real ones are not available."""


@dataclass(frozen=True, slots=True)
class Material:
    """Harmonised sources to measure on."""

    data: Path
    """Folder of the tables."""
    sources: tuple[str, ...]

    def abstracts(self, count: int) -> list[str]:
        """Return `count` texts of all splits, sources mixed evenly, repeated if there are fewer."""
        by_source = [
            text
            for source in self.sources
            for split in ("train", "dev", "test")
            for text in Corpus(self.data, source)
            .split(split)
            .table("documents")["text"]
            .to_pylist()
        ]
        texts = list(dict.fromkeys(by_source))
        # Lengths differ between sources: each part of the texts gets the same mix of them.
        stride = next(n for n in range(97, 997) if len(texts) % n)
        mixed = [texts[i * stride % len(texts)] for i in range(len(texts))]
        return list(islice(cycle(mixed), count))

    def __str__(self) -> str:
        kind = "synthetic" if self.sources[0].startswith("synthetic") else "real"
        return f"{kind} text ({', '.join(self.sources)})"


def find_material(data: Path, scratch: Path) -> Material:
    """Choose two sources that share a type: real ones if `data` or the mirror has them."""
    for sources in (ABSTRACTS, SENTENCES):
        if set(sources) <= set(harmonized_sources(data)):
            return Material(data, sources)
        if all(in_mirror(find_source(name)) for name in sources):
            return harmonized_material(sources, scratch)
    return harmonized_material(SYNTHETIC, scratch)


def all_material(scratch: Path) -> Material:
    """Harmonise all sources of the mirror, or all synthetic ones if there is no mirror."""
    mirror = tuple(source.name for source in mirrored_sources())
    return harmonized_material(mirror or SYNTHETIC_SOURCES, scratch)


def harmonized_material(sources: Sequence[str], scratch: Path) -> Material:
    """Harmonise the sources that `scratch` does not hold yet."""
    folders = scratch / "raw", scratch / "harmonized", scratch / "reports"
    for name in sorted(set(sources) - set(harmonized_sources(scratch / "harmonized"))):
        fetch_source(find_source(name), folders[0])
        harmonize_source(find_source(name), *folders, HarmonizeSettings.model_validate({}))
    return Material(folders[1], tuple(sources))


def mirrored_sources() -> list[Source]:
    """List the sources of the catalog that the mirror has, in catalog order."""
    return [source for source in load_catalog().values() if in_mirror(source)]


def in_mirror(source: Source) -> bool:
    """Whether the mirror has all files of a source."""
    copies = [mirrored(file.url) if file.url else None for file in source.files]
    return bool(copies) and all(copy is not None and copy.is_file() for copy in copies)
