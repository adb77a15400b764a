"""The figures that a user sees at the end: test F1 by type with intervals, as plain values."""

from typing import Any

import pyarrow.compute as pc

from sru_ner.evaluation_report.findings import Findings


def figures(findings: Findings, model: str) -> list[dict[str, Any]]:
    """Return one entry for each tested corpus, with a row for each of its types and, of several
    types, one for all.

    A row has `type` (null for all types together), `precision`, `recall`, `f1`, `low` and `high`
    (the ends of the interval of F1), all from 0 to 1 or null where they are not defined, and
    `gold`, the number of gold mentions.
    """
    intervals = {
        (row["tested"], row["type"]): row
        for row in findings.intervals.filter(
            (pc.field("model") == model)
            & (
                ((pc.field("scope") == "type") & (pc.field("figure") == "f1"))
                | ((pc.field("scope") == "inventory") & (pc.field("figure") == "micro_f1"))
            )
        ).to_pylist()
    }
    found = []
    for tested in findings.matrix.tested:
        cell = findings.matrix[model, tested]
        counts = {score.type: score.counts for score in cell.types}
        rows = []
        together = [(None, cell.micro("inventory"))] if len(counts) != 1 else []
        for type_, own in [*counts.items(), *together]:
            ends = intervals.get((tested, type_), {})
            rows.append(
                {
                    "type": type_,
                    "precision": own.ratios.precision,
                    "recall": own.ratios.recall,
                    "f1": own.ratios.f1,
                    "low": ends.get("low"),
                    "high": ends.get("high"),
                    "gold": own.support,
                }
            )
        documents = max((row["documents"] for row in intervals.values()
                         if row["tested"] == tested), default=0)  # fmt: skip
        found.append({"tested": tested, "documents": documents, "rows": rows})
    return found
