"""Collects the converted documents of a source's files by split."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sru_ner.corpora.incidents import Incident, place_name
from sru_ner.corpora.readers.raw import RawDocument, Reading
from sru_ner.corpora.source import CorpusFile, Source
from sru_ner.harmonize.convert import Conversion, Document, convert
from sru_ner.harmonize.report import SplitOutcome
from sru_ner.harmonize.splits import Draw, Listed, find_split


@dataclass(slots=True)
class SplitDocuments:
    """The documents of one split while the files of its source are read."""

    documents: dict[str, tuple[str, Document]] = field(default_factory=dict)
    """Document identifier → file name and document."""
    conversions: list[Conversion] = field(default_factory=list)
    """Conversions of all raw documents, also of those that were left out."""
    reader_refused: int = 0
    """Number of mentions that the reader refused."""

    def outcome(self) -> SplitOutcome:
        """Return the result for this split."""
        return SplitOutcome(
            tuple(self.documents.values()), tuple(self.conversions), self.reader_refused
        )


def add_file(
    source: Source,
    file: CorpusFile,
    reading: Reading,
    listed: Mapping[str, Listed],
    gathered: Mapping[str, SplitDocuments],
    draw: Draw,
) -> list[Incident]:
    """Convert the documents of a file, add them to their splits, and return all incidents by place.

    `gathered` has the documents of each split so far.
    """
    incidents = list(reading.incidents)
    splits = [find_split(d.id, file.split, listed, draw) for d in reading.documents]
    for raw, split in zip(reading.documents, splits, strict=True):
        if split is None:
            incidents.append(_in_no_split(raw))
            continue
        target = gathered[split]
        if raw.id in target.documents:
            conversion = _left_out(raw, target.documents[raw.id][1])
        else:
            document, conversion = convert(raw, source.types, file.annotated_types)
            target.documents[raw.id] = (place_name(file.name, raw.part), document)
        target.conversions.append(conversion)
        incidents += (replace(incident, part=raw.part) for incident in conversion.incidents)
    begins = [(document.part, document.line) for document in reading.documents]
    for incident in reading.incidents:
        place = bisect_right(begins, (incident.part, incident.line)) - 1
        near = splits[max(0, place)] if splits else file.split[0]
        if incident.outcome == "refused" and near is not None:
            gathered[near].reader_refused += incident.mentions
    incidents.sort(key=lambda incident: (incident.part, incident.line))
    return [replace(incident, file=file.name) for incident in incidents]


def _in_no_split(raw: RawDocument) -> Incident:
    detail = f"{raw.id} is in none of the corpus's lists of documents: left out"
    return Incident("noted", "in_no_split", raw.line, detail, len(raw.mentions), raw.part)


def not_in_files(
    listed: Mapping[str, Listed], gathered: Mapping[str, SplitDocuments]
) -> Iterator[Incident]:
    """Yield an incident for each document that a list names and that no file has."""
    for name, place in listed.items():
        if name not in gathered[place.split].documents:
            yield Incident(
                outcome="noted",
                reason="listed_but_missing",
                line=place.line,
                detail=f"no file has {name}",
                mentions=0,
                file=place.path.name,
            )


def _left_out(raw: RawDocument, first: Document) -> Conversion:
    same = "the same text" if raw.text == first.text else "another text"
    incident = Incident(
        outcome="refused",
        reason="duplicate_document",
        line=raw.line,
        detail=f"{raw.id} is there already, with {same}, at line {first.line}",
        mentions=len(raw.mentions),
    )
    return Conversion(
        in_file=len(raw.mentions),
        kept=0,
        repaired=0,
        dropped=Counter(),
        incidents=(incident,),
        merged_sentences=0,
    )
