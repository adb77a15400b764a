"""Shows the progress of a training on stderr. It changes nothing that the training makes."""

import os
import sys
import time
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.console import Console
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sru_ner.decisions.counts import Counts
from sru_ner.training.dev_scores import DEV_MENTIONS, DEV_METRIC, logged_counts


def say(line: str) -> None:
    """Print a line on stderr; of several processes only the first one prints."""
    quiet = os.environ.get("RANK", "0") != "0"
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, quiet=quiet)
    console.print(f"  {line}")


class Progress(TrainerCallback):
    """Prints a line per tenth of an epoch and per dev score; needs `EpochClock` before it."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._first_step = 0
        self._last_line = 0.0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clock of what is left, and say so if the training goes on."""
        self._began = time.monotonic()
        self._first_step = state.global_step
        if state.global_step:
            say(f"resuming after step {state.global_step} of {state.max_steps}")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Print a line."""
        if not logs:
            return
        now = time.monotonic()
        seconds = state.log_history[-1]["epoch_seconds"]
        epoch = f"epoch {state.epoch or 0:.1f}/{args.num_train_epochs:.0f}"
        if DEV_MENTIONS in logs and DEV_METRIC not in logs:
            say(f"{epoch}  {seconds:.0f} s")
        elif DEV_MENTIONS in logs:
            parts = [
                f"{name.removeprefix(DEV_METRIC + '.')} {value:.1f}"
                for name, value in logs.items()
                if name.startswith(DEV_METRIC + ".")
            ]
            say(f"{epoch}  dev F1 {logs[DEV_METRIC]:.1f} ({', '.join(parts)})  {seconds:.0f} s")
            for source, rows in groupby(logged_counts(logs), key=lambda row: row[0]):
                shown = (f"{type_} {_ratios(counts)}" for _, type_, counts in rows)
                say(f"    {source}: {', '.join(shown)}")
        elif "loss" in logs and (sys.stderr.isatty() or now - self._last_line > 5):
            self._last_line = now
            done = state.global_step - self._first_step
            left = (now - self._began) / max(1, done) * (state.max_steps - state.global_step)
            say(
                f"{epoch}  step {state.global_step}/{state.max_steps}"
                f"  loss {logs['loss']:.4f}  {left:.0f} s to go"
            )


def _ratios(counts: Counts) -> str:
    """Show precision, recall and F1 in per cent; a dash is a ratio of nothing."""
    ratios = asdict(counts.ratios).items()
    names = {"precision": "P", "recall": "R", "f1": "F1"}
    return " ".join(f"{names[k]} {'–' if v is None else f'{100 * v:.1f}'}" for k, v in ratios)
