"""Callbacks of the Trainer: progress on stderr, checkpoints by time, a check of the loss."""

import math
import os
import sys
import time
from dataclasses import asdict
from itertools import groupby
from typing import Any

from accelerate.utils import broadcast_object_list
from rich.console import Console
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sru_ner.decisions.counts import Counts
from sru_ner.errors import SruNerError
from sru_ner.training.dev_scores import DEV_MENTIONS, DEV_METRIC, logged_counts

_SECONDS_BETWEEN_CHECKPOINTS = 15 * 60


class Progress(TrainerCallback):
    """Prints a line per tenth of an epoch and per dev score; logs the duration of each epoch."""

    def __init__(self) -> None:
        quiet = os.environ.get("RANK", "0") != "0"  # of several processes only the first one prints
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, quiet=quiet)
        self._epoch_began = self._began = time.monotonic()
        self._first_step = 0
        self._epoch_seconds = 0.0
        self._last_line = 0.0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clocks."""
        self._epoch_began = self._began = time.monotonic()
        self._first_step = state.global_step
        if state.global_step:
            last = state.log_history[-1]
            # An epoch that was interrupted continues; one that has dev scores is complete.
            self._epoch_seconds = 0.0 if DEV_MENTIONS in last else last.get("epoch_seconds", 0.0)
            self._print(f"resuming after step {state.global_step} of {state.max_steps}")

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the epoch's clock."""
        self._epoch_began = time.monotonic() - self._epoch_seconds
        self._epoch_seconds = 0.0

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Print a line, and add the seconds since the start of the epoch to the log entry."""
        if not logs:
            return
        now = time.monotonic()
        seconds = state.log_history[-1]["epoch_seconds"] = now - self._epoch_began
        epoch = f"epoch {state.epoch or 0:.1f}/{args.num_train_epochs:.0f}"
        if DEV_MENTIONS in logs and DEV_METRIC not in logs:
            self._print(f"{epoch}  {seconds:.0f} s")
        elif DEV_MENTIONS in logs:
            parts = [
                f"{name.removeprefix(DEV_METRIC + '.')} {value:.1f}"
                for name, value in logs.items()
                if name.startswith(DEV_METRIC + ".")
            ]
            self._print(
                f"{epoch}  dev F1 {logs[DEV_METRIC]:.1f} ({', '.join(parts)})  {seconds:.0f} s"
            )
            for source, rows in groupby(logged_counts(logs), key=lambda row: row[0]):
                shown = (f"{type_} {_ratios(counts)}" for _, type_, counts in rows)
                self._print(f"    {source}: {', '.join(shown)}")
        elif "loss" in logs and (sys.stderr.isatty() or now - self._last_line > 5):
            self._last_line = now
            done = state.global_step - self._first_step
            left = (now - self._began) / max(1, done) * (state.max_steps - state.global_step)
            self._print(
                f"{epoch}  step {state.global_step}/{state.max_steps}"
                f"  loss {logs['loss']:.4f}  {left:.0f} s to go"
            )

    def _print(self, line: str) -> None:
        self._console.print(f"  {line}")


def _ratios(counts: Counts) -> str:
    """Show precision, recall and F1 in per cent; a dash is a ratio of nothing."""
    ratios = asdict(counts.ratios).items()
    names = {"precision": "P", "recall": "R", "f1": "F1"}
    return " ".join(f"{names[k]} {'–' if v is None else f'{100 * v:.1f}'}" for k, v in ratios)


class TimedCheckpoints(TrainerCallback):
    """Saves checkpoints within long epochs.

    The end of an epoch is left to the Trainer, whose checkpoint there includes the dev scores.
    """

    def __init__(self, seconds: float = _SECONDS_BETWEEN_CHECKPOINTS) -> None:
        """Save a checkpoint when the last one is more than `seconds` old."""
        self._seconds = seconds
        self._saved = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clock."""
        self._saved = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Ask for a checkpoint if one is due, at steps that log the loss, where processes wait."""
        if control.should_log and (state.epoch or 0.0) % 1:
            # Clocks differ, so the first process decides for all.
            due = broadcast_object_list([time.monotonic() - self._saved > self._seconds])
            control.should_save |= due[0]

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Restart the clock."""
        self._saved = time.monotonic()


class FiniteLoss(TrainerCallback):
    """Ends a run whose loss is no longer a finite number, because it cannot recover."""

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Have the loss of the last steps logged as well."""
        control.should_log = True

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Raise `SruNerError` if the loss is not finite; the message says what may help."""
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise SruNerError(
                f"the training loss is {loss} at step {state.global_step} of {state.max_steps}",
                remedy="lower learning_rate and encoder_learning_rate, or set precision to fp32",
            )
