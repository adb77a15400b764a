"""Makes the report on a source: what became of its mentions, and counts of each split."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sru_ner.corpora.incidents import Incidents, Outcome
from sru_ner.corpora.source import Source
from sru_ner.dataset.schema import SCHEMA_VERSION
from sru_ner.harmonize.convert import Conversion, Document
from sru_ner.settings.sections import HarmonizeSettings


@dataclass(frozen=True, slots=True)
class MentionCounts:
    """Counts of mentions: in_file = kept + dropped + refused, and repaired is a part of kept."""

    in_file: int
    kept: int
    repaired: int
    dropped: int
    refused: int


@dataclass(frozen=True, slots=True)
class SplitOutcome:
    """The result of harmonising one split."""

    documents: tuple[tuple[str, Document], ...]
    """Pairs of file name and document, in file order."""
    conversions: tuple[Conversion, ...]
    """Conversions of all raw documents, also of those that were left out."""
    reader_refused: int
    """Number of mentions that the reader refused."""


def count_mentions(outcome: SplitOutcome) -> MentionCounts:
    """Add up the mentions of one split."""
    conversions = outcome.conversions
    return MentionCounts(
        in_file=sum(c.in_file for c in conversions) + outcome.reader_refused,
        kept=sum(c.kept for c in conversions),
        repaired=sum(c.repaired for c in conversions),
        dropped=sum(c.dropped.total() for c in conversions),
        refused=sum(c.refused for c in conversions) + outcome.reader_refused,
    )


def total(counts: Iterable[MentionCounts]) -> MentionCounts:
    """Add up counts, for example those of splits."""
    columns = zip(*(asdict(count).values() for count in counts), strict=True)
    return MentionCounts(*(sum(column) for column in columns))


def build_report(
    source: Source,
    settings: HarmonizeSettings,
    files: Sequence[Mapping[str, Any]],
    splits: Mapping[str, SplitOutcome],
    incidents: Incidents,
) -> dict[str, Any]:
    """Return the report as JSON values; the same input gives the same report.

    `files` are the raw files with their own counts, `incidents` those of all files in file order.
    """
    counts = {split: count_mentions(outcome) for split, outcome in splits.items()}
    whole = total(counts.values())
    return {
        "source": source.name,
        "title": source.title,
        "schema_version": SCHEMA_VERSION,
        "settings": settings.model_dump(),
        "mentions": asdict(whole),
        "refused_share": round(whole.refused / whole.in_file, 6) if whole.in_file else 0.0,
        "files": list(files),
        "splits": {split: _split(splits[split], counts[split]) for split in splits},
        "published": _published(source.published, counts),
        "refused": _by_reason(incidents, "refused"),
        "repaired": _by_reason(incidents, "repaired"),
        "noted": _by_reason(incidents, "noted"),
    }


def _split(outcome: SplitOutcome, counts: MentionCounts) -> dict[str, Any]:
    documents = [document for _, document in outcome.documents]
    spans = [span for document in documents for span in document.spans]
    sentences = [sentence for document in documents for sentence in document.sentences]
    return {
        "documents": len(documents),
        "sentences": len(sentences),
        "words": sum(len(sentence.words) for sentence in sentences),
        "mentions": asdict(counts),
        "types": dict(sorted(Counter(span.type for span in spans).items())),
        "nested": sum(span.depth > 0 for span in spans),
        "not_fitting_words": sum(not span.fits_words for span in spans),
        "crossing_sentences": sum(span.crosses_sentence for span in spans),
        "sentence_ends_inside_mentions": sum(c.merged_sentences for c in outcome.conversions),
    }


def _published(
    published: Mapping[str, int], counts: Mapping[str, MentionCounts]
) -> list[dict[str, Any]]:
    rows = []
    for key, expected in published.items():
        found = sum(counts[split].in_file for split in key.split("+") if split in counts)
        rows.append(
            {
                "splits": key,
                "published": expected,
                "in_file": found,
                "difference": found - expected,
            }
        )
    return rows


def _by_reason(incidents: Incidents, outcome: Outcome) -> dict[str, Any]:
    kinds = sorted(incidents.kinds(outcome), key=lambda kind: kind.reason)
    return {
        kind.reason: {
            "occurrences": kind.occurrences,
            "mentions": kind.mentions,
            "examples": [
                {"file": example.source_file, "line": example.line, "detail": example.detail}
                for example in kind.examples
            ],
        }
        for kind in kinds
    }
