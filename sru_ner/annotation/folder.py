"""Annotates sources into a folder, one output for each shard, and resumes after interruptions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sru_ner.annotation.inputs.source import Source
from sru_ner.annotation.job import Job
from sru_ner.annotation.outputs.brat import CONFIGURATION, configuration
from sru_ner.annotation.plan import Shard, plan_shards
from sru_ner.annotation.processes import Outcome, in_processes, in_this_process
from sru_ner.annotation.progress import ShardProgress
from sru_ner.annotation.ray_cluster import on_ray
from sru_ner.annotation.reading import check_something_was_read
from sru_ner.annotation.records import run_settings, unfinished, write_manifest
from sru_ner.annotation.run_folder import open_run
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import SruNerError
from sru_ner.files import write_text
from sru_ner.rendering.amounts import counted

_SHOWN_FAILURES = 5


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a finished run holds, in numbers."""

    shards: int
    finished_before: int
    """Number of shards that an earlier run had finished."""
    documents: int
    spans: int


def annotate_to_folder(
    sources: Sequence[Source],
    job: Job,
    folder: Path,
    incidents: Incidents,
    *,
    resume: bool = False,
    anew: bool = False,
    processes: int = 1,
    actors: int = 0,
) -> RunSummary:
    """Annotate all shards of the sources that are not finished, and write the manifest.

    incidents: counts what is left out or changed in the shards of this call. resume, anew: see
    `open_run`. processes: number of processes that share the shards. actors: number of actors on a
    Ray cluster that do so instead, if not 0. Raises `InputError` as `plan_shards` and `open_run`
    do, and if no document could be read. Raises `SruNerError`, after all other shards are done, if
    some shards cannot be annotated.
    """
    shards = plan_shards(sources, job)
    failed: list[str] = []
    with open_run(folder, run_settings(job), shards, resume=resume, anew=anew):
        if job.output.with_text:
            write_text(folder / CONFIGURATION, configuration(job.options["types"] or ()))
        left = unfinished(shards, folder, job)
        finished_before = len(shards) - len(left)
        with ShardProgress(len(shards), finished_before) as progress:
            for shard, outcome in _annotate(left, job, folder, processes, actors):
                if isinstance(outcome, SruNerError):
                    failed.append(f"{shard.name}: {outcome}")
                    progress.add(0)
                else:
                    progress.add(outcome["documents"])
                    incidents.add_counts(outcome["notes"], outcome["first"])
        if failed:
            listed = "\n".join(failed[:_SHOWN_FAILURES])
            raise SruNerError(
                f"{len(failed)} of {counted(len(shards), 'shard')} could not be annotated:\n"
                f"{listed}",
                remedy="correct the files, then start again with --resume",
            )
        manifest = write_manifest(shards, folder, job)
    if not manifest["documents"]:
        check_something_was_read(incidents)
    return RunSummary(len(shards), finished_before, manifest["documents"], manifest["spans"])


def _annotate(
    shards: Sequence[Shard], job: Job, folder: Path, processes: int, actors: int
) -> Iterable[Outcome]:
    if not shards:
        return ()  # without loading a model
    if actors:
        return on_ray(shards, job, folder, actors=actors)
    if processes > 1:
        return in_processes(shards, job, folder, processes=processes)
    return in_this_process(shards, job, folder)
