"""A whole training step compared with that of a linear token classifier on the same encoder."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from transformers import PreTrainedModel

from bench.learner import BATCH, Learner, new_learner
from bench.material import Material
from bench.report import Row, at_most
from bench.timing import in_turns

OURS, LINEAR = "ours", "linear"
_IGNORED = -100


class LinearClassifier(nn.Module):
    """Encoder, dropout and one linear layer: a class for each sub-word, B and I of each type."""

    def __init__(self, encoder: PreTrainedModel, types: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.classes = 2 * types + 1
        self.dropout = nn.Dropout(0.1)
        self.output = nn.Linear(encoder.config.hidden_size, self.classes)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, classes: Tensor) -> Tensor:
        """Compute the mean cross-entropy. classes: (B, L) int64, `_IGNORED` at padding."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.output(self.dropout(hidden))  # (B, L, classes)
        return F.cross_entropy(
            logits.flatten(0, 1).float(), classes.flatten(), ignore_index=_IGNORED
        )


def measure(
    material: Material, scratch: Path, *, batches: int = 4, repeats: int = 7
) -> Iterator[Row]:
    """Compare the time of both steps in fp32 and in bf16; a repeat takes all `batches`."""
    learner = new_learner(material, scratch / "tokenized")
    for bf16 in (False, True):
        yield compare(learner, "MiniLM", str(material), bf16=bf16, batches=batches, repeats=repeats)


def compare(
    learner: Learner, encoder: str, data: str, *, bf16: bool, batches: int = 4, repeats: int = 7
) -> Row:
    """Compare the time of both steps. encoder, data: what the row calls them."""
    model = learner.model
    linear = LinearClassifier(deepcopy(model.encoder), len(model.config.labels))
    linear.to(model.device).train()
    drawn = [learner.batch(indices) for indices in islice(learner.draw(), batches)]
    classes = [_random_classes(batch, linear.classes) for batch in drawn]
    sides = {
        OURS: steps_of(model, drawn, lambda batch: model(**batch).loss, bf16=bf16),
        LINEAR: steps_of(linear, list(zip(drawn, classes, strict=True)), _linear(linear), bf16),
    }
    for side in sides.values():
        side()
    times = in_turns(sides, repeats)
    words = sum(int(batch["word_counts"].sum()) for batch in drawn)
    ours, theirs = (times[side].median / batches for side in (OURS, LINEAR))
    return at_most(
        f"whole training step, {encoder}, {BATCH} sentences, {'bf16' if bf16 else 'fp32'}",
        ours / theirs,
        1.35,
        "× the time of a linear token classifier's",
        f"{data}, {len(model.config.labels)} types, {words / batches / BATCH:.0f} words a"
        f" sentence; forward, loss, backward, clipping and AdamW: {1000 * ours:.0f} ms and"
        f" {1000 * theirs:.0f} ms, medians of {repeats} × the same {batches} batches;"
        f" on {model.device}",
    )


def _linear(classifier: LinearClassifier) -> Callable[[tuple[dict[str, Tensor], Tensor]], Tensor]:
    def loss(given: tuple[dict[str, Tensor], Tensor]) -> Tensor:
        batch, classes = given
        return classifier(batch["input_ids"], batch["attention_mask"], classes)

    return loss


def steps_of(
    network: nn.Module, inputs: Sequence, loss_of: Callable[..., Tensor], bf16: bool
) -> Callable[[], None]:
    """Make a function that takes an optimiser step on each input."""
    optimizer = AdamW(network.parameters(), lr=1e-5, fused=True)
    device = next(network.parameters()).device

    def run() -> None:
        for each in inputs:
            optimizer.zero_grad()
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                loss = loss_of(each)
            loss.backward()
            clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize()

    return run


def _random_classes(batch: dict[str, Tensor], classes: int) -> Tensor:
    """Draw classes for all sub-words of a batch; which ones does not change the time."""
    drawn = torch.randint_like(batch["input_ids"], classes)
    return drawn.masked_fill(batch["attention_mask"] == 0, _IGNORED)
