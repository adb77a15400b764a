"""The optimiser and the learning rates (docs/explanation/model.md §7)."""

from functools import partial
from typing import Any

from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from sru_ner.model.modeling import SruNerModel
from sru_ner.settings.sections import TrainSettings


def make_optimizer(model: SruNerModel, settings: TrainSettings) -> AdamW:
    """Make AdamW with a parameter group for the unit and, if it is trained, one for the encoder."""
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    encoder = [p for name, p in trained.items() if name.startswith("encoder.")]
    unit = [p for name, p in trained.items() if not name.startswith("encoder.")]
    groups: list[dict[str, Any]] = [{"params": unit, "lr": settings.learning_rate}]
    if encoder:
        groups.append({"params": encoder, "lr": settings.encoder_learning_rate})
    return AdamW(
        groups, betas=(0.9, 0.98), eps=1e-6, weight_decay=settings.weight_decay, fused=True
    )


def make_schedule(optimizer: Optimizer, settings: TrainSettings, steps: int) -> LambdaLR:
    """Make the schedule: linear warm-up of each group over its own epochs, then linear to 0.

    optimizer: from `make_optimizer`. steps: optimiser steps of all epochs.
    """
    epoch = steps / settings.epochs

    def factor(warmup_epochs: float, step: int) -> float:
        warmup = warmup_epochs * epoch
        if step < warmup:
            return (step + 1) / (warmup + 1)
        return max(0.0, (steps - step) / max(1.0, steps - warmup))

    warmups = (settings.warmup_epochs, settings.encoder_warmup_epochs)
    groups = len(optimizer.param_groups)
    return LambdaLR(optimizer, [partial(factor, warmup) for warmup in warmups[:groups]])
