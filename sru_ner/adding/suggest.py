"""Suggests names for the types of a new corpus, from those of the corpora in the catalog."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sru_ner.corpora.source import Source

CLOSENESS = 0.86
"""Smallest similarity, from 0 to 1, of a name and its misspelling."""


def suggest_types(names: Iterable[str], catalog: Mapping[str, Source]) -> dict[str, str]:
    """Return source type → the harmonised type that most corpora give a type with this name.

    Case, punctuation and plural do not matter. A name that no corpus has is kept, in the form of a
    harmonised type.
    """
    known = _known_names(catalog)
    return {name: _suggest(name, known) for name in names}


def same_type(name: str, known: Iterable[str]) -> str | None:
    """Return the known type that differs from a name in case, punctuation and plural at most."""
    plain = _plain(name)
    return min((type_ for type_ in known if _plain(type_) == plain),
               key=lambda type_: (type_ != name, type_), default=None)  # fmt: skip


def is_known(type_: str, catalog: Mapping[str, Source]) -> bool:
    """Whether any corpus of the catalog has this harmonised type."""
    return any(type_ in source.kept_types for source in catalog.values())


def _known_names(catalog: Mapping[str, Source]) -> dict[str, str]:
    votes: dict[str, Counter[str]] = {}
    for source in catalog.values():
        for source_type, type_ in source.types.items():
            if type_ is not None:
                votes.setdefault(_plain(source_type), Counter())[type_] += 1
                # A harmonised name always means itself, even if other types have the same name.
                votes.setdefault(_plain(type_), Counter())[type_] += len(catalog)
    return {name: min(counts, key=lambda t: (-counts[t], t)) for name, counts in votes.items()}


def _suggest(name: str, known: Mapping[str, str]) -> str:
    plain = _plain(name)
    candidates = [plain, *get_close_matches(plain, known, n=1, cutoff=CLOSENESS)]
    found = next((known[c] for c in candidates if c in known), None)
    return found or type_name(name)


def _plain(name: str) -> str:
    letters = re.sub(r"[\W_]+", "", name.casefold())
    return letters[:-1] if letters.endswith("s") and len(letters) > 3 else letters


def type_name(name: str) -> str:
    """Return a name in the form of a harmonised type: `cell-line` → `Cell_Line`, `3` → `Type_3`."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "_".join(word[:1].upper() + word[1:] for word in words)
    return joined if joined[:1].isalpha() else f"Type_{joined}".rstrip("_")
