"""Finds types that a split is said to annotate, although none of its mentions has them.

A type that was never looked for must not count as annotated: training would be taught that it is
absent, and every prediction of it in a test would count as wrong. Files of a corpus may differ in
what they annotate, so each has to show its types. Splits that are drawn from one file, or listed
for it, show the types of one another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.source import Source
from sru_ner.harmonize.report import SplitOutcome


def types_missing_in_splits(
    source: Source, types: Mapping[str, str | None], splits: Mapping[str, SplitOutcome]
) -> Iterator[Incident]:
    """Yield an incident for splits that annotate types which no kept mention in them has.

    types: the part of the type map that counts as annotated in the corpus. splits: results by
    split. A type that the entry calls `looked_for` needs no mention, and neither does one that the
    entry or a document itself lists as annotated there.
    """
    inventory = {type_ for type_ in types.values() if type_ is not None}
    for group in _from_the_same_files(source):
        documents = [d for split in group if split in splits for _, d in splits[split].documents]
        if not any(document.annotated_types is None for document in documents):
            continue
        marked = {span.type for document in documents for span in document.spans}
        missing = sorted(inventory - marked - set(source.looked_for))
        if missing:
            detail = _detail(group, missing)
            yield Incident("noted", "type_missing_in_split", detail=detail, mentions=0)


def _detail(group: Sequence[str], types: Sequence[str]) -> str:
    one = len(group) == 1
    return (
        f"according to the entry, the split{'' if one else 's'} {' and '.join(group)}"
        f" {'annotates' if one else 'annotate'} {', '.join(types)}, but no mention there shows it;"
        " list the types that were looked for there as `annotated_types` of the file, or in"
        " `looked_for` those that were looked for although there is none"
    )


def _from_the_same_files(source: Source) -> Iterable[tuple[str, ...]]:
    """Return the corpus's splits, those together that share a file."""
    groups: list[set[str]] = []
    for file in source.document_files:
        shared = [group for group in groups if group.intersection(file.split)]
        groups = [group for group in groups if group not in shared]
        groups.append(set(file.split).union(*shared))
    return [tuple(split for split in source.splits if split in group) for group in groups]
