"""The speed-up of a training step by `train.torch_compile`, and the seconds of compiling."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from pathlib import Path

from bench.learner import BATCH, new_learner
from bench.material import Material
from bench.report import Row, not_measured, shown
from bench.step import steps_of
from bench.timing import in_turns, timed
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import SruNerError
from sru_ner.training.compiling import compile_encoder


def measure(
    material: Material, scratch: Path, *, batches: int = 4, repeats: int = 5
) -> Iterator[Row]:
    """Compare training steps with and without a compiled encoder, in fp32 and in bf16."""
    learner = new_learner(material, scratch / "tokenized")
    drawn = [learner.batch(indices) for indices in islice(learner.draw(), batches)]
    for precision, bf16 in (("fp32", False), ("bf16", True)):
        name = f"training step with torch_compile, {precision}"
        plain, compiled = deepcopy(learner.model), deepcopy(learner.model)
        try:
            compile_encoder(compiled.encoder, compiled.device)
        except SruNerError as error:
            yield not_measured(name, str(error))
            continue
        sides = {
            key: steps_of(model, drawn, lambda batch, model=model: model(**batch).loss, bf16=bf16)
            for key, model in (("plain", plain), ("compiled", compiled))
        }
        first = timed(sides["compiled"])[0]
        sides["plain"]()
        times = in_turns(sides, repeats)
        yield shown(
            name,
            times["plain"].median / times["compiled"].median,
            "× as fast as without",
            f"{material}, {BATCH} sentences of {EMBEDDED_ENCODER}: {batches} steps of as many"
            f" lengths take {times['compiled']}, without {times['plain']}; the first time, with"
            f" compiling, {first:.0f} s",
        )
