"""Labels of a model: a type (`Disease`) or a type of one source (`bc5cdr$Disease`)."""

from collections.abc import Mapping, Sequence

SEPARATOR = "$"
"""Separates source and type in the labels of a model with separate types."""


def type_name(label: str) -> str:
    """Return the type of a label: `bc5cdr$Chemical` and `Chemical` both give `Chemical`."""
    return label.rpartition(SEPARATOR)[2]


def label_source(label: str) -> str | None:
    """Return the source of a separate label, None for a merged label."""
    return label.rpartition(SEPARATOR)[0] or None


def labels_by_source(types: Mapping[str, Sequence[str]], *, separate: bool) -> dict[str, list[str]]:
    """Return the labels of each source, sorted.

    types: source → types. separate: whether each source has labels of its own (`source$type`).
    """
    return {
        source: [f"{source}{SEPARATOR}{name}" if separate else name for name in sorted(names)]
        for source, names in sorted(types.items())
    }


def numbers_of_same_type(labels: Sequence[str]) -> list[list[int]]:
    """Return, for each label, the indices of all labels of its type, its own among them."""
    of_type: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        of_type.setdefault(type_name(label), []).append(number)
    return [of_type[type_name(label)] for label in labels]


def corresponding(labels: Sequence[str], known: Sequence[str]) -> dict[int, int]:
    """Return label number → number of the label in `known` that is the same, or of the same type.

    A label without such a one is left out. Of several labels of the type, the first is taken.
    """
    of_type = {type_name(label): number for number, label in reversed([*enumerate(known)])}
    of_type |= {label: number for number, label in enumerate(known)}
    found = {}
    for number, label in enumerate(labels):
        match = of_type.get(label, of_type.get(type_name(label)))
        if match is not None:
            found[number] = match
    return found
