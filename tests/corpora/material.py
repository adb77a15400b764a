"""A catalog entry that is valid."""

ENTRY = {
    "title": "Mine",
    "citation": "me",
    "licence": "MIT",
    "reader": "iob",
    "types": {"X": "Thing", "Y": None},
    "given": {"splits": True, "documents": False, "sentences": True},
    "files": [
        {"url": "https://example.org/a%20b/train.tsv?raw=1", "sha256": "0" * 64, "split": "train"}
    ],
}
