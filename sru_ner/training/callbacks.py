"""Progress of a training run in words: one line per tenth of an epoch, one per dev score."""

import os
import sys
import time
from typing import Any

from rich.console import Console
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sru_ner.training.trainer import DEV_METRIC


class Progress(TrainerCallback):
    """Prints where the run stands, and adds the seconds of each epoch to the log."""

    def __init__(self) -> None:
        quiet = os.environ.get("RANK", "0") != "0"  # of several processes the first one speaks
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, quiet=quiet)
        self._epoch_began = self._began = time.monotonic()
        self._first_step = 0
        self._told = 0.0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clocks."""
        self._epoch_began = self._began = time.monotonic()
        self._first_step = state.global_step
        if state.global_step:
            self._say(f"resuming after step {state.global_step} of {state.max_steps}")

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the epoch's clock."""
        self._epoch_began = time.monotonic()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Print a line; dev scores carry the epoch's seconds into the log."""
        if not logs:
            return
        now = time.monotonic()
        epoch = f"epoch {state.epoch or 0:.1f}/{args.num_train_epochs:.0f}"
        if DEV_METRIC in logs:
            seconds = now - self._epoch_began
            state.log_history[-1]["epoch_seconds"] = seconds
            parts = [
                f"{name.removeprefix(DEV_METRIC + '.')} {value:.1f}"
                for name, value in logs.items()
                if name.startswith(DEV_METRIC + ".")
            ]
            self._say(
                f"{epoch}  dev F1 {logs[DEV_METRIC]:.1f} ({', '.join(parts)})  {seconds:.0f} s"
            )
        elif "loss" in logs and (sys.stderr.isatty() or now - self._told > 5):
            self._told = now
            done = state.global_step - self._first_step
            left = (now - self._began) / max(1, done) * (state.max_steps - state.global_step)
            self._say(
                f"{epoch}  step {state.global_step}/{state.max_steps}"
                f"  loss {logs['loss']:.4f}  {left:.0f} s to go"
            )

    def _say(self, line: str) -> None:
        self._console.print(f"  {line}")
