"""Labels of a model: a type, alone or with the source whose annotation of it they stand for."""

from collections.abc import Mapping, Sequence

SEPARATOR = "$"
"""Stands between source and type in the label of a model with separate types."""


def type_name(label: str) -> str:
    """The type behind a label: `bc5cdr$Chemical` and `Chemical` both give `Chemical`."""
    return label.rpartition(SEPARATOR)[2]


def label_source(label: str) -> str | None:
    """The source a separate label belongs to; None for a merged one."""
    return label.rpartition(SEPARATOR)[0] or None


def labels_of(inventories: Mapping[str, Sequence[str]], *, separate: bool) -> dict[str, list[str]]:
    """Source → labels, from source → types."""
    return {
        source: [f"{source}{SEPARATOR}{name}" if separate else name for name in sorted(types)]
        for source, types in sorted(inventories.items())
    }
