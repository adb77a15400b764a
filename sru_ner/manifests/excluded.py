"""What an experiment does not learn from, though its sources have it: documents of test data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.store import Sentence, load_sentences, load_table
from sru_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Identifiers of documents, by source and split."""

    documents: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def sentences(self, root: Path, source: str, split: str) -> list[Sentence]:
        """The sentences of a split that may be learned from; errors as in `load_sentences`."""
        found = load_sentences(root, source, split)
        dropped = self.documents.get((source, split), frozenset())
        return [sentence for sentence in found if sentence.document_id not in dropped]

    def spans(self, root: Path, source: str, split: str) -> pa.Table:
        """The spans of a split in the documents that are left; errors as in `load_sentences`."""
        spans = load_table(root, "spans", source, split)
        dropped = self.documents.get((source, split), frozenset())
        values = pa.array(sorted(dropped), pa.string())
        return spans.filter(pc.invert(pc.is_in(spans["document_id"], values)))

    def mentions(self, root: Path, source: str, split: str) -> int:
        """Mentions of a split in the documents that are left, whether words express them or not."""
        return self.spans(root, source, split).num_rows

    def listed(self) -> dict[str, list[str]]:
        """Identifiers by `<source>.<split>`, all sorted: the same documents, the same value."""
        return {".".join(place): sorted(ids) for place, ids in sorted(self.documents.items())}

    def counts(self) -> dict[str, int]:
        """Number of documents by `<source>.<split>`, sorted."""
        return {place: len(documents) for place, documents in self.listed().items()}


NOTHING = HeldOut()
"""All of every source is learned from."""


def read_held_out(manifest: Path) -> HeldOut:
    """What a manifest of `sru-ner compose` holds out; raises `InputError` where there is none."""
    try:
        sources = json.loads(Path(manifest).read_text(encoding="utf-8"))["sources"]
    except FileNotFoundError:
        raise InputError(
            "there is no such manifest", path=manifest, remedy="run `sru-ner compose`"
        ) from None
    return HeldOut(
        {
            (source, split): frozenset(described["held_out"])
            for source, content in sources.items()
            for split, described in content["splits"].items()
            if "held_out" in described
        }
    )
