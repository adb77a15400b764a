"""Decoding many sequences in encoder passes of bounded size.

Three limits act: `batch_size` and a number of sub-words bound one pass of the encoder; a number of
sequences and of slots bounds the passes whose rows take their steps together. What fits the caches
of a CPU is faster there, and takes less memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from sru_ner.model.actions import ScoredSpan
from sru_ner.model.batch import encoder_inputs
from sru_ner.model.mixed_precision import WIDTH_STEP
from sru_ner.model.network import Network
from sru_ner.model.sequences import EncodedWords
from sru_ner.model.wordpieces import Tokenizer

if TYPE_CHECKING:
    from rich.progress import Progress

_DECODED_TOGETHER = 64
"""Sequences that take their steps together. The more there are, the less time each takes, until the
CPU caches are full."""


class _Limits(NamedTuple):
    """What is computed at once, padding included."""

    tokens: int
    """Sub-words of an encoder pass; a longer sequence has a pass of its own."""
    slots: int
    """Words of the sequences that take their steps together."""


_ON_CPU = _Limits(tokens=1024, slots=3072)
_ON_GPU = _Limits(tokens=16384, slots=6144)


def decode_sequences(
    model: Network,
    tokenizer: Tokenizer,
    sequences: Sequence[EncodedWords],
    *,
    batch_size: int,
    same_type: bool = False,
    progress: bool = False,
) -> Iterator[list[ScoredSpan]]:
    """Yield the mentions of each sequence with their scores, in order.

    sequences: the longest first, so that neighbours need little padding. batch_size: most
    sequences of one encoder pass. same_type: see `Network.decode`. progress: show a progress
    bar on stderr.
    """
    bar = _bar() if progress else nullcontext()
    limits = _ON_CPU if model.device.type == "cpu" else _ON_GPU
    with bar as shown:
        task = shown.add_task("predicting", total=len(sequences)) if shown else None
        passes = _passes(sequences, batch_size, limits.tokens)
        for group in _groups(passes, limits.slots):
            inputs = [encoder_inputs(batch, tokenizer) for batch in group]
            yield from model.decode(
                *({name: t.to(model.device) for name, t in each.items()} for each in inputs),
                same_type=same_type,
            )
            if shown and task is not None:
                shown.advance(task, sum(map(len, group)))


def _bar() -> "Progress":
    # Few callers draw one, and it takes long to import.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    return Progress(console=Console(stderr=True), transient=True)


def _passes(
    sequences: Sequence[EncodedWords], batch_size: int, max_tokens: int
) -> Iterator[Sequence[EncodedWords]]:
    """Split sequences, the longest first, into encoder passes of at most `max_tokens` sub-words."""
    first = 0
    while first < len(sequences):
        # Sequences of one width make passes of one size: in bf16, each size takes memory for good.
        width = -(-sequences[first].length // WIDTH_STEP) * WIDTH_STEP
        size = min(batch_size, max(1, max_tokens // width))
        yield sequences[first : first + size]
        first += size


def _groups(
    passes: Iterable[Sequence[EncodedWords]], max_slots: int
) -> Iterator[list[Sequence[EncodedWords]]]:
    """Group consecutive passes whose sequences take their steps together, in `max_slots` words."""
    group: list[Sequence[EncodedWords]] = []
    for batch in passes:
        words = [len(sequence.counts) for each in (*group, batch) for sequence in each]
        if group and (len(words) > _DECODED_TOGETHER or len(words) * max(words) > max_slots):
            yield group
            group = []
        group.append(batch)
    if group:
        yield group
