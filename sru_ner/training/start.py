"""A trained model that another training starts from, or learns from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from transformers import PreTrainedTokenizerBase

from sru_ner.model.modeling import SruNerModel


@dataclass(frozen=True, slots=True)
class StartingModel:
    """A trained model with its tokenizer: the first weights of a training, or its teacher."""

    network: SruNerModel
    tokenizer: PreTrainedTokenizerBase
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Its `training.json`; empty if it has none."""

    def identity(self) -> dict[str, Any]:
        """Return what says which model it is: the digest of its weights, and what it learned."""
        return {
            "weights": weights_digest(self.network),
            "experiment": self.facts.get("experiment"),
            "sources": self.facts.get("settings", {}).get("sources", []),
        }

    def run(self) -> dict[str, Any]:
        """Return how it was trained: where, for how many seconds, and from which other model."""
        figures = self.facts.get("figures", {})
        return {
            "environment": self.facts.get("environment", {}),
            "seconds": figures.get("seconds", 0) + figures.get("first_model_seconds", 0),
            "start": self.facts.get("start"),
        }


def weights_digest(network: SruNerModel) -> str:
    """Return the SHA-256 of all weights with their names, in hexadecimal digits."""
    hashed = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        hashed.update(name.encode())
        hashed.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return hashed.hexdigest()
