"""Self-training: a trained model's mentions of the types that a source did not annotate.

The dynamic loss leaves these types open: no text of such a source says where they are. A model that
learned them from other sources finds many of them. Training it on, with what it found as mentions,
makes it find more (docs/explanation/model.md §5; there, also the figures). A teacher marks texts in
the same way, for another model.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.labels import corresponding, label_source, type_name
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import Prediction, predict_sentences
from sru_ner.rendering.amounts import counted
from sru_ner.training.progress import say
from sru_ner.training.start import StartingModel, weights_digest


@dataclass(frozen=True, slots=True)
class FirstModel:
    """A trained model whose predictions are learned where annotators marked nothing."""

    network: SruNerModel
    tokenizer: PreTrainedTokenizerBase
    above: float
    """Score from which on a prediction is learned."""
    name: str = "the first model"
    """What messages call it."""

    def identity(self) -> dict[str, Any]:
        """Return everything that the predictions depend on, as JSON values."""
        return {
            "weights": weights_digest(self.network),
            "config": json.loads(self.network.config.to_json_string()),
            "above": self.above,
        }

    def complete(
        self, sentences: Sequence[Sentence], inventory: TypeInventory, labels: Sequence[str]
    ) -> list[Sentence]:
        """Return the sentences with this model's mentions of unannotated types added.

        inventory: the source's. labels: those of the model that learns. A mention is learned under
        its label or, if that is none of them, under one of its type. The type of an added mention
        is its label, if that is another source's. See `added_mentions`.
        """
        known = self.network.config.labels
        ours = {known[number]: labels[n] for number, n in corresponding(known, labels).items()}
        types = sorted({type_name(label) for label in ours.values()})
        marked = [
            number
            for number, sentence in enumerate(sentences)
            for own in [inventory.of_document(sentence.annotated_types)]
            if any(own.status(type_) == "unknown" for type_ in types)
        ]
        if not marked:
            return list(sentences)
        say(f"{inventory.source}: {self.name} marks {counted(len(marked), 'sentence')}")
        found: list[list[Prediction]] = [[] for _ in sentences]
        chosen = [sentences[number] for number in marked]
        for number, predictions in zip(
            marked, predict_sentences(self.network, self.tokenizer, chosen), strict=True
        ):
            found[number] = [
                each._replace(label=ours[each.label]) for each in predictions if each.label in ours
            ]
        exclusive = {frozenset(pair) for pair in self.network.config.exclusive}
        counts: Counter[str] = Counter()
        completed = []
        for sentence, predictions in zip(sentences, found, strict=True):
            added = added_mentions(
                sentence,
                [each for each in predictions if each.score >= self.above],
                inventory.of_document(sentence.annotated_types),
                exclusive,
            )
            counts.update(mention.type for mention in added)
            mentions = sorted((*sentence.mentions, *added), key=lambda m: (m.start, -m.end, m.type))
            completed.append(replace(sentence, mentions=tuple(mentions)))
        listed = ", ".join(f"{label} {count:,}" for label, count in sorted(counts.items()))
        say(f"    of these mentions are learned: {listed or 'none'}")
        return completed


def marking_teacher(teacher: StartingModel | None, above: float) -> FirstModel | None:
    """Return a teacher as the model that marks texts. above: as in `FirstModel`."""
    if teacher is None:
        return None
    return FirstModel(teacher.network, teacher.tokenizer, above, "the teacher")


def added_mentions(
    sentence: Sentence,
    predictions: Sequence[Prediction],
    inventory: TypeInventory,
    exclusive: Collection[frozenset[str]],
) -> list[Mention]:
    """Choose among a sentence's predictions those that are learned as mentions.

    inventory: the types that annotators marked in the sentence. exclusive: pairs of types of which
    no mention is both. A prediction is learned if its type was marked under no name and people did
    not judge it. If it overlaps a mention of an exclusive type, or a likelier prediction that is
    learned, it is left out; then its actions stay open there.
    """
    judged = {(place.start, place.end, place.type) for place in sentence.judged}
    added: list[Mention] = []
    for each in sorted(predictions, key=lambda p: (-p.score, p.start, -p.end, p.label)):
        type_ = type_name(each.label)
        if inventory.status(type_) != "unknown" or (each.start, each.end, type_) in judged:
            continue
        rivals = (
            other
            for other in (*sentence.mentions, *added)
            if frozenset((type_, type_name(other.type))) in exclusive
        )
        if not any(other.start < each.end and each.start < other.end for other in rivals):
            own = label_source(each.label) == inventory.source
            mention = Mention(each.start, each.end, type_ if own else each.label)
            # Several labels of another model may have become one of ours.
            if mention not in added:
                added.append(mention)
    return added
