"""Makes the type inventory of a source: the types that annotators marked, with their counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sru_ner.dataset.schema import SPLITS
from sru_ner.harmonize.convert import Document

EXAMPLES = 5
"""Number of texts that are kept as examples of each type."""


def inventory_rows(
    source: str,
    types: Mapping[str, str | None],
    covers: Mapping[str, Sequence[str]],
    documents: Mapping[str, Iterable[Document]],
    dropped: Mapping[str, Mapping[str, int]],
) -> list[dict[str, Any]]:
    """Return the rows of the `inventories` table, one for each source type, sorted by it.

    `types` is the part of the type map that was annotated, and `covers` is that of the catalog's
    entry. `documents` and `dropped` (mentions by source type) have splits as keys.
    """
    mentions: dict[str, Counter[str]] = {type_: Counter() for type_ in types}
    nested: Counter[str] = Counter()
    texts: dict[str, Counter[str]] = {type_: Counter() for type_ in types}
    for split, members in documents.items():
        for document in members:
            for span in document.spans:
                mentions[span.source_type][split] += 1
                nested[span.source_type] += span.depth > 0
                texts[span.source_type][document.text[span.start : span.end]] += 1
    for split, counts in dropped.items():
        for source_type, count in counts.items():
            mentions[source_type][split] += count
    return [
        {
            "source": source,
            "type": types[source_type],
            "source_type": source_type,
            "status": _status(source_type, types[source_type]),
            "mentions": {split: mentions[source_type][split] for split in SPLITS},
            "nested_mentions": nested[source_type],
            "examples": _most_frequent(texts[source_type]),
            "covers": sorted(covers.get(types[source_type] or "", ())),
        }
        for source_type in sorted(types)
    ]


def _status(source_type: str, type_: str | None) -> str:
    if type_ is None:
        return "dropped"
    return "annotated" if type_ == source_type else "mapped"


def _most_frequent(texts: Counter[str]) -> list[str]:
    # Counter.most_common breaks ties by the order of the texts; the alphabet does not depend on it.
    return sorted(texts, key=lambda text: (-texts[text], text))[:EXAMPLES]
