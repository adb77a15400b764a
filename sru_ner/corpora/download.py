"""Fetches files from the mirror or the network: checked by checksum, with retries, atomically.

A mirror is a folder with a copy of each URL at `<mirror>/<host>/<path>`.
"""

import logging
import os
import shutil
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pooch
import requests
from tqdm import tqdm

from sru_ner.corpora.checksums import has_checksum, record_of, recorded_checksum, sha256_of
from sru_ner.environment.offline import OFFLINE, is_offline
from sru_ner.errors import DownloadError
from sru_ner.files import atomic_path

MIRROR = "SRU_NER_MIRROR"
"""Environment variable with the name of the mirror's folder."""

ATTEMPTS = 4
"""Number of times that a download is tried."""
_TIMEOUT = 30  # seconds until the server's first answer, and between two of its packets
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})

log = logging.getLogger(__name__)


def download(url: str, target: Path, sha256: str | None, *, first_wait: float = 1.0) -> None:
    """Make `target` a file with the content of `url`, whose checksum is `sha256`.

    Nothing is done if `target` already has this checksum; a file with another one is replaced. If
    `sha256` is None, the checksum that an earlier call recorded next to the file is used. The first
    call takes the existing file, or else the download, without a check and records its checksum.
    The wait between attempts is `first_wait` seconds, and then doubles each time. Raises
    `DownloadError` if the content is not available; then `target` stays as it was.
    """
    sha256 = sha256 or recorded_checksum(target)
    if sha256 is None:
        if not target.is_file():
            _obtain(url, target, None, first_wait)
        _record(url, target)
    elif not has_checksum(target, sha256):
        _obtain(url, target, sha256, first_wait)


def _record(url: str, path: Path) -> None:
    found = sha256_of(path)
    with atomic_path(record_of(path)) as fresh:
        fresh.write_text(f"{found}  {path.name}\n", encoding="utf-8")  # as sha256sum writes it
    log.warning(
        "%s: the catalog has no checksum for %s, so the file was not checked; recorded: %s",
        path, url, found,
    )  # fmt: skip


def _obtain(url: str, target: Path, sha256: str | None, first_wait: float) -> None:
    copy = mirrored(url)
    if copy is not None and copy.is_file():
        _take_copy(url, copy, target, sha256)
        log.info("%s: copied from %s", target, copy)
    elif is_offline():
        where = f"expected at {copy}" if copy else f"{MIRROR} names no mirror"
        raise DownloadError(
            url,
            f"the file is not in the mirror, and {OFFLINE}=1 forbids the network ({where})",
            remedy=f"put the file there, or at {target}, or unset {OFFLINE}",
        )
    else:
        _fetch(url, target, sha256, first_wait)
        log.info("%s: downloaded from %s", target, url)


def within_reach(url: str) -> bool:
    """Whether `url` is in the mirror, or may be downloaded."""
    copy = mirrored(url)
    return (copy is not None and copy.is_file()) or not is_offline()


def mirrored(url: str) -> Path | None:
    """Return the path at which the mirror has a copy of `url`; None without a mirror."""
    mirror = os.environ.get(MIRROR)
    if not mirror:
        return None
    parts = urlsplit(url)
    return Path(mirror, parts.hostname or "", unquote(parts.path).lstrip("/"))


def _take_copy(url: str, copy: Path, target: Path, sha256: str | None) -> None:
    with atomic_path(target) as fresh:
        shutil.copyfile(copy, fresh)
        _check(url, fresh, sha256, found_at=f"the copy at {copy}")


def _fetch(url: str, target: Path, sha256: str | None, first_wait: float) -> None:
    for attempt in range(ATTEMPTS):
        try:
            with atomic_path(target) as fresh:
                _stream(url, fresh, label=target.name)
                _check(url, fresh, sha256, found_at="what the server sent")
            return
        except (requests.RequestException, DownloadError) as error:
            if attempt == ATTEMPTS - 1 or not _transient(error):
                raise _explain(url, error, attempts=attempt + 1) from None
            wait = first_wait * 2**attempt
            log.warning("%s: %s; trying again in %.0f s", url, error, wait)
            time.sleep(wait)


def _stream(url: str, fresh: Path, *, label: str) -> None:
    # None disables the bar if stderr is no terminal. The server gives the total. Until then it is
    # 1, because pooch ignores an empty bar.
    with tqdm(total=1, desc=label, unit="B", unit_scale=True, disable=None) as bar:
        fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=1 << 16, timeout=_TIMEOUT)
        fetch(url, str(fresh), None)


def _check(url: str, path: Path, sha256: str | None, *, found_at: str) -> None:
    found = sha256_of(path)
    if sha256 is not None and found != sha256:
        raise DownloadError(
            url,
            f"{found_at} has the SHA-256 {found}, but {sha256} was expected",
            remedy="remove a broken copy; if the file was changed at its source, look at it and"
            " correct the catalog, or remove the record next to the file",
        )


def _transient(error: Exception) -> bool:
    """Whether another attempt may succeed. A broken transfer can show as a wrong checksum."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code in _WORTH_ANOTHER_TRY
    invalid = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
    return not isinstance(error, invalid)


def _explain(url: str, error: Exception, *, attempts: int) -> DownloadError:
    if isinstance(error, DownloadError):
        return error
    if isinstance(error, requests.HTTPError) and error.response is not None:
        problem = f"the server answered {error.response.status_code} {error.response.reason}"
    else:
        problem = f"{type(error).__name__}: {error}"
    return DownloadError(
        url,
        f"{problem} (attempts: {attempts})",
        remedy=f"try again later, or put a copy into a mirror and name its folder in {MIRROR}",
    )
