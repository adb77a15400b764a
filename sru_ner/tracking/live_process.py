"""Logs a training to MLflow as it goes: the process that `live` starts, which reads its pipe.

Each line of the pipe is JSON, `[kind, content]`: `begin` first, then `values`, then `end`. A pipe
that ends without `end` is that of a training that was killed.
"""

import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sru_ner.tracking.live_messages import Beginning, Value, live_lock

_SECONDS_TOGETHER = 2.0  # in which values are collected and then logged at once
_SECONDS_BETWEEN_TRIES = 30.0  # to reach a store that is away
_NICEST = 19
_SECONDS_FOR_OTHERS = 120.0  # that the process of an earlier training of this model may take

Message = tuple[str, Any]


@dataclass(slots=True)
class _State:
    values: list[Value] = field(default_factory=list)
    """What is not logged yet."""
    end: Mapping[str, Any] | None = None
    over: bool = False
    """True if no message will follow."""


def main() -> None:
    """Read messages from standard input until it ends, and log what they say."""
    # Whoever ends a training with all that it started must leave somebody to log its end. This
    # process ends soon after the pipe does.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    # The training has the processor first, even while MLflow is imported.
    os.nice(_NICEST)
    messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(messages,), daemon=True).start()
    kind, content = messages.get()
    if kind == "begin":
        _follow(Beginning(**content), messages)


def _read(messages: "queue.SimpleQueue[Message]") -> None:
    """Take the lines from the pipe at once, so that the training never waits for the store."""
    for line in sys.stdin:
        messages.put(tuple(json.loads(line)))
    messages.put(("over", None))


def _follow(begin: Beginning, messages: "queue.SimpleQueue[Message]") -> None:
    # Only now, when the pipe is being read: importing MLflow takes seconds.
    from sru_ner.locks import hold  # noqa: PLC0415
    from sru_ner.tracking.live_store import LiveStore  # noqa: PLC0415

    logging.getLogger("mlflow").setLevel(logging.CRITICAL)
    root = Path(begin.root)
    lock = live_lock(begin.suite, begin.experiment)
    with hold(root, lock, doing="is logging this training", patience=_SECONDS_FOR_OTHERS):
        store, state, next_try = LiveStore(begin), _State(), 0.0
        while True:
            _collect(messages, state)
            if state.over or time.monotonic() >= next_try:
                problem = store.log(state.values)
                if problem is None:
                    state.values = []
                else:
                    next_try = time.monotonic() + _SECONDS_BETWEEN_TRIES
            if state.over:
                store.end(state.end)
                return


def _collect(messages: "queue.SimpleQueue[Message]", state: _State) -> None:
    """Put the messages of the next seconds into the state."""
    deadline = time.monotonic() + _SECONDS_TOGETHER
    while not state.over:
        try:
            kind, content = messages.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return
        if kind == "values":
            now = int(time.time() * 1000)
            state.values += [
                (key, value, now, content["step"]) for key, value in content["values"].items()
            ]
        elif kind == "end":
            state.end = content
        elif kind == "over":
            state.over = True


if __name__ == "__main__":
    main()
