"""Warns of types that the model hardly learns: those with next to no recall on dev."""

import logging
from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sru_ner.settings.sections import TrainSettings
from sru_ner.training.dev_scores import DEV_COUNTS, logged_counts

logger = logging.getLogger(__name__)

LEAST_MENTIONS = 10
"""Dev mentions of a type in a source from which on its recall says something."""
LOWEST_RECALL = 0.05
"""Recall below which a type counts as hardly learned."""

_HIGH_MENTION_SHARE = 0.9
"""Value of `mention_share` from which on there is no advice to raise it."""


def rarely_found(entry: Mapping[str, Any]) -> list[str]:
    """Describe the types that are rarely found, from an entry of the log with dev counts.

    A description reads `3 of 328 mentions of Species in linnaeus`. They are sorted by source and
    type. Types with fewer dev mentions than `LEAST_MENTIONS` are left out.
    """
    return [
        f"{counts.tp} of {counts.support} mentions of {type_} in {source}"
        for source, type_, counts in sorted(logged_counts(entry), key=lambda each: each[:2])
        if counts.support >= LEAST_MENTIONS and counts.tp < LOWEST_RECALL * counts.support
    ]


def warn_of_rarely_found(
    entry: Mapping[str, Any], settings: TrainSettings, *, subject: str
) -> None:
    """Log a warning that names the types that are rarely found, and the settings that may help.

    entry: entry of the log with dev counts. subject: which model has these counts, for the message.
    """
    if types := rarely_found(entry):
        logger.warning(
            "%s hardly finds some types on dev: %s. What may help: %s.",
            subject, ", ".join(types), "; ".join(_remedies(settings)),
        )  # fmt: skip


def _remedies(settings: TrainSettings) -> list[str]:
    """Return the settings that may help, with their values."""
    found = [f"more epochs (it had {settings.epochs})"]
    if settings.mention_share < _HIGH_MENTION_SHARE:
        found.append(
            f"a higher mention_share (it is {settings.mention_share:g}), with which sparse sources"
            " teach more of their mentions"
        )
    if settings.exclusive != "none":
        found.append(
            f"a higher exclusive_above (it is {settings.exclusive_above:g}), with which mentions of"
            " other types speak less against these"
        )
    return found


class RarelyFound(TrainerCallback):
    """Warns once of types that are rarely found on dev, when a quarter of the epochs is over."""

    def __init__(self, settings: TrainSettings) -> None:
        """settings: those of the run, for the advice."""
        self._settings = settings
        self._warned = False

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Warn if the log entry has dev counts; of several processes, only the first one does."""
        epoch = round(state.epoch or 0)
        early = epoch <= max(1, self._settings.epochs // 4)
        if early or self._warned or not logs or DEV_COUNTS not in logs:
            return
        if state.is_world_process_zero:
            self._warned = bool(rarely_found(logs))
            warn_of_rarely_found(logs, self._settings, subject=f"After epoch {epoch}, the model")
