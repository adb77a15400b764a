"""Hand-written decisions, and a small suite made of them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sru_ner.decisions.table import SCHEMA, write_decisions
from sru_ner.settings.params import Params

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def decisions_of() -> Callable[[Rows], pa.Table]:
    """Make a decisions table of rows that name only what matters; gold and missed by default."""

    def make(rows: Rows) -> pa.Table:
        full = []
        for row in rows:
            gold = row.get("gold", True)
            predicted = row.get("predicted", False)
            full.append(
                {
                    "model": "m",
                    "tested": "t",
                    "split": "test",
                    "document_id": "d",
                    "sentence_id": 0,
                    "start": 0,
                    "end": 1,
                    "text": "x",
                    "type": "Disease",
                    "labels": ["Disease"] if predicted else [],
                    "gold": gold,
                    "predicted": predicted,
                    "score": 0.9 if predicted else None,
                    "in_inventory": True,
                    "known": True,
                    "fits_words": True if gold else None,
                    "crosses_sentence": False if gold else None,
                    **row,
                }
            )
        return pa.Table.from_pylist(full, schema=SCHEMA)

    return make


TEXT = "Aspirin cures severe headache. Ibuprofen calms cough."
"""Two sentences; `headache` is within `severe headache`."""

_PLACES = {
    "Aspirin": (0, 7, 0),
    "severe headache": (14, 29, 0),
    "headache": (21, 29, 0),
    "Ibuprofen": (31, 40, 1),
    "cough": (47, 52, 1),
}
_GOLD = {"dis": ["severe headache", "cough"], "chem": ["Aspirin", "Ibuprofen"]}
_TYPES = {"dis": "Disease", "chem": "Chemical"}
_DOCUMENTS = 8


def _harmonize(root: Path, source: str) -> None:
    """Write a source with documents of the same text in train and test."""
    from sru_ner.dataset.schema import SCHEMAS
    from sru_ner.dataset.tables import write_table

    words = [(m.start(), m.end()) for m in re.finditer(r"\w+|\.", TEXT)]
    for split in ("train", "test"):
        rows: dict[str, Rows] = {"documents": [], "sentences": [], "spans": []}
        for number in range(_DOCUMENTS):
            place = {"source": source, "split": split, "document_id": f"d{number}"}
            rows["documents"].append({**place, "text": TEXT, "origin": "f:1", "sha256": ""})
            for sentence, (start, end) in enumerate([(0, 30), (31, 53)]):
                inside = [{"start": s, "end": e} for s, e in words if start <= s < end]
                where = {"sentence_id": sentence, "start": start, "end": end}
                rows["sentences"].append({**place, **where, "words": inside})
            for span, name in enumerate(_GOLD[source]):
                start, end, sentence = _PLACES[name]
                rows["spans"].append(
                    {
                        **place,
                        "sentence_id": sentence,
                        "span_id": span,
                        "start": start,
                        "end": end,
                        "text": name,
                        "type": _TYPES[source],
                        "source_type": _TYPES[source],
                        "depth": 0,
                        "crosses_sentence": False,
                        "fits_words": True,
                    }
                )
        for name, content in rows.items():
            table = pa.Table.from_pylist(content, schema=SCHEMAS[name])
            write_table(root, name, table, source, split)
    inventory = {
        "source": source,
        "type": _TYPES[source],
        "source_type": _TYPES[source],
        "status": "annotated",
        "mentions": {"train": 16, "dev": 0, "test": 16},
        "nested_mentions": 0,
        "examples": [],
        "covers": [],
    }
    table = pa.Table.from_pylist([inventory], schema=SCHEMAS["inventories"])
    write_table(root, "inventories", table, source)


def _decided(model: str, source: str, number: int) -> Rows:
    """What two models do in one document.

    `wide` knows both types. It finds `headache` for `severe headache` in every second document and
    misses `Ibuprofen` in the first; in `dis`, it also finds chemicals, which nobody marked there.
    `narrow` knows diseases only, and `cough` in the first document alone.
    """
    wide = model == "wide"
    found = {"Aspirin"} if wide else {"severe headache"}
    if wide:
        found |= {"cough", "headache" if number % 2 else "severe headache"}
    if wide and number and source == "chem":
        found.add("Ibuprofen")
    if not wide and not number:
        found.add("cough")
    rows = []
    for name, (start, end, sentence) in _PLACES.items():
        type_ = "Chemical" if name in _GOLD["chem"] else "Disease"
        gold, judged = name in _GOLD[source], type_ == _TYPES[source]
        if gold or name in found:
            row = {"start": start, "end": end, "sentence_id": sentence, "text": name}
            flags = {"gold": gold, "predicted": name in found, "in_inventory": judged}
            known = wide or type_ == "Disease"
            score = 0.95 - 0.05 * (number % 4) if name in found else None
            rows.append({**row, **flags, "type": type_, "known": known, "score": score})
    place = {"model": model, "tested": source, "document_id": f"d{number}"}
    return [{**row, **place} for row in rows]


@pytest.fixture(scope="session")
def small_suite() -> Params:
    """Two models, `wide` and `narrow`, tested on two corpora, `dis` and `chem`."""
    return Params.model_validate(
        {
            "suite": "small",
            "corpora": ["dis", "chem"],
            "train": {},
            "experiments": {
                "wide": {"sources": ["dis", "chem"]},
                "narrow": {"sources": ["dis"], "supervision": "closed"},
            },
            "evaluate": {"tested": ["dis", "chem"]},
            "assess": {"experiment": "wide"},
            "register": {"candidate": "wide"},
        }
    )


@pytest.fixture(scope="session")
def suite_data(tmp_path_factory, decisions_of, small_suite) -> Path:
    """Folder with the suite's `harmonized` tables, `decisions` and training `curves`."""
    root = tmp_path_factory.mktemp("suite")
    for source in small_suite.corpora:
        _harmonize(root / "harmonized", source)
    for model in small_suite.experiments:
        rows = [
            row
            for source in small_suite.evaluate.tested
            for number in range(_DOCUMENTS)
            for row in _decided(model, source, number)
        ]
        path = root / "decisions" / f"{model}.parquet"
        write_decisions(path, decisions_of(rows), tested=small_suite.evaluate.tested)
        (root / "curves").mkdir(exist_ok=True)
        (root / "curves" / f"{model}.csv").write_text(
            "epoch,step,train_loss,dev_micro_f1,dev_micro_f1.dis,dev_recall.dis.Disease,"
            "dev_recall.dis.Symptom\n1,9,0.5,40,40,2.5,\n2,18,0.2,62,62,71,\n"
        )
    return root


