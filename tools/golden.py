"""Check the model against numerical cases: `python -m tools.golden FOLDER`.

FOLDER holds pairs of `<case>.json` and `<case>.safetensors` with parameters, inputs and the results
of an independent implementation. The largest absolute difference is printed for each case and
tensor: in double precision, which decides, and in single precision, which adds our own rounding.
Exits with 1 if a difference is above 1e-5, with 2 if the folder holds no case.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from safetensors.torch import load_file
from torch import Tensor

from sru_ner.model.actions import WordSpan, action_count, gold_steps
from sru_ner.model.batch import gold_tensors
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.decoding import decode_spans
from sru_ner.model.open_actions import open_action_table
from sru_ner.model.sequences import GoldSteps
from sru_ner.model.sru import SlotRecurrentUnit
from sru_ner.model.supervision import dynamic_loss
from sru_ner.rendering.amounts import counted

TOLERANCE = 1e-5


def load_unit(case: dict, tensors: dict[str, Tensor]) -> SlotRecurrentUnit:
    """Make the unit of a case with its parameters and without dropout."""
    config = SruNerConfig(
        inventories=case["sources"],
        half_context=case["half_context"],
        latents_per_action=case["latents_per_action"],
        token_multiplier=case["token_multiplier"],
        train_token_multiplier=case["token_multiplier_trained"],
        open_strength=case["projection_coefficient"],
    )
    unit = SlotRecurrentUnit(config, tensors["input.slots"].shape[2])
    parameters = {k.removeprefix("param."): v for k, v in tensors.items() if k.startswith("param.")}
    parameters.setdefault("token_multiplier", unit.token_multiplier.detach())
    unit.load_state_dict(parameters)
    return unit.eval()


def difference(ours: Tensor, theirs: Tensor) -> float:
    """Find the largest absolute difference of two tensors; infinite if their shapes differ."""
    if ours.shape != theirs.shape:
        return math.inf
    return float((ours - theirs).abs().max()) if ours.numel() else 0.0


def check_decoding(
    unit: SlotRecurrentUnit, case: dict, tensors: dict[str, Tensor]
) -> Iterator[tuple[str, float]]:
    """Yield the differences in probabilities, steps and spans."""
    slots, mask = tensors["input.slots"], tensors["input.mask"]
    probabilities, steps = unit.decode(slots, mask)
    expected = tensors["decode.probabilities"]
    yield (
        "decode.probabilities",
        max(
            difference(probabilities[i, :n], expected[i, :n])
            for i, n in enumerate(case["decode_steps"])
        ),
    )
    yield "decode_steps", 0.0 if steps.tolist() == case["decode_steps"] else math.inf
    labels = case["types"]
    worst = 0.0
    for ours, theirs in zip(decode_spans(probabilities, steps), case["decoded_spans"], strict=True):
        found = {(s.start, s.end, labels[s.type]): score for s, score in ours}
        wanted = {(start, end, label): score for start, end, label, score in theirs}
        if found.keys() != wanted.keys():
            worst = math.inf
        else:
            worst = max([worst, *(abs(found[key] - wanted[key]) for key in wanted)])
    yield "decoded_spans", worst


def check_training(
    unit: SlotRecurrentUnit, case: dict, tensors: dict[str, Tensor]
) -> Iterator[tuple[str, float]]:
    """Yield the differences in gold steps, logits, targets, loss and all gradients."""
    labels = case["types"]
    rows = [
        gold_steps(n, [WordSpan(start, end, labels.index(label)) for start, end, label in spans])
        for n, spans in zip(case["lengths"], case["train_spans"], strict=True)
    ]
    batch = gold_tensors([GoldSteps.of(row) for row in rows], action_count(len(labels)))
    yield "train.gold_actions", difference(batch["gold_steps"], tensors["train.gold_actions"])
    inventories = SruNerConfig(inventories=case["sources"]).type_inventories()
    open_actions = open_action_table(labels, [inventories[s] for s in case["train_sources"]])
    yield (
        "train.other_source_actions",
        difference(open_actions.float(), tensors["train.other_source_actions"].float()),
    )
    slots = tensors["input.slots"].clone().requires_grad_()
    logits, targets, valid = unit.training_pass(
        slots, tensors["input.mask"], batch["gold_steps"], batch["step_counts"], open_actions
    )
    loss = dynamic_loss(logits, targets, valid)
    loss.backward()
    here = valid.t()[:, :, None]  # (B, T, 1)
    for name, by_step in (("train.logits", logits), ("train.targets", targets)):
        theirs = tensors[name]
        taken = by_step.detach().transpose(0, 1)  # (B, T, V)
        same = taken.shape == theirs.shape
        yield name, difference(taken * here, theirs * here) if same else math.inf
    yield "train.valid_steps", difference(valid.t().float(), tensors["train.valid_steps"].float())
    yield "train.loss", difference(loss.detach().reshape(1), tensors["train.loss"])
    gradients = {"slots": slots.grad, **{name: p.grad for name, p in unit.named_parameters()}}
    names = sorted(name for name in tensors if name.startswith("grad."))
    for name in sorted(names, key=lambda name: name != "grad.slots"):
        ours = gradients[name.removeprefix("grad.")]
        yield name, math.inf if ours is None else difference(ours, tensors[name])


def check_case(path: Path, dtype: torch.dtype) -> dict[tuple[str, str], float]:
    """Map (case, tensor) to its largest absolute difference, computed in `dtype`."""
    case = json.loads(path.read_text(encoding="utf-8"))
    stored = load_file(path.with_suffix(".safetensors"))
    tensors = {k: v.to(dtype) if v.is_floating_point() else v for k, v in stored.items()}
    unit = load_unit(case, tensors).to(dtype)
    checks = list(check_decoding(unit, case, tensors))
    if "train.loss" in tensors:
        checks += check_training(unit, case, tensors)
    return {(path.stem, name): value for name, value in checks}


def check_folder(folder: Path, dtype: torch.dtype = torch.float64) -> dict[tuple[str, str], float]:
    """Map (case, tensor) to its largest absolute difference, for every case of a folder."""
    return {
        key: value
        for path in sorted(folder.glob("*.json"))
        for key, value in check_case(path, dtype).items()
    }


def main() -> int:
    """Print the table of differences and return the exit status."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    results = check_folder(Path(sys.argv[1]))
    single = check_folder(Path(sys.argv[1]), torch.float32)
    if not results:
        print(f"{sys.argv[1]} holds no case (<name>.json with <name>.safetensors)", file=sys.stderr)
        return 2
    table = Table("case", "tensor", "float64", "holds", "float32")
    for (case, name), value in results.items():
        holds = "yes" if value <= TOLERANCE else "NO"
        table.add_row(case, name, f"{value:.1e}", holds, f"{single[case, name]:.1e}")
    Console(width=100).print(table)
    worst = max(results.values())
    tensors = counted(len(results), "tensor")
    print(f"{tensors}, largest difference {worst:.1e}, allowed {TOLERANCE:.0e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
