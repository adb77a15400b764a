"""The transformers Trainer with this model's steps, learning rates and dev scores.

The Trainer keeps epochs, checkpoints, logs and the optimiser's turn. Its way to batches, a batch
size per device times accumulation, is not taken: here one item of the loader is all that a process
computes of a step, and `training_step` weighs it by what the other processes have. So a step is
the same on any number of processes and with any limit of memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from statistics import fmean
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from torch.utils.data import DataLoader, Dataset
from transformers import PreTrainedTokenizerBase, Trainer, TrainerCallback, TrainingArguments

from sru_ner.dataset.sentences import Sentence
from sru_ner.decisions.counts import Counts
from sru_ner.decisions.exact_match import count_exact
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import predict_sentences
from sru_ner.settings import TrainSettings
from sru_ner.training.dataset import Collator, SequenceDataset
from sru_ner.training.partition import ProcessShares, Share
from sru_ner.training.sampling import EqualSourceBatches

DEV_MENTIONS = "eval_mentions"
"""Gold mentions of all dev sets; logged at the end of each epoch, 0 where dev is learned from."""
DEV_METRIC = "eval_micro_f1"
"""Mean over the sources of their dev micro F1; `eval_micro_f1.<source>` are its parts."""


@dataclass(frozen=True, slots=True)
class DevSet:
    """What one source is scored on after each epoch."""

    sentences: Sequence[Sentence]
    mentions: int
    """Gold mentions, those that words cannot express included."""


class _Steps(Dataset[dict[str, Any]]):
    """Sequences, read a share of a step at a time."""

    def __init__(self, sequences: SequenceDataset, collate: Callable[..., Any]) -> None:
        self._sequences, self._collate = sequences, collate

    def __len__(self) -> int:
        return len(self._sequences)

    def __getitems__(self, share: Share) -> dict[str, Any]:
        """`parts`, the model's arguments of each forward pass, and whether they are `counted`."""
        parts = [self._collate([self._sequences[i] for i in part]) for part in share.parts]
        return {"parts": parts, "counted": share.counted}


def _as_it_is(step: Any) -> Any:
    return step


