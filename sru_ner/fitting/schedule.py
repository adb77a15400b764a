"""Chooses epochs, their length and the batches: by the size of the corpora, or by the time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sru_ner.training.speed import Speed

_SEQUENCES = 24_000
"""Number of sequences after which a model of a corpus has learned most of what it can."""
_FEWEST_EPOCHS = 4
_MOST_EPOCHS = 40
"""Limits of the chosen number of epochs: of large corpora, and of small ones."""
SMALL_CORPUS = 300
"""Number of training sentences below which a model takes few steps, and learns little in them."""
_SMALL_BATCH = 4
_SMALL_DEV = 100
"""Number of dev sentences below which their mentions do not say which epoch is the best."""
_KNOWN_LEARNING_RATE = 5e-5
"""Learning rate of an encoder that has learned the types from larger corpora."""
_MOST_TIMED_EPOCHS = 10
"""Largest number of dev scores if the time is limited."""
_DEV_SHARE = 0.2
"""Largest share of the time that scores on dev may take."""
_SLOWER = 1.15
"""Factor by which a training may be slower than measured, and still end in time."""
_FEWEST_STEPS = 20
_REPORT_SECONDS = 15.0
"""Time that the start of the training, its checkpoints and the report take."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The epochs of a training, over which the learning rates fall to 0."""

    epochs: int
    epoch_sequences: int | None
    """Sequences of all corpora in an epoch; None: as many as one corpus has."""

    @property
    def patience(self) -> int:
        """Epochs without a better dev score after which training stops."""
        return max(4, self.epochs // 3)


def schedule_by_size(sentences: Sequence[int], epochs: int | None = None) -> Schedule:
    """Choose epochs in which every corpus is read once on average.

    sentences: number of training sentences of each corpus. epochs: their number, if the user gave
    it; otherwise small corpora get more of them.
    """
    mean = max(1, sum(sentences) // len(sentences))
    chosen = min(max(-(-_SEQUENCES // mean), _FEWEST_EPOCHS), _MOST_EPOCHS)
    return Schedule(epochs or chosen, sum(sentences) if len(sentences) > 1 else None)


def for_few_sentences(
    sentences: Sequence[int], dev: Sequence[int], epochs: int, *, known: bool
) -> dict[str, float | bool]:
    """Return the settings of a training on few sentences; none for larger corpora.

    sentences, dev: number of sentences of each corpus in train and in dev. known: whether the model
    to go on from has learned all types already. Then its encoder changes little, so that it keeps
    what it knows.

    In batches of the usual size, a model of few sentences takes too few steps to learn anything. A
    handful of dev sentences cannot say which epoch is the best, so they are learned as well, and
    the last epoch is kept. If dev is larger, it chooses among all epochs.
    """
    if sum(sentences) >= SMALL_CORPUS:
        return {}
    settings: dict[str, float | bool] = {"batch_size": _SMALL_BATCH}
    if known:
        settings["encoder_learning_rate"] = _KNOWN_LEARNING_RATE
    if sum(dev) < _SMALL_DEV:
        return {**settings, "train_with_dev": True}
    return {**settings, "patience": epochs}


def schedule_by_time(
    seconds: float, speed: Speed, *, corpora: int, batch_size: int, dev: int, test: int
) -> Schedule | None:
    """Choose the most steps that fit the time; None if it is too short for any useful training.

    seconds: time that is left, for the test as well. corpora: number of corpora. dev, test: number
    of sentences of these splits, of all corpora together. No corpus is read more often than
    without a limit of time.
    """
    evaluation = _SLOWER * speed.sentence * dev
    left = seconds - _REPORT_SECONDS - _SLOWER * speed.sentence * test
    epochs = min(max(int(_DEV_SHARE * left / max(evaluation, 1e-9)), 1), _MOST_TIMED_EPOCHS)
    steps = int((left - epochs * evaluation) / (_SLOWER * speed.step))
    if steps < _FEWEST_STEPS:
        return None
    readings = schedule_by_size([speed.sequences // corpora] * corpora).epochs
    sequences = min(steps * batch_size, readings * speed.sequences)
    return Schedule(epochs, max(batch_size, sequences // epochs))


def seconds_needed(speed: Speed, *, dev: int, test: int) -> float:
    """Return the shortest useful time for a training, its scores on dev, and the test."""
    steps = _FEWEST_STEPS * speed.step
    return _REPORT_SECONDS + _SLOWER * (steps + speed.sentence * (dev + test))
