"""The time that the stages of a training step and of an annotation run take."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from torch.profiler import ProfilerActivity, profile
from transformers.modeling_outputs import BaseModelOutput

from bench.annotation import BATCH as SENTENCES
from bench.annotation import raw_texts
from bench.learner import BATCH, Learner, new_learner
from bench.material import Material
from bench.pictures import draw_stages
from bench.report import Row, shown
from bench.stages import Stages
from sru_ner.environment.device import use_bf16
from sru_ner.files import write_text
from sru_ner.inference import annotator as annotating
from sru_ner.inference.annotator import Annotator
from sru_ner.model import network, passes
from sru_ner.model.recurrence import Recurrence
from sru_ner.model.sru import SlotRecurrentUnit
from sru_ner.model.wordpieces import WordPieces
from sru_ner.rendering.markdown import markdown_table

_OPERATORS = 12
"""Number of operators that are listed for each run."""

Run = Mapping[str, float]
"""Seconds by stage."""


def measure(
    material: Material,
    model: Path,
    scratch: Path,
    folder: Path,
    *,
    steps: int = 12,
    sentences: int = 320,
) -> Iterator[Row]:
    """Measure the recurrence's share of both, and write `profile.md` and `profile.png`.

    folder: where the two files go.
    """
    learner = new_learner(material, scratch / "tokenized")
    precision = "bf16" if use_bf16("auto") else "fp32"
    annotator = Annotator.load(model)
    texts = raw_texts(material, sentences)
    training, training_operators = _training(learner, steps)
    annotation, annotation_operators = _annotation(annotator, texts)
    runs = {
        f"training step ({BATCH} sentences, {precision})": training,
        f"annotation (about {sentences} sentences)": annotation,
    }
    draw_stages(runs, folder / "profile.png")
    operators = (training_operators, annotation_operators)
    write_text(folder / "profile.md", _markdown(runs, operators, material))
    for (name, run), stages in zip(
        runs.items(),
        (("recurrence, forward", "recurrence, backward"), ("recurrence, forward",)),
        strict=True,
    ):
        whole = sum(run.values())
        yield shown(
            f"profile, recurrence in {name}",
            100 * sum(run[stage] for stage in stages) / whole,
            "% of the time",
            "; ".join(f"{stage} {100 * s / whole:.1f}" for stage, s in run.items()),
        )


def _training(learner: Learner, steps: int) -> tuple[Run, str]:
    """Measure the seconds of one step by stage, and list the operators that take longest."""
    model = learner.model
    optimizer = AdamW(model.parameters(), lr=1e-5, fused=True)
    bf16 = use_bf16("auto")
    drawn = list(islice(learner.draw(), steps))
    stages = Stages()

    def step(indices: list[int]) -> None:
        with stages.stage("batch (collate)"):
            batch = learner.batch(indices)
        with (
            stages.stage("the rest"),
            torch.autocast(model.device.type, torch.bfloat16, enabled=bf16),
        ):
            loss = model(**batch).loss
        with stages.stage("the rest"):
            loss.backward()
        with stages.stage("clipping and optimiser"):
            clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()

    def encoder_backward(*_: object) -> None:
        stages.go_on_as("encoder, backward")

    def mark_hidden(_module: object, _inputs: object, output: BaseModelOutput) -> None:
        # The gradient of the encoder's output is known when the encoder's own backward begins.
        hidden = output.last_hidden_state
        assert hidden is not None
        hidden.register_hook(encoder_backward)

    backward = Recurrence.backward

    def timed_backward(*arguments: Tensor) -> tuple[Tensor | None, ...]:
        with stages.stage("recurrence, backward"):
            found = backward(*arguments)
        stages.go_on_as("words and tables, backward")
        return found

    with ExitStack() as stack:
        enter = stack.enter_context
        enter(stages.patch(model.encoder, "forward", "encoder, forward"))
        enter(stages.patch(network, "pool_words", "words and tables, forward"))
        enter(stages.patch(SlotRecurrentUnit, "training_pass", "recurrence, forward"))
        enter(stages.patch(SlotRecurrentUnit, "tables", "words and tables, forward"))
        enter(patch.object(Recurrence, "backward", staticmethod(timed_backward)))
        hook = model.encoder.register_forward_hook(mark_hidden)
        stack.callback(hook.remove)
        step(drawn[0])
        stages.seconds.clear()
        for indices in drawn:
            step(indices)
    found = {name: seconds / steps for name, seconds in stages.seconds.items()}
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        step(drawn[0])
    return found, _operators(profiled)


def _annotation(annotator: Annotator, texts: list[str]) -> tuple[Run, str]:
    """Measure the seconds of one run by stage, and list the operators that take longest."""
    stages = Stages()

    def run() -> None:
        with stages.stage("the rest"):
            for _ in annotator.annotate(texts, batch_size=SENTENCES):
                pass

    run()
    with ExitStack() as stack:
        enter = stack.enter_context
        enter(stages.patch(annotating, "split_sentences", "text to sub-words"))
        enter(stages.patch(annotating, "split_words", "text to sub-words"))
        enter(stages.patch(WordPieces, "__call__", "text to sub-words"))
        enter(stages.patch(passes, "encoder_inputs", "batch (collate)"))
        enter(stages.patch(annotator.model.encoder, "forward", "encoder, forward"))
        enter(stages.patch(network, "pool_words", "words and tables, forward"))
        enter(stages.patch(SlotRecurrentUnit, "decode", "recurrence, forward"))
        enter(stages.patch(SlotRecurrentUnit, "tables", "words and tables, forward"))
        enter(stages.patch(network, "decode_spans", "spans"))
        stages.seconds.clear()
        run()
        found = dict(stages.seconds)
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        run()
    return found, _operators(profiled)


def _operators(profiled: profile) -> str:
    """List the operators that take longest, without those they call, as a Markdown table."""
    events = sorted(profiled.key_averages(), key=lambda event: -event.self_cpu_time_total)
    whole = sum(event.self_cpu_time_total for event in events)
    rows = []
    for event in events[:_OPERATORS]:
        taken = event.self_cpu_time_total
        share = 100 * taken / whole
        rows.append((event.key, f"{event.count:,}", f"{taken / 1000:.1f}", f"{share:.1f}"))
    return markdown_table(("operator", "calls", "ms", "share (%)"), rows, numbers=3)


def _markdown(runs: Mapping[str, Run], operators: tuple[str, str], material: Material) -> str:
    lines = [
        "# Where the time goes",
        "",
        f"`python -m bench profile` on {material}. Stages by a clock that runs for one of them at"
        " a time; operators of another, single run by `torch.profiler`, which slows small ones"
        " down, so that their shares are a hint only. Machine: `machine.json`; commit: that of the"
        " rows `profile, …` of `bench.json`. The run also draws the shares of the stages, as"
        " `profile.png`.",
        "",
    ]
    for (name, run), table in zip(runs.items(), operators, strict=True):
        whole = sum(run.values())
        rows = [(s, f"{1000 * t:.1f}", f"{100 * t / whole:.1f}") for s, t in run.items()]
        stages = markdown_table(("stage", "ms", "share (%)"), rows, numbers=2)
        lines += [f"## {name[0].upper()}{name[1:]}: {1000 * whole:.0f} ms\n", stages, table]
    return "\n".join(lines)
