"""What a type of a new corpus may be called here, by what the catalog's corpora call theirs."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sru_ner.corpora.source import Source

CLOSENESS = 0.86
"""How alike two names have to be, of 1, for the one to be taken for the other misspelt."""


def suggest_types(names: Iterable[str], catalog: Mapping[str, Source]) -> dict[str, str]:
    """Source type → the harmonised type most corpora give a type of that name.

    Case, punctuation and plural do not matter. A name that no corpus has is kept, in the form
    of a harmonised type.
    """
    known = _known_names(catalog)
    return {name: _suggest(name, known) for name in names}


def is_known(type_: str, catalog: Mapping[str, Source]) -> bool:
    """Whether any corpus of the catalog has this harmonised type."""
    return any(type_ in source.kept_types for source in catalog.values())


def _known_names(catalog: Mapping[str, Source]) -> dict[str, str]:
    votes: dict[str, Counter[str]] = {}
    for source in catalog.values():
        for source_type, type_ in source.types.items():
            if type_ is not None:
                votes.setdefault(_plain(source_type), Counter())[type_] += 1
                # The harmonised name stands for itself, whatever else is called like it.
                votes.setdefault(_plain(type_), Counter())[type_] += len(catalog)
    return {name: min(counts, key=lambda t: (-counts[t], t)) for name, counts in votes.items()}


def _suggest(name: str, known: Mapping[str, str]) -> str:
    plain = _plain(name)
    candidates = [plain, *get_close_matches(plain, known, n=1, cutoff=CLOSENESS)]
    found = next((known[c] for c in candidates if c in known), None)
    return found or _type_name(name)


def _plain(name: str) -> str:
    letters = re.sub(r"[\W_]+", "", name.casefold())
    return letters[:-1] if letters.endswith("s") and len(letters) > 3 else letters


def _type_name(name: str) -> str:
    """`cell-line` → `Cell_Line`; a name without a letter to begin with gets one."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "_".join(word[:1].upper() + word[1:] for word in words)
    return joined if joined[:1].isalpha() else f"Type_{joined}".rstrip("_")
