"""Scores on the dev sets after each epoch: exact matches in each source, of its own types.

The log of the Trainer holds counts, from which all figures are computed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.sentences import Sentence
from sru_ner.decisions.counts import Counts
from sru_ner.decisions.exact_match import count_exact
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import predict_sentences

DEV_MENTIONS = "eval_mentions"
"""Key of the log at the end of each epoch: gold mentions of all dev sets, 0 without dev sets."""
DEV_METRIC = "eval_micro_f1"
"""Key of the log: mean dev micro F1 of the sources, each of which is `eval_micro_f1.<source>`."""
DEV_COUNTS = "eval_counts"
"""Key of the log: source → type → [true positives, false positives, gold mentions] on dev."""


@dataclass(frozen=True, slots=True)
class DevSet:
    """The dev set of one source, which is scored after each epoch."""

    source: str
    sentences: Sequence[Sentence]
    mentions: Mapping[str, int]
    """Number of gold mentions of each type, including those that words cannot express."""


def count_dev(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    dev: DevSet,
    *,
    process: int,
    processes: int,
) -> list[tuple[int, int]]:
    """Predict one process's part of a dev set; return each type's true and false positives.

    The types are in the order of `dev.mentions`. The parts are whole documents, whose sentences may
    be read together. `process` counts from 0.
    """
    documents = groupby(dev.sentences, key=lambda sentence: sentence.document_id)
    part = [
        sentence
        for number, (_, sentences) in enumerate(documents)
        if number % processes == process
        for sentence in sentences
    ]
    # In fp32, like `sru-ner evaluate`.
    predicted = predict_sentences(model, tokenizer, part)
    counts = count_exact(
        part,
        predicted,
        source=dev.source,
        labels=model.config.labels,
        inventories=model.config.type_inventories(),
    )
    return [(counts[type_].tp, counts[type_].fp) for type_ in dev.mentions]


def as_logged(
    counts: Mapping[str, Mapping[str, Counts]],
) -> dict[str, dict[str, tuple[int, int, int]]]:
    """Return the value of `DEV_COUNTS` for counts by source and type."""
    return {
        source: {type_: (each.tp, each.fp, each.support) for type_, each in by_type.items()}
        for source, by_type in counts.items()
    }


def logged_counts(entry: Mapping[str, Any]) -> Iterator[tuple[str, str, Counts]]:
    """Yield source, type and dev counts of an entry of the log that has `DEV_MENTIONS`."""
    for source, types in entry[DEV_COUNTS].items():
        for type_, (tp, fp, mentions) in types.items():
            yield source, type_, Counts(tp=tp, fp=fp, fn=mentions - tp)
