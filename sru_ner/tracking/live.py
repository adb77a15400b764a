"""Lets a training be watched in MLflow while it runs, from a process of its own.

The training only writes lines into a pipe. So a slow or absent store neither holds it up nor
changes a byte of its results, and a training that is killed still gets the end of its run logged.
"""

import importlib.util
import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sru_ner.tracking.live_messages import Beginning
from sru_ner.training.curves import curve_table
from sru_ner.training.dev_scores import DEV_MENTIONS

Values = dict[str, float]


@contextmanager
def live_run(
    begin: Beginning, model: Path, say: Callable[[str], None]
) -> Iterator[list[TrainerCallback]]:
    """Follow the training in the block; yield the callbacks that the Trainer needs for it.

    begin: what is known of the training. model: folder that it makes. say: gets the address of the
    run. Without MLflow there are no callbacks. Of several processes, the first one is followed.
    """
    if importlib.util.find_spec("mlflow") is None or os.environ.get("RANK", "0") != "0":
        yield []
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "sru_ner.tracking.live_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # Not ended together with the training, whose end it has to log.
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: PT018 - for mypy
    threading.Thread(target=_repeat, args=(process.stdout, say), daemon=True).start()
    pipe = _Pipe(process.stdin)
    pipe.send("begin", asdict(begin))
    status, made = "KILLED", None
    try:
        yield [LiveRun(pipe.send)]
        status, made = "FINISHED", str(model.resolve())
    except Exception:
        status = "FAILED"
        raise
    finally:
        pipe.send("end", {"status": status, "model": made})
        pipe.close()


class LiveRun(TrainerCallback):
    """Sends the loss of the Trainer's log, and the row of the curves at the end of each epoch."""

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        """send: takes the kind of a message and its content."""
        self._send = send

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Send what a training that goes on logged before; the store may lack a part of it."""
        for entry in state.log_history:
            self._send_loss(entry)
        for _, row in curve_table(state.log_history).iterrows():
            self._send_row(row.to_dict())

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Send what was logged last."""
        if not state.log_history:
            return
        entry = state.log_history[-1]
        self._send_loss(entry)
        if DEV_MENTIONS in entry:
            self._send_row(curve_table(state.log_history).iloc[-1].to_dict())

    def _send_loss(self, entry: Mapping[str, Any]) -> None:
        if "loss" in entry:
            values = {f"step.{name}": entry[name] for name in ("loss", "learning_rate")}
            self._send_values(int(entry["step"]), values)

    def _send_row(self, row: Mapping[Any, float]) -> None:
        values = {f"curve.{name}": value for name, value in row.items() if name != "step"}
        self._send_values(int(row["step"]), values)

    def _send_values(self, step: int, values: Values) -> None:
        finite = {name: float(value) for name, value in values.items() if math.isfinite(value)}
        self._send("values", {"step": step, "values": finite})


class _Pipe:
    """Lines of JSON to the other process; after its end, nothing is sent."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream: IO[str] | None = stream

    def send(self, kind: str, content: Any) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(json.dumps([kind, content]) + "\n")
            self._stream.flush()
        except OSError:
            self.close()

    def close(self) -> None:
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
        self._stream = None


def _repeat(lines: IO[str], say: Callable[[str], None]) -> None:
    for line in lines:
        say(line.rstrip())
