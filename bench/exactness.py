"""Agreement with the numerical cases of an independent implementation, as one figure."""

from collections.abc import Iterator
from pathlib import Path

from bench.report import Row, at_most
from sru_ner.errors import InputError
from tools.golden import TOLERANCE, check_folder


def measure(golden: Path) -> Iterator[Row]:
    """Yield the largest difference over all cases of a folder; see `tools.golden`.

    Raises `InputError` if the folder holds no case.
    """
    results = check_folder(golden)
    if not results:
        raise InputError(
            "the folder holds no numerical case (<name>.json with <name>.safetensors)",
            path=golden,
            remedy="name the folder with --golden, or with make bench GOLDEN=<folder>",
        )
    (case, tensor), worst = max(results.items(), key=lambda item: item[1])
    yield at_most(
        "numerical cases of an independent implementation, largest difference",
        worst,
        TOLERANCE,
        "absolute",
        f"{len(results)} tensors of {len({name for name, _ in results})} cases in double"
        f" precision; the largest is {tensor} of {case}",
    )
