"""Read garbled corpora and settings for a fixed time: `python -m tools.fuzz [SECONDS] [--seed N]`.

Each round takes a fixture of the tests, changes some of its bytes, repeats or cuts a piece, packs
it into an archive or not, and reads it as a user would: its format is named or found, and its
documents are read. YAML and JSON of settings are garbled in the same way. Whatever comes out, the
only error allowed is one that says what to do next, and no round may take long.

Each call draws other rounds. The first line names the seed, which draws the same ones again.
"""

import argparse
import gzip
import io
import random
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sru_ner.corpora.catalog import load_own
from sru_ner.corpora.detect import Format, choose_format
from sru_ner.corpora.readers import READERS
from sru_ner.errors import SruNerError
from sru_ner.files import read_json
from sru_ner.settings.params import load_params

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests/fixtures"
_SLOW = 20.0  # seconds of processor time for some kilobytes: no honest reader needs them
_TELLING = [b"", b"\0", b"\xff\xfe", b"\r\n", b'"', b"'", b"<!--", b"&a;", b"]]>", b"[" * 500]
_TELLING += [b"-1", b"9" * 5000, b"\t", b"#", b"\xf0\x9f\x98\x80", b"*a", b"&a", b"../", b"NaN"]


def garbled(content: bytes, draw: random.Random) -> bytes:
    """Return some bytes with one to six changes."""
    changed = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        start = draw.randint(0, len(changed))
        end = min(len(changed), start + draw.choice([0, 1, 1, 2, 9, 99]))
        piece = changed[start:end]
        new = draw.choice([draw.randbytes(len(piece)), piece * 3, draw.choice(_TELLING), b""])
        changed[start:end] = new
    return bytes(changed[: draw.choice([len(changed)] * 4 + [draw.randint(0, len(changed))])])


def packed(name: str, content: bytes, draw: random.Random) -> tuple[str, bytes]:
    """Return the name and the bytes of a file: as they are, or in an archive, also garbled."""
    kind = draw.choice(["", "", "", "gz", "zip", "tar"])
    out = io.BytesIO()
    if kind == "":
        return name, content
    if kind == "gz":
        out.write(gzip.compress(content, 1))
    elif kind == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, content)
    else:
        with tarfile.open(fileobj=out, mode="w") as tar:
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    held = out.getvalue()
    return f"{name}.{kind}", garbled(held, draw) if draw.random() < 0.3 else held


def read_corpus(path: Path, known: Format | None = None) -> None:
    """Read a file in a known format, or in the one that is found."""
    found = known or choose_format(path, None, {})
    reader = READERS[found.reader]
    reader.read(path, name="fuzzed", options=reader.options.model_validate(found.options))


def format_of(path: Path) -> Format | None:
    """Return the format of a fixture; None for one that has none alone, such as a text of brat."""
    try:
        return choose_format(path, None, {})
    except SruNerError:
        return None


def rounds() -> list[tuple[Path, Callable[[Path], object]]]:
    """List the files that are garbled, each with the function that reads it."""
    corpora = [
        path
        for path in sorted(FIXTURES.rglob("*"))
        if path.is_file() and path.parent.parent == FIXTURES and path.name != "dvc.lock"
    ]
    entries = sorted((ROOT / "conf/suite").glob("*.yaml"))
    configs = sorted((ROOT / "models/released").glob("*/config.json"))
    named = {path: format_of(path) for path in corpora}
    return [
        *((path, read_corpus) for path in corpora),
        *((path, partial(read_corpus, known=known)) for path, known in named.items() if known),
        *((path, lambda file: load_own(file.parent)) for path in entries),
        (ROOT / "suites/demo/params.yaml", load_params),
        *((path, lambda file: read_json(file, remedy="correct it")) for path in configs),
    ]


def fuzz(seconds: float, seed: int) -> tuple[Counter[str], list[str]]:
    """Garble and read for some seconds; return how the rounds ended, and what must not happen."""
    draw, ends = random.Random(seed), time.monotonic() + seconds
    choices, outcomes = rounds(), Counter[str]()
    failures: list[str] = []
    while time.monotonic() < ends and len(failures) < 5:
        path, read = draw.choice(choices)
        content = garbled(path.read_bytes(), draw)
        name = path.name
        if path.is_relative_to(FIXTURES):
            name, content = packed(name, content, draw)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.write_bytes(content)
            began = time.process_time()
            try:
                read(file)
                outcome = "read"
            except SruNerError as error:
                outcome = "refused"
                if not error.remedy or len(str(error)) > 20_000:
                    failures.append(f"{name}: no remedy, or a long message: {str(error)[:500]}")
            except Exception:
                outcome = "failed"
                failures.append(f"{name}:\n{traceback.format_exc()[-3000:]}")
            if time.process_time() - began > _SLOW:
                failures.append(f"{name}: took more than {_SLOW:g} s")
            outcomes[outcome] += 1
    return outcomes, failures


def main() -> None:
    """Fuzz, print how the rounds ended, and exit with status 1 for one that must not end so."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=main.__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60)
    parser.add_argument("--seed", type=int, help="that of an earlier call, to see its rounds again")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    outcomes, failures = fuzz(arguments.seconds, seed)
    print(", ".join(f"{name}: {count:,}" for name, count in sorted(outcomes.items())))
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
