"""Tokenised sources on disk, named by what they are made from, so that nothing is made twice."""

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

from sru_ner.errors import InputError
from sru_ner.training.tokenized import TokenizedSource, read_tokenized, write_tokenized

logger = logging.getLogger(__name__)

LIMIT_BYTES = 4 * 1024**3
"""What the files of the cache may take together; the longest unused ones make room."""


def cached(
    folder: Path,
    name: str,
    identity: Mapping[str, Any],
    make: Callable[[], TokenizedSource],
    *,
    limit: int = LIMIT_BYTES,
) -> TokenizedSource:
    """The sequences of this identity, from the cache, or made and put there; mapped either way.

    folder: may be removed at any time. name: begins the file's name, for people. identity: plain
    JSON values of all that the sequences depend on. A file that is damaged, or in another's
    place, is made again. limit: bytes that all files may take.
    """
    path = folder / f"{name}-{_key(identity)}.arrow"
    try:
        content = read_tokenized(path, identity)
    except FileNotFoundError:
        pass
    except InputError as error:
        logger.warning("%s; it is made again", error.problem)
    else:
        # Says when it was used last; a folder that cannot be written to is read all the same.
        with suppress(OSError):
            os.utime(path)
        return content
    write_tokenized(path, make(), identity)
    _make_room(folder, limit, keep=path)
    return read_tokenized(path, identity)


def tokenizer_digest(tokenizer: PreTrainedTokenizerBase) -> str:
    """SHA-256 of all that a tokenizer's folder holds, whatever the folder is called.

    What a tokenizer remembers of its last call, how to cut and to pad, is left out.
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


def _key(identity: Mapping[str, Any]) -> str:
    canonical = json.dumps(identity, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def _make_room(folder: Path, limit: int, *, keep: Path) -> None:
    """Remove the files that were not used for longest, until the rest fits; never `keep`."""
    used: list[tuple[float, int, Path]] = []
    for path in folder.glob("*.arrow"):
        # Another run may have removed it in between.
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