@pytest.fixture(scope="session")
def tested_splits(suite_data):
    """The test splits of `dis` and `chem`."""
    from sru_ner.dataset.corpus import Corpus

    return [Corpus(suite_data / "harmonized", name).split("test") for name in ("dis", "chem")]


@pytest.fixture(scope="session")
def findings_of(suite_data, tested_splits, leakage_of) -> Callable[..., Any]:
    """Everything about a suite on these data; one document of `dis` is in what `wide` learned from.

    decisions: their folder, if it is another one.
    """
    from sru_ner.evaluation_report.findings import gather

    corpora = {split.corpus.name: split.corpus for split in tested_splits}

    def gathered(params: Params, decisions: Path = suite_data / "decisions") -> Any:
        return gather(
            params,
            decisions=decisions,
            tested=tested_splits,
            learned={
                name: [corpora[source].split(split) for source, split in experiment.learned]
                for name, experiment in params.experiments.items()
            },
            leakage=leakage_of([("chem", "train", "x", "dis", "d0")], ["dis", "chem"]),
            dev_decisions=suite_data / "dev",
        )

    return gathered


@pytest.fixture(scope="session")
def findings(small_suite, findings_of):
    """Everything about the suite."""
    return findings_of(small_suite)


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory, suite_data, small_suite, findings) -> Path:
    """The report on the suite."""
    from sru_ner.evaluation_report.report import write_report

    folder = tmp_path_factory.mktemp("report") / "evaluation"
    training = {path.stem: path for path in sorted((suite_data / "curves").iterdir())}
    write_report(folder, folder.parent / "data", findings, small_suite, training=training)
    return folder
