"""Speed on a GPU with encoders of base and large size: `python -m bench.gpu`, or `bench/gpu.sh`.

Compares annotation in bf16 with tokenizer and encoder alone, and a training step in bf16 with that
of a linear token classifier. The encoders have random weights, which does not change the time.
Writes `reports/gpu.md`. It takes less than ten minutes and is no part of `make bench`.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch

from bench import annotation, step
from bench.learner import new_learner, random_encoder, train
from bench.material import Material, find_material
from bench.report import Row, commit_of, rows_table
from sru_ner.environment.device import torch_device
from sru_ner.environment.machine import describe_environment
from sru_ner.files import write_text
from sru_ner.inference.annotator import Annotator
from sru_ner.layout import HARMONIZED

SIZES: Mapping[str, Mapping[str, int]] = {
    "BERT-base": {"width": 768, "layers": 12, "heads": 12},
    "BERT-large": {"width": 1024, "layers": 24, "heads": 16},
}


def measure(
    material: Material,
    scratch: Path,
    sizes: Mapping[str, Mapping[str, int]] = SIZES,
    *,
    steps: int = 120,
    sentences: int = 4_800,
    repeats: int = 5,
) -> Iterator[Row]:
    """Measure each size on the device that there is.

    steps: length of the training before annotation; an untrained model takes more steps in a
    sentence. sentences: about how many are annotated.
    """
    for name, size in sizes.items():
        encoder = random_encoder(scratch / name, **size)
        learner = new_learner(material, scratch / "tokenized", str(encoder))
        yield step.compare(learner, name, str(material), bf16=True, repeats=repeats)
        model = train(learner, scratch / f"{name}-model", steps=steps)
        annotator = Annotator.load(model, precision="bf16")
        yield annotation.compare(
            f"{name} in bf16",
            annotator,
            annotator,
            material,
            least=0.8,
            sentences=sentences,
            repeats=repeats,
        )


def main() -> int:
    """Measure, print and write the report; return the exit status."""
    if not torch.cuda.is_available():
        print("bench.gpu: torch finds no GPU here; nothing was measured", file=sys.stderr)
        return 2
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for row in measure(find_material(HARMONIZED, scratch), scratch):
            print(f"{row.name}: {row.figure} (required {row.required})", flush=True)
            rows.append(row)
    write_report(Path("reports/gpu.md"), rows)
    return int(not all(row.holds for row in rows))


def write_report(path: Path, rows: list[Row]) -> None:
    """Write the rows as a Markdown page."""
    machine = describe_environment(torch_device())
    write_text(
        path,
        f"# Speed on a GPU\n\n`python -m bench.gpu` on {machine['device']}, torch"
        f" {torch.__version__}, commit {commit_of(machine)}. The encoders have random weights.\n\n"
        f"{rows_table(rows)}",
    )


if __name__ == "__main__":
    sys.exit(main())
