"""Harmonises one source: reads its raw files, writes four tables and a report."""

import logging
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sru_ner.corpora.checksums import has_checksum, recorded_checksum
from sru_ner.corpora.incidents import Incident, Incidents
from sru_ner.corpora.readers import read_file
from sru_ner.corpora.readers.raw import Reading
from sru_ner.corpora.source import CorpusFile, Source
from sru_ner.dataset.schema import SCHEMAS, SPLITS, table_path
from sru_ner.dataset.tables import write_table
from sru_ner.errors import InputError
from sru_ner.files import write_json
from sru_ner.harmonize.checks import check_inventory, check_split
from sru_ner.harmonize.excerpt import excerpt
from sru_ner.harmonize.gather import SplitDocuments, add_file, not_in_files
from sru_ner.harmonize.inventory_rows import inventory_rows
from sru_ner.harmonize.refusals import check_refusals
from sru_ner.harmonize.report import SplitOutcome, build_report
from sru_ner.harmonize.shown_types import shown_types, types_without_mentions
from sru_ner.harmonize.split_types import types_missing_in_splits
from sru_ner.harmonize.splits import Draw, read_lists
from sru_ner.harmonize.tables import inventory_table, split_tables
from sru_ner.settings.sections import HarmonizeSettings

log = logging.getLogger(__name__)


def harmonize_source(
    source: Source, raw: Path, output: Path, reports: Path, settings: HarmonizeSettings
) -> dict[str, Any]:
    """Read `<raw>/<source>/`, write its tables below `output` and its report; return the report.

    The report is written first, so that it can be read if too many mentions are refused. Then
    `InputError` is raised and no table is written.
    """
    gathered: dict[str, SplitDocuments] = {split: SplitDocuments() for split in SPLITS}
    incidents = Incidents()
    files = []
    in_files: Counter[str] = Counter()
    types: dict[str, str | None] = {}
    folder = raw / source.name
    for file in source.raw_files:
        _check_raw(source, file, folder / file.name)
    listed = read_lists((f.lists, folder / f.name) for f in source.raw_files if f.lists)
    draw = Draw(settings.dev_share, settings.test_share, source.draw_seed)
    for file in source.document_files:
        path = folder / file.name
        reading = read_source_file(source, file, path)
        if file.documents:
            reading = excerpt(reading, *file.documents, path=path)
        _check_given(source, path, reading)
        found = add_file(source, file, reading, listed, gathered, draw)
        incidents.extend(found)
        files.append(_file_row(file, path, reading))
        in_files.update(m.type for document in reading.documents for m in document.mentions)
        types |= shown_types(source, in_files, reading.documents)
    incidents.extend(not_in_files(listed, gathered))
    splits = {split: g.outcome() for split, g in gathered.items() if g.documents}
    absent = [
        *types_without_mentions(source, in_files),
        *types_missing_in_splits(source, types, splits),
        *_empty_splits(source, gathered),
    ]
    incidents.extend(absent)
    if absent:
        log.warning("%s: %s", source.name, "; ".join(incident.detail for incident in absent))
    report = build_report(source, settings, files, splits, incidents)
    write_json(reports / f"{source.name}.json", report)
    allowed = source.max_refused_share
    share = settings.max_refused_share if allowed is None else allowed
    check_refusals(source, splits, incidents, raw, share)
    _write(source, output, splits, types)
    return report


def read_source_file(source: Source, file: CorpusFile, path: Path) -> Reading:
    """Read one raw file of a source, at `path`. Raises what `read_file` raises.

    A document without an identifier gets one that begins with the names of the source and of the
    file's splits. If several files hold the same splits, the name of the file follows.
    """
    alike = {other.name for other in source.document_files if other.split == file.split}
    names = [source.name, "+".join(file.split), *([file.name] if len(alike) > 1 else [])]
    options = {**source.options, **({"members": file.members} if file.members else {})}
    return read_file(source.reader, path, name="-".join(names), options=options)


def _empty_splits(source: Source, gathered: Mapping[str, SplitDocuments]) -> list[Incident]:
    return [
        Incident(
            "noted",
            "empty_split",
            detail=f"the split {split} of the entry has no document",
            mentions=0,
        )
        for split in source.splits
        if not gathered[split].documents
    ]


def _check_raw(source: Source, file: CorpusFile, path: Path) -> None:
    if not has_checksum(path, file.sha256 or recorded_checksum(path)):
        problem = "has another checksum than in the catalog" if path.exists() else "is missing"
        raise InputError(
            f"this raw file {problem}",
            path=path,
            remedy=f"run `sru-ner corpora fetch {source.name}`",
        )


def _check_given(source: Source, path: Path, reading: Reading) -> None:
    for document in reading.documents:
        if (document.sentences is not None) != source.given.sentences:
            raise InputError(
                f"given.sentences is {source.given.sentences} in the catalog, but not in this file",
                path=path,
                line=document.line,
                remedy=f"correct the entry of {source.name}",
            )


def _file_row(file: CorpusFile, path: Path, reading: Reading) -> dict[str, Any]:
    refused = sum(i.mentions for i in reading.incidents if i.outcome == "refused")
    found = sum(len(document.mentions) for document in reading.documents) + refused
    if file.mentions is not None and found != file.mentions:
        log.warning(
            "%s has %d mentions, but the catalog expects %d", file.name, found, file.mentions
        )
    return {
        "name": file.name,
        "sha256": file.sha256 or recorded_checksum(path),
        "splits": list(file.split),
        "in_file": found,
        "expected": file.mentions,
    }


def _write(
    source: Source,
    output: Path,
    splits: Mapping[str, SplitOutcome],
    types: Mapping[str, str | None],
) -> None:
    # The inventory is removed first and written last: a source without one is not finished.
    for table in reversed(SCHEMAS):
        shutil.rmtree(table_path(output, table, source.name).parent, ignore_errors=True)
    for split, outcome in splits.items():
        tables = split_tables(source.name, split, outcome.documents)
        check_split(tables)
        for name, table in tables.items():
            write_table(output, name, table, source.name, split)
    dropped = {
        split: sum((c.dropped for c in outcome.conversions), Counter())
        for split, outcome in splits.items()
    }
    documents = {s: [document for _, document in o.documents] for s, o in splits.items()}
    inventory = inventory_table(
        inventory_rows(source.name, types, source.covers, documents, dropped)
    )
    check_inventory(inventory)
    write_table(output, "inventories", inventory, source.name)
