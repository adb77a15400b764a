"""Make the decisions table from two files, one with gold and one with predicted mentions."""

from collections.abc import Collection, Mapping

import pyarrow as pa

from sru_ner.corpora.incidents import Incident, Incidents
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.decisions.exact_match import decide
from sru_ner.errors import InputError
from sru_ner.predictions.annotations import Annotations
from sru_ner.predictions.gold_texts import predictions_in_gold_texts
from sru_ner.predictions.mentions import add_file_incidents, file_mentions
from sru_ner.predictions.type_maps import TypeMap, same_name

SAME_TYPES = TypeMap()
"""Type map that changes no type."""

GIVEN = "given"
"""Name of the split in decisions on two files."""

GOLD = pa.schema(
    [
        ("document_id", pa.string()),
        ("sentence_id", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("type", pa.string()),
        ("fits_words", pa.bool_()),
        ("crosses_sentence", pa.bool_()),
    ]
)
"""Columns of gold mentions that `exact_match.decide` reads; those about sentences are null here."""


def decide_files(
    gold: Annotations,
    predicted: Annotations,
    *,
    incidents: Incidents,
    gold_types: TypeMap = SAME_TYPES,
    types: TypeMap = SAME_TYPES,
    inventory: Collection[str] | None = None,
    aligned: bool = False,
) -> pa.Table:
    """Compare the mentions of two files: return decisions, a table of `decisions.table.SCHEMA`.

    What cannot be compared without a change is counted in `incidents`. `gold_types` and `types`
    map the types of the two sides. `inventory` are the types that are scored; None stands for those
    of the gold file. `aligned` carries predictions over to other versions of the texts. The columns
    about sentences and words are null. Raises `InputError` where there is nothing to score, and
    what `predictions_in_gold_texts` raises.
    """
    if inventory is None:
        inventory = _gold_types(gold, gold_types, incidents)
        if not inventory:
            raise InputError(
                "it has no mentions, so the types that are scored are not known",
                path=gold.path,
                remedy="name the types with --types",
            )
    remedy = "take the same texts for both, or add --align to carry the predictions over"
    predictions = predictions_in_gold_texts(
        predicted, gold, types, inventory, incidents, aligned=aligned, remedy=remedy
    )
    annotated = {
        name: sorted(set(inventory) & {gold_types.translate(type_, inventory) for type_ in marked})
        for name, document in gold.documents.items()
        if (marked := document.annotated_types) is not None
    }
    tested = gold.path.stem
    return decide(
        _gold_table(gold, gold_types, inventory, annotated, incidents, repair=aligned),
        predictions,
        model=predicted.path.stem,
        tested=tested,
        split=GIVEN,
        inventory=TypeInventory(tested, tuple(sorted(inventory))),
        annotated=annotated,
        labels=sorted({found.label for found in predictions} | types.targets(inventory)),
        inventories={},
    )


def _gold_types(gold: Annotations, types: TypeMap, incidents: Incidents) -> set[str]:
    """Return the types of the gold file; of two ways to write one, the more frequent counts."""
    found: set[str] = set()
    for type_, count in gold.types.most_common():
        name = types.translate(type_, ())
        if name is None or name in found:
            continue
        known = same_name(name, found)
        if known is None:
            found.add(name)
        else:
            reason = f"mentions of {gold.path} with the type {name}, taken for {known}"
            incidents.add(Incident("noted", reason), count)
    return found


def _gold_table(
    gold: Annotations,
    types: TypeMap,
    inventory: Collection[str],
    annotated: Mapping[str, Collection[str]],
    incidents: Incidents,
    *,
    repair: bool,
) -> pa.Table:
    """Return the gold mentions of types that are scored in their documents, a table of `GOLD`."""
    rows = []
    for name, document in gold.documents.items():
        for marked in file_mentions(gold, document, types, inventory, incidents, repair=repair):
            if marked.type not in annotated.get(name, inventory):
                reason = f"mentions of {gold.path} with types that are not scored"
                incidents.add(Incident("noted", reason))
                continue
            row = {"start": marked.start, "end": marked.end, "text": marked.text}
            rows.append({"document_id": name, "type": marked.type, **row})
    add_file_incidents(gold, gold.documents.values(), incidents)
    return pa.Table.from_pylist(rows, schema=GOLD)
