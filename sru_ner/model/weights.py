"""The file of a model's weights, and its digest in a file beside it.

A flipped bit in weights gives other mentions, and no library notices. So the SHA-256 of
`model.safetensors` is written into `model.safetensors.sha256`, in the form of `sha256sum`, and
checked when the model is loaded. Folders without such a file, of other tools, are not checked.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from sru_ner.errors import InputError
from sru_ner.files import unreadable

WEIGHTS_FILE = "model.safetensors"
"""Name of the file of the weights."""
DIGEST_ENDING = ".sha256"
"""What the name of a digest's file adds to that of the file it is about."""
SWITCH = "SRU_NER_CHECK_WEIGHTS"
"""Environment variable; 0 leaves out the check, which reads the whole file once more."""


def save_weights(tensors: Mapping[str, Tensor], folder: Path) -> None:
    """Write weights and their digest into a folder; others may read them as the umask says."""
    file = folder / WEIGHTS_FILE
    save_file(dict(tensors), file, metadata={"format": "pt"})
    finish_file(file)


def finish_file(file: Path) -> None:
    """Give a file of weights the mode of other new files, and write its digest beside it.

    The safetensors library gives its files to their owner alone.
    """
    umask = os.umask(0)
    os.umask(umask)
    file.chmod(0o666 & ~umask)
    digest = digest_file(file)
    digest.write_text(f"{_sha256(file)}  {file.name}\n", encoding="utf-8", newline="\n")


def digest_file(file: Path) -> Path:
    """Return the path of the digest of a file of weights."""
    return file.with_name(file.name + DIGEST_ENDING)


def check_digest(file: Path) -> None:
    """Check a file of weights against the digest beside it, if there is one.

    Nothing is checked if the environment variable `SRU_NER_CHECK_WEIGHTS` is 0. Raises `InputError`
    if the file has changed since it was written, and if the digest cannot be read.
    """
    digest = digest_file(file)
    if os.environ.get(SWITCH) == "0" or not digest.is_file():
        return
    try:
        written = digest.read_text(encoding="utf-8", errors="replace").split()
        intact = written[:1] == [_sha256(file)]
    except OSError as error:
        raise unreadable(
            Path(error.filename or file), error, remedy="correct its access rights"
        ) from None
    if not intact:
        raise InputError(
            f"the file has changed since it was written: its SHA-256 is not that in {digest.name}",
            path=file,
            remedy="copy or download the folder again; if the file was changed on purpose, remove"
            f" {digest.name}",
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
