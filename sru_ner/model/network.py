"""What reads texts in every model: encoder, word vectors, slot-based recurrent unit.

Shapes: B rows, L sub-words, S slots, d width.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sru_ner.model.actions import ScoredSpan
from sru_ner.model.decoding import decode_spans, score_same_type
from sru_ner.model.description import Description
from sru_ner.model.labels import numbers_of_same_type
from sru_ner.model.pooling import pool_words
from sru_ner.model.sru import SlotRecurrentUnit


class HiddenStates(NamedTuple):
    """Output of an encoder, with the name that it has in transformers."""

    last_hidden_state: Tensor
    """(B, L, d)."""


class Network(nn.Module):
    """Reads batches of sentences with an encoder and a unit, which subclasses have."""

    config: Description
    encoder: nn.Module
    sru: SlotRecurrentUnit
    name_or_path: Any

    @property
    def device(self) -> torch.device:
        """Device that computes."""
        return self.sru.start_action.device

    def word_vectors(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        slot_of_subword: Tensor,
        word_counts: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the slots (B, S, d), in the encoder's dtype, and their mask (B, S) bool.

        The arguments are those that `batch.encoder_inputs` returns.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        slots = int(word_counts.max()) + 2
        mask = torch.arange(slots, device=input_ids.device) < word_counts[:, None] + 2
        return pool_words(hidden, slot_of_subword, slots), mask

    @torch.no_grad()
    def decode(
        self, *passes: Mapping[str, Tensor], same_type: bool = False
    ) -> list[list[ScoredSpan]]:
        """Return the mentions of each row with their scores; a type indexes `config.labels`.

        passes: arguments of `word_vectors`, one set per pass of the encoder. The rows of all
        passes take their steps together and are returned in order. same_type: also return, with
        `found` false, the other labels of a found mention's type; see `score_same_type`.
        """
        vectors = [self.word_vectors(**inputs) for inputs in passes]
        width = max(mask.shape[1] for _, mask in vectors)
        slots = torch.cat([F.pad(s, (0, 0, 0, width - s.shape[1])) for s, _ in vectors])
        mask = torch.cat([F.pad(m, (0, width - m.shape[1])) for _, m in vectors])
        word_counts = torch.cat([inputs["word_counts"] for inputs in passes])
        with torch.autocast(slots.device.type, enabled=False):
            probabilities, steps = self.sru.decode(slots, mask)
        found = [[ScoredSpan(*each) for each in row] for row in decode_spans(probabilities, steps)]
        if same_type:
            numbers = numbers_of_same_type(self.config.labels)
            spans = [[each.span for each in row] for row in found]
            others = score_same_type(probabilities, steps, spans, numbers)
            for row, more in zip(found, others, strict=True):
                row += [ScoredSpan(*each, found=False) for each in more]
        # A unit that does not end at SEP may shift on and close mentions after the last word.
        return [
            [each for each in row if each.span.end <= words]
            for row, words in zip(found, word_counts.tolist(), strict=True)
        ]


class TrainedNetwork(Network):
    """Network of a trained encoder and unit, which is used and not trained on."""

    def __init__(self, config: Description, encoder: nn.Module, width: int) -> None:
        """width: d, the width of the encoder. The weights of the unit are to be loaded."""
        super().__init__()
        self.config, self.encoder = config, encoder
        self.sru = SlotRecurrentUnit(config, width)
        self.name_or_path = ""
