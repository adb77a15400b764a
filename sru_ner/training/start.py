"""A trained model that another training starts from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from transformers import PreTrainedTokenizerBase

from sru_ner.model.modeling import SruNerModel


@dataclass(frozen=True, slots=True)
class StartingModel:
    """A trained model with its tokenizer, from whose weights a training starts."""

    network: SruNerModel
    tokenizer: PreTrainedTokenizerBase
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Its `training.json`; empty if it has none."""

    def record(self) -> dict[str, Any]:
        """Return how it was made and the digest of its weights, for the next `training.json`."""
        kept = ("experiment", "environment", "start")
        figures = self.facts.get("figures", {})
        return {
            "weights": weights_digest(self.network),
            **{name: self.facts[name] for name in kept if name in self.facts},
            "sources": self.facts.get("settings", {}).get("sources", []),
            "seconds": figures.get("seconds", 0) + figures.get("first_model_seconds", 0),
        }


def weights_digest(network: SruNerModel) -> str:
    """Return the SHA-256 of all weights with their names, in hexadecimal digits."""
    hashed = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        hashed.update(name.encode())
        hashed.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return hashed.hexdigest()
