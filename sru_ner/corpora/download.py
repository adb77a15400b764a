"""Fetches files from the mirror or the network: checked by checksum, with retries, atomically.

A server is not trusted: what it sends is limited in size and time, and a page that says that a file
is not there is not taken for the file.
"""

import logging
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pooch
import requests
from tqdm import tqdm

from sru_ner.corpora.addresses import MIRROR, mirrored
from sru_ner.corpora.checksums import has_checksum, record_of, recorded_checksum, sha256_of
from sru_ner.environment.offline import OFFLINE, is_offline
from sru_ner.errors import DownloadError, public_address
from sru_ner.files import atomic_path

ATTEMPTS = 4
"""Number of times that a download is tried."""
_TIMEOUT = 30  # seconds until the server's first answer, and between two of its packets
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAGE = (b"<!doctype html", b"<html")
_PAGE_NAMES = (".html", ".htm", ".xhtml")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a download."""

    size: int = 8 * 2**30
    """Largest number of bytes of a file."""
    seconds: float = 3 * 3600.0
    """Largest number of seconds that all attempts take together."""
    first_wait: float = 1.0
    """Seconds until the second attempt; the wait then doubles each time."""


class _LimitError(Exception):
    """A download is larger, or takes longer, than the limits allow."""


def download(url: str, target: Path, sha256: str | None, limits: Limits | None = None) -> None:
    """Make `target` a file with the content of `url`, whose checksum is `sha256`.

    Nothing is done if `target` already has this checksum; a file with another one is replaced. If
    `sha256` is None, the checksum that an earlier call recorded next to the file is used. The first
    call takes the existing file, or else the download, and records its checksum; the file must not
    be empty or an HTML page. limits: None means the defaults. Raises `DownloadError` if the content
    is not available or goes beyond a limit; then `target` stays as it was.
    """
    limits = limits or Limits()
    sha256 = sha256 or recorded_checksum(target)
    if sha256 is None:
        if not target.is_file():
            obtain(url, target, None, limits)
        else:
            _check(url, target, None, found_at=f"the file {target}")
        _record(url, target)
    elif not has_checksum(target, sha256):
        obtain(url, target, sha256, limits)


def _record(url: str, path: Path) -> None:
    found = sha256_of(path)
    with atomic_path(record_of(path)) as fresh:
        fresh.write_text(f"{found}  {path.name}\n", encoding="utf-8")  # as sha256sum writes it
    log.warning(
        "%s: the catalog has no checksum for %s, so the file was not checked; recorded: %s",
        path, public_address(url), found,
    )  # fmt: skip


def obtain(url: str, target: Path, sha256: str | None, limits: Limits) -> None:
    """Make `target` a file with the content of `url`, whatever is there.

    sha256: its checksum; None takes any file that is not empty and no HTML page. Raises
    `DownloadError` as `download` does.
    """
    copy = _copy_of(url)
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
        _fetch(url, target, sha256, limits)
        log.info("%s: downloaded from %s", target, public_address(url))


def within_reach(url: str) -> bool:
    """Whether `url` is in the mirror, or may be downloaded."""
    copy = _copy_of(url)
    return (copy is not None and copy.is_file()) or not is_offline()


def _copy_of(url: str) -> Path | None:
    try:
        return mirrored(url)
    except ValueError as error:
        raise DownloadError(url, str(error), remedy="correct the address in the catalog") from None


def _take_copy(url: str, copy: Path, target: Path, sha256: str | None) -> None:
    with atomic_path(target) as fresh:
        shutil.copyfile(copy, fresh)
        _check(url, fresh, sha256, found_at=f"the copy at {copy}")


def _fetch(url: str, target: Path, sha256: str | None, limits: Limits) -> None:
    deadline = time.monotonic() + limits.seconds
    for attempt in range(ATTEMPTS):
        try:
            with atomic_path(target) as fresh:
                with fresh.open("wb") as stream:
                    _within(deadline, _Limited(stream, limits.size), url, label=target.name)
                _check(url, fresh, sha256, found_at="what the server sent")
            return
        # pooch raises ValueError for a length that is no number.
        except (requests.RequestException, ValueError, DownloadError, _LimitError) as error:
            if attempt == ATTEMPTS - 1 or not _transient(error):
                raise _explain(url, error, attempts=attempt + 1) from None
            wait = limits.first_wait * 2**attempt
            shown = public_address(str(error))
            log.warning("%s: %s; trying again in %.0f s", public_address(url), shown, wait)
            time.sleep(wait)


class _Limited:
    """A file that takes a limited number of bytes."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._left, self._size = stream, size, size

    def write(self, content: bytes) -> None:
        self._left -= len(content)
        if self._left < 0:
            raise _LimitError(f"the file is larger than {self._size:,} bytes")
        self._stream.write(content)

    def flush(self) -> None:
        """Do nothing: the file is written when it is closed."""


def _within(deadline: float, stream: _Limited, url: str, *, label: str) -> None:
    """Download into `stream`; raise `_LimitError` at the deadline, wherever the server is slow.

    A timeout counts from packet to packet, and a server that sends a byte now and then never
    reaches it. So the download has a thread of its own, which is left alone at the deadline: it
    ends when it next writes, because the file is closed then.
    """
    failed: list[Exception] = []

    def work() -> None:
        try:
            _stream(url, stream, label=label)
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if thread.is_alive():
        raise _LimitError("the download takes longer than it may")
    if failed:
        raise failed[0]


def _stream(url: str, stream: _Limited, *, label: str) -> None:
    # None disables the bar if stderr is no terminal. The server gives the total. Until then it is
    # 1, because pooch ignores an empty bar.
    with tqdm(total=1, desc=label, unit="B", unit_scale=True, disable=None) as bar:
        fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=1 << 16, timeout=_TIMEOUT)
        fetch(url, stream, None)


def _check(url: str, path: Path, sha256: str | None, *, found_at: str) -> None:
    found = sha256_of(path)
    if found == sha256:
        return
    with path.open("rb") as stream:
        start = stream.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = "empty" if not path.stat().st_size else "an HTML page, not the file"
    if kind == "empty" or (start.startswith(_PAGE) and not path.name.endswith(_PAGE_NAMES)):
        raise DownloadError(
            url,
            f"{found_at} is {kind}",
            remedy="open the address in a browser: it may ask for a licence or a login, or the file"
            " may have moved. Then put the file in place by hand, or correct the catalog",
        )
    if sha256 is not None:
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
    invalid = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, _LimitError)
    return not isinstance(error, invalid)


def _explain(url: str, error: Exception, *, attempts: int) -> DownloadError:
    if isinstance(error, DownloadError):
        return error
    if isinstance(error, requests.HTTPError) and error.response is not None:
        problem = f"the server answered {error.response.status_code} {error.response.reason}"
    else:
        problem = public_address(f"{type(error).__name__}: {error}")
    if isinstance(error, _LimitError):
        return DownloadError(
            url,
            str(error),
            remedy=f"fetch it in another way, and put it into a mirror that {MIRROR} names",
        )
    return DownloadError(
        url,
        f"{problem} (attempts: {attempts})",
        remedy=f"try again later, or put a copy into a mirror and name its folder in {MIRROR}",
    )
