"""Scores on the dev sets after each epoch: exact matches in each source, of its own types."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.sentences import Sentence
from sru_ner.decisions.exact_match import count_exact
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import predict_sentences

DEV_MENTIONS = "eval_mentions"
"""Key of the log at the end of each epoch: gold mentions of all dev sets, 0 without dev sets."""
DEV_METRIC = "eval_micro_f1"
"""Key of the log: mean dev micro F1 of the sources, each of which is `eval_micro_f1.<source>`."""


@dataclass(frozen=True, slots=True)
class DevSet:
    """The dev set of one source, which is scored after each epoch."""

    source: str
    sentences: Sequence[Sentence]
    mentions: int
    """Number of gold mentions, including those that words cannot express."""


def count_dev(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    dev: DevSet,
    *,
    process: int,
    processes: int,
) -> tuple[int, int]:
    """Predict one process's part of a dev set; return the true and the false positives.

    The parts are whole documents, whose sentences may be read together. `process` counts from 0.
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
    return counts.tp, counts.fp