class SruNerTrainer(Trainer):
    """Draws sources equally, warms encoder and unit up separately, scores exact mentions."""

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
        """`dev` maps each source to its dev set; it is empty where dev is learned from."""
        self.network, self.tokenizer, self.dataset = model, tokenizer, dataset
        self.settings, self.dev = settings, dev
        config = model.config
        super().__init__(
            model=model,
            args=arguments,
            train_dataset=dataset,
            # The loop wants one to evaluate at all; `evaluate` reads `dev`.
            eval_dataset=dataset,
            data_collator=Collator(
                tokenizer,
                config.labels,
                config.type_inventories(),
                closed=settings.supervision == "closed",
            ),
            processing_class=tokenizer,
            callbacks=callbacks,
        )

    def get_train_dataloader(self) -> DataLoader:
        """This process's share of each step of `EqualSourceBatches`."""
        batches = EqualSourceBatches(
            self.dataset.sources,
            self.dataset.lengths,
            batch_size=self.settings.batch_size,
            seed=self.settings.seed,
            epoch_sequences=self.settings.epoch_sequences,
        )
        shares = ProcessShares(
            batches,
            self.dataset.lengths,
            process=self.args.process_index,
            processes=self.args.world_size,
            max_tokens=self.settings.max_tokens,
        )
        # Not `accelerator.prepare`d: that would share out once more.
        return DataLoader(
            _Steps(self.dataset, self.data_collator),
            batch_sampler=cast(Any, shares),
            collate_fn=_as_it_is,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def training_step(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The gradient of the step's loss: the mean over all (step, action) pairs of its batch.

        How many pairs there are is known after the forward pass (a deferred SHIFT adds some), so
        the sums of all passes but the last wait as gradients until all processes have counted.
        Returns this process's part of the loss, such that the mean over the processes is the loss.
        """
        model.train()
        *earlier, last = inputs["parts"]
        total = torch.zeros((), device=self.args.device)
        pairs = torch.zeros((), device=self.args.device)
        for part in earlier:
            with self.accelerator.no_sync(model):
                loss, count = self._sum(model, part)
                self.accelerator.backward(loss)
            total += loss.detach()
            pairs += count
        loss, count = self._sum(model, last)
        if not inputs["counted"]:
            loss, count = 0 * loss, 0 * count
        # Times the processes, because their gradients will be averaged.
        scale = self.args.world_size / self.accelerator.reduce(pairs + count, reduction="sum")
        if earlier:
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.grad.mul_(scale)
        self.accelerator.backward(loss * scale)
        return (total + loss.detach()) * scale

    def _sum(self, model: nn.Module, part: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Sum of the loss over the valid steps of one forward pass, and their number."""
        inputs = {k: v.to(self.args.device, non_blocking=True) for k, v in part.items()}
        output = model(**inputs)
        # Each step has the same number of actions, which cancels out.
        steps = output.valid.sum()
        return output.loss * steps, steps

    def create_optimizer(self, model: torch.nn.Module | None = None) -> Optimizer:
        """AdamW, a group for the encoder and one for the rest (docs/explanation/model.md §7)."""
        if self.optimizer is None:
            trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
            encoder = [p for name, p in trained.items() if name.startswith("encoder.")]
            rest = [p for name, p in trained.items() if not name.startswith("encoder.")]
            groups: list[dict[str, Any]] = [
                {"params": rest, "lr": self.settings.learning_rate},
            ]
            if encoder:
                groups.append({"params": encoder, "lr": self.settings.encoder_learning_rate})
            self.optimizer = AdamW(
                groups,
                betas=(0.9, 0.98),
                eps=1e-6,
                weight_decay=self.settings.weight_decay,
                fused=True,
            )
        return self.optimizer

    def create_scheduler(
        self, num_training_steps: int, optimizer: Optimizer | None = None
    ) -> LRScheduler:
        """Linear warm-up of each group over its own epochs, then linear to 0."""
        if self.lr_scheduler is None:
            epoch = num_training_steps / self.settings.epochs

            def factor(warmup_epochs: float, step: int) -> float:
                warmup = warmup_epochs * epoch
                if step < warmup:
                    return (step + 1) / (warmup + 1)
                return max(0.0, (num_training_steps - step) / max(1.0, num_training_steps - warmup))

            warmups = [self.settings.warmup_epochs, self.settings.encoder_warmup_epochs]
            optimizer = optimizer or self.create_optimizer()
            groups = len(optimizer.param_groups)
            self.lr_scheduler = LambdaLR(
                optimizer, [partial(factor, warmup) for warmup in warmups[:groups]]
            )
        return self.lr_scheduler

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Dev micro F1 per source over its own types, and their mean, in per cent."""
        scores = {
            source: 100 * (self._score(source, dev).ratios.f1 or 0.0)
            for source, dev in self.dev.items()
        }
        metrics: dict[str, float] = {DEV_MENTIONS: sum(dev.mentions for dev in self.dev.values())}
        if scores:
            metrics[DEV_METRIC] = fmean(scores.values())
        metrics |= {f"{DEV_METRIC}.{source}": score for source, score in scores.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _score(self, source: str, dev: DevSet) -> Counts:
        config = self.network.config
        # Whole documents, whose sentences may be read together.
        shard = [
            sentence
            for number, (_, own_sentences) in enumerate(
                groupby(dev.sentences, key=lambda sentence: sentence.document_id)
            )
            if number % self.args.world_size == self.args.process_index
            for sentence in own_sentences
        ]
        # In fp32, as `sru-ner evaluate` does.
        predicted = predict_sentences(self.network, self.tokenizer, shard)
        found = count_exact(
            shard,
            predicted,
            source=source,
            labels=config.labels,
            inventories=config.type_inventories(),
        )
        counted = torch.tensor([found.tp, found.fp], device=self.args.device)
        right, wrong = self.accelerator.reduce(counted, reduction="sum").tolist()
        return Counts(tp=right, fp=wrong, fn=dev.mentions - right)
