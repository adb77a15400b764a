"""Runs of annotation into a folder, without the command."""

from pathlib import Path

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard, plan_shards
from sru_ner.annotation.processes import in_this_process
from sru_ner.annotation.records import run_settings, unfinished, write_manifest
from sru_ner.annotation.run_folder import open_run


def planned(folder: Path, job: Job) -> list[Shard]:
    return plan_shards(find_sources([str(folder)], SUFFIXES), job)


def run(texts: Path, job: Job, folder: Path, **how: bool) -> list[str]:
    """Annotate what is not finished; return the names of the shards that were annotated."""
    shards = planned(texts, job)
    with open_run(folder, run_settings(job), shards, **how):
        done = [
            shard.name for shard, _ in in_this_process(unfinished(shards, folder, job), job, folder)
        ]
        write_manifest(shards, folder, job)
    return done


def content(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
