"""The transformers Trainer with this model's steps, learning rates and dev scores.

The Trainer keeps the epochs, the checkpoints and the log, and calls the optimiser. Its way to make
batches (a batch size per device times accumulation steps) is replaced: an item of the loader is
everything that a process computes in a step, and `training_step` weighs it by the parts of the
other processes. So a step is the same on any number of processes and with any limit of memory.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.data import DataLoader, Dataset
from transformers import PreTrainedTokenizerBase, Trainer, TrainerCallback, TrainingArguments

from sru_ner.decisions.counts import Counts, total
from sru_ner.model.modeling import SruNerModel
from sru_ner.settings.sections import TrainSettings
from sru_ner.training.checkpoints import write_digests
from sru_ner.training.dataset import Collator, SequenceDataset
from sru_ner.training.dev_scores import (
    DEV_COUNTS,
    DEV_MENTIONS,
    DEV_METRIC,
    DevSet,
    as_logged,
    count_dev,
)
from sru_ner.training.optimization import make_optimizer, make_schedule
from sru_ner.training.partition import ProcessBatch, ProcessBatches
from sru_ner.training.sampling import EqualSourceBatches


class _StepDataset(Dataset[dict[str, Any]]):
    """Reads all sequences that a process computes in a step at once."""

    def __init__(self, sequences: SequenceDataset, collate: Callable[..., Any]) -> None:
        self._sequences, self._collate = sequences, collate

    def __len__(self) -> int:
        return len(self._sequences)

    def __getitems__(self, batch: ProcessBatch) -> dict[str, Any]:
        """Return `passes`, the model's arguments of each forward pass, and `counted`."""
        passes = [self._collate([self._sequences[i] for i in each]) for each in batch.passes]
        return {"passes": passes, "counted": batch.counted}


def _unchanged(step: Any) -> Any:
    return step


class SruNerTrainer(Trainer):
    """Draws sources equally, warms up encoder and unit separately, scores exact mentions."""

    def __init__(
        self,
        *,
        model: SruNerModel,
        tokenizer: PreTrainedTokenizerBase,
        dataset: SequenceDataset,
        dev: Mapping[str, DevSet],
        settings: TrainSettings,
        arguments: TrainingArguments,
        callbacks: list[TrainerCallback],
    ) -> None:
        """Prepare a run. dev: source → its dev set; empty if the model is trained on dev."""
        self.network, self.tokenizer, self.dataset = model, tokenizer, dataset
        self.settings, self.dev = settings, dev
        config = model.config
        super().__init__(
            model=model,
            args=arguments,
            train_dataset=dataset,
            # The Trainer does not evaluate without one; `evaluate` reads `dev` instead.
            eval_dataset=dataset,
            data_collator=Collator(
                tokenizer,
                config.labels,
                config.type_inventories(),
                closed=settings.supervision == "closed",
                exclusive=config.exclusive,
            ),
            processing_class=tokenizer,
            callbacks=callbacks,
        )

    def get_train_dataloader(self) -> DataLoader:
        """Return a loader of this process's part of each step."""
        batches = EqualSourceBatches(
            self.dataset.sources,
            self.dataset.lengths,
            batch_size=self.settings.batch_size,
            seed=self.settings.seed,
            epoch_sequences=self.settings.epoch_sequences,
            mentioning=self.dataset.mentioning,
            mention_share=self.settings.mention_share,
        )
        own_batches = ProcessBatches(
            batches,
            self.dataset.lengths,
            process=self.args.process_index,
            processes=self.args.world_size,
            max_tokens=self.settings.max_tokens,
        )
        # `accelerator.prepare` is left out: it would divide the batches among processes again.
        return DataLoader(
            _StepDataset(self.dataset, self.data_collator),
            batch_sampler=cast(Any, own_batches),
            collate_fn=_unchanged,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def training_step(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """Compute the gradient of the step's loss, the mean over the batch's (step, action) pairs.

        The number of pairs is known only after the forward passes, because a deferred SHIFT adds
        some. So all passes but the last accumulate the gradients of sums, which are scaled when
        all processes have counted. Returns this process's part of the loss; the mean over the
        processes is the loss.
        """
        model.train()
        *earlier, last = inputs["passes"]
        total = torch.zeros((), device=self.args.device)
        pairs = torch.zeros((), device=self.args.device)
        for arguments in earlier:
            with self.accelerator.no_sync(model):
                loss, count = self._summed_loss(model, arguments)
                self.accelerator.backward(loss)
            total += loss.detach()
            pairs += count
        loss, count = self._summed_loss(model, last)
        if not inputs["counted"]:
            loss, count = 0 * loss, 0 * count
        # Times the number of processes, because their gradients will be averaged.
        scale = self.args.world_size / self.accelerator.reduce(pairs + count, reduction="sum")
        if earlier:
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.grad.mul_(scale)
        self.accelerator.backward(loss * scale)
        return (total + loss.detach()) * scale

    def _summed_loss(self, model: nn.Module, arguments: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the sum of the loss over the valid steps of a forward pass, and their number."""
        inputs = {k: v.to(self.args.device, non_blocking=True) for k, v in arguments.items()}
        output = model(**inputs)
        # All steps have the same number of actions, so it cancels out.
        steps = output.valid.sum()
        return output.loss * steps, steps

    def create_optimizer(self, model: torch.nn.Module | None = None) -> Optimizer:
        """Make the optimiser once; see `optimization`."""
        if self.optimizer is None:
            self.optimizer = make_optimizer(self.network, self.settings)
        return self.optimizer

    def create_scheduler(
        self, num_training_steps: int, optimizer: Optimizer | None = None
    ) -> LRScheduler:
        """Make the schedule of the learning rates once; see `optimization`."""
        if self.lr_scheduler is None:
            optimizer = optimizer or self.create_optimizer()
            self.lr_scheduler = make_schedule(optimizer, self.settings, num_training_steps)
        return self.lr_scheduler

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        """Save a checkpoint, and then the digests of its files, which make it complete."""
        super()._save_checkpoint(model, trial)
        self.accelerator.wait_for_everyone()  # each process saves the state of its random numbers
        if self.args.should_save:
            write_digests(Path(self.args.output_dir or "", f"checkpoint-{self.state.global_step}"))

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Log and return the dev micro F1 of each source, and their mean, in per cent.

        The log also gets the counts of each type, see `DEV_COUNTS`.
        """
        counts = {source: self._dev_counts(dev) for source, dev in self.dev.items()}
        scores = {
            source: 100 * (total(by_type.values()).ratios.f1 or 0.0)
            for source, by_type in counts.items()
        }
        mentions = sum(each.support for by_type in counts.values() for each in by_type.values())
        metrics: dict[str, float] = {DEV_MENTIONS: mentions}
        if scores:
            metrics[DEV_METRIC] = fmean(scores.values())
        metrics |= {f"{DEV_METRIC}.{source}": score for source, score in scores.items()}
        logged: dict[str, Any] = {**metrics, DEV_COUNTS: as_logged(counts)}
        self.log(logged)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _dev_counts(self, dev: DevSet) -> dict[str, Counts]:
        """Return the counts of each type of a dev set; every process scores a part of it."""
        own = count_dev(
            self.network,
            self.tokenizer,
            dev,
            process=self.args.process_index,
            processes=self.args.world_size,
        )
        counted = torch.tensor(own, device=self.args.device)  # (types, 2)
        found = self.accelerator.reduce(counted, reduction="sum").tolist()
        return {
            type_: Counts(tp=tp, fp=fp, fn=mentions - tp)
            for (type_, mentions), (tp, fp) in zip(dev.mentions.items(), found, strict=True)
        }
