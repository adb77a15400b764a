"""Callbacks of the Trainer: the time of epochs, checkpoints by time, a check of the loss."""

import math
import time
from typing import Any

from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sru_ner.errors import SruNerError
from sru_ner.training.dev_scores import DEV_MENTIONS

_SECONDS_BETWEEN_CHECKPOINTS = 15 * 60


class EpochClock(TrainerCallback):
    """Adds to each log entry the seconds since the start of the epoch, also of one that goes on."""

    def __init__(self) -> None:
        self._epoch_began = time.monotonic()
        self._epoch_seconds = 0.0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the clock, where it was when the training was interrupted."""
        self._epoch_began = time.monotonic()
        if state.global_step:
            last = state.log_history[-1]
            # An epoch that was interrupted continues; one that has dev scores is complete.
            self._epoch_seconds = 0.0 if DEV_MENTIONS in last else last.get("epoch_seconds", 0.0)

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
        """Add the seconds to the last entry."""
        if logs:
            state.log_history[-1]["epoch_seconds"] = time.monotonic() - self._epoch_began


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
