"""Cache of tokenised sources: files named by everything that they are made from."""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from sru_ner.environment.provenance import json_digest
from sru_ner.errors import InputError
from sru_ner.training.tokenized import TokenizedSource, read_tokenized, write_tokenized

logger = logging.getLogger(__name__)

LIMIT_BYTES = 4 * 1024**3
"""Largest total size of the files; the least recently used ones are removed first."""


def cached(
    folder: Path,
    name: str,
    identity: Mapping[str, Any],
    make: Callable[[], TokenizedSource],
    *,
    limit: int = LIMIT_BYTES,
) -> TokenizedSource:
    """Return the sequences of a source from the cache; make and store them if they are not there.

    folder: folder of the cache, which may be removed at any time. name: first part of the file's
    name, for people. identity: plain JSON values of everything that the sequences depend on. make:
    makes the sequences. limit: bytes of all files together. The result is memory-mapped. A file
    that is damaged, or that has another file's name, is made again.
    """
    path = folder / f"{name}-{json_digest(identity)[:32]}.arrow"
    try:
        content = read_tokenized(path, identity)
    except FileNotFoundError:
        pass
    except InputError as error:
        logger.warning("%s: %s. It is made again.", path, error.problem)
    else:
        # Records the last use. Without permission to write, the file can still be read.
        with suppress(OSError):
            os.utime(path)
        return content
    write_tokenized(path, make(), identity)
    _remove_oldest(folder, limit, keep=path)
    return read_tokenized(path, identity)


def tokenizer_digest(tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the SHA-256 of a tokenizer's files; the name of its folder does not matter.

    Truncation and padding, which a tokenizer remembers from its last call, are left out.
    """
    hashed = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                if path.name == "tokenizer.json":
                    settings = json.loads(content)
                    settings["truncation"] = settings["padding"] = None
                    content = json.dumps(settings).encode()
                hashed.update(f"{path.relative_to(folder)} {len(content)}\n".encode())
                hashed.update(content)
    return hashed.hexdigest()


def _remove_oldest(folder: Path, limit: int, *, keep: Path) -> None:
    """Remove the least recently used files until the rest fits; never remove `keep`."""
    used: list[tuple[float, int, Path]] = []
    for path in folder.glob("*.arrow"):
        # Another run may have removed the file in between.
        with suppress(FileNotFoundError):
            facts = path.stat()
            used.append((facts.st_mtime, facts.st_size, path))
    total = sum(size for _, size, _ in used)
    for _, size, path in sorted(used):
        if total <= limit:
            return
        if path != keep:
            path.unlink(missing_ok=True)
            total -= size
