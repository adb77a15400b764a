"""Which split a document belongs to."""

import hashlib
from collections.abc import Sequence


def draw_split(document_id: str, splits: Sequence[str], dev_share: float) -> str:
    """Return the split of a document whose file holds `splits` (one, or train and dev).

    The draw depends on the document's identifier alone, so it never changes, and a document that
    is in several corpora falls to the same side in all of them.
    """
    if len(splits) == 1:
        return splits[0]
    digest = hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).digest()
    return "dev" if int.from_bytes(digest[:8], "big") < dev_share * 2**64 else "train"
