"""Gates: what a version has to reach before it becomes the champion.

`review` in `params.yaml` sets them. A gate that cannot be checked is not passed, or a version
without figures would pass them all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sru_ner.rendering.amounts import counted, percent
from sru_ner.review.comparison import Comparison
from sru_ner.review.evidence import Evidence
from sru_ner.review.judgements import Judged
from sru_ner.review.speed import Speed
from sru_ner.settings.sections import ReviewSettings

Status = Literal["passed", "failed", "not known"]


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate and what a version reaches there."""

    name: str
    required: str
    found: str
    status: Status


def need_speed(settings: ReviewSettings) -> bool:
    """Whether a gate is about what `speed.measure` measures."""
    return settings.slowest_milliseconds is not None or settings.largest_megabytes is not None


def check_gates(
    settings: ReviewSettings,
    candidate: Evidence,
    champion: Evidence | None,
    comparison: Comparison,
    *,
    judged: Judged | None,
    speed: Speed | None,
) -> tuple[Gate, ...]:
    """Check all gates that are set. champion, judged, speed: None if there is none."""
    return (
        *_least_f1(settings, candidate),
        *_drops(settings, champion, comparison),
        *_precision(settings, judged),
        *_leakage(settings, candidate),
        *_speed(settings, speed),
    )


def failed(gates: Sequence[Gate]) -> tuple[Gate, ...]:
    """Return the gates that are not passed."""
    return tuple(gate for gate in gates if gate.status != "passed")


def _gate(name: str, required: str, found: str | None, *, holds: bool = False) -> Gate:
    if found is None:
        return Gate(name, required, "–", "not known")
    return Gate(name, required, found, "passed" if holds else "failed")


def _least_f1(settings: ReviewSettings, candidate: Evidence) -> Iterator[Gate]:
    for key, least in settings.least_f1.items():
        tested, _, type_ = key.partition(".")
        types = candidate.cells.get(tested, {}).get("types", {})
        found = types.get(type_, {}).get("f1") if type_ else candidate.f1(tested)
        name = f"F1 on {tested}" + (f", {type_}" if type_ else "")
        yield _gate(
            name,
            f"at least {percent(least)}",
            None if found is None else percent(found),
            holds=found is not None and found >= least,
        )


def _drops(
    settings: ReviewSettings, champion: Evidence | None, comparison: Comparison
) -> Iterator[Gate]:
    most = settings.largest_drop
    if most is None or champion is None:
        return
    required = f"no significant loss above {percent(most)}"
    if not comparison.cells:
        yield _gate("difference to the champion", required, None)
    for tested, difference in comparison.cells.items():
        loss = -difference.value
        significance = "significant" if difference.significant else "may be chance"
        yield _gate(
            f"difference on {tested}",
            required,
            f"{100 * difference.value:+.1f} ({significance})",
            holds=not (difference.significant and loss > most),
        )


def _precision(settings: ReviewSettings, judged: Judged | None) -> Iterator[Gate]:
    least = settings.least_precision
    if least is not None:
        found = None if judged is None else judged.precision
        yield _gate(
            "precision that people found",
            f"at least {percent(least)}",
            None if found is None else percent(found),
            holds=found is not None and found >= least,
        )


def _leakage(settings: ReviewSettings, candidate: Evidence) -> Iterator[Gate]:
    most = settings.largest_leakage
    if most is None:
        return
    required = f"at most {percent(most)} % of the documents"
    if not candidate.cells:
        yield _gate("tested documents that it learned from", required, None)
    for tested in candidate.cells:
        learned, documents = candidate.leaked(tested)
        name = f"tested documents of {tested} that it learned from"
        if not documents:  # nobody looked for overlap
            yield _gate(name, required, None)
            continue
        share = learned / documents
        found = f"{percent(share)} % ({learned} of {counted(documents, 'document')})"
        yield _gate(name, required, found, holds=share <= most)


def _speed(settings: ReviewSettings, speed: Speed | None) -> Iterator[Gate]:
    if (most := settings.slowest_milliseconds) is not None:
        found = None if speed is None else speed.milliseconds
        yield _gate(
            "time for one abstract",
            f"at most {most:g} ms",
            None if found is None else f"{found:.1f} ms",
            holds=found is not None and found <= most,
        )
    if (most := settings.largest_megabytes) is not None:
        found = None if speed is None else speed.megabytes
        yield _gate(
            "size of the model",
            f"at most {most:g} MB",
            None if found is None else f"{found:.1f} MB",
            holds=found is not None and found <= most,
        )
