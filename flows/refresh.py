"""The refresh flow: are the corpora still what they were? It downloads, and replaces nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.notify import notify
from flows.stages import ROOT
from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.look_again import SecondLook, look_again
from sru_ner.environment.offline import OFFLINE, is_offline
from sru_ner.errors import InputError
from sru_ner.layout import DATA_PARAMS, RAW
from sru_ner.rendering.markdown import markdown_table
from sru_ner.settings.shared import load_data_params

_HEAD = """\
# Corpora, downloaded again

Nothing was replaced: the project goes on with the files that it has.
"""
_HOW = """
To take a changed file, look at it first. Then correct its `sha256` in the catalog, or remove the
file and its `.sha256` from `data/raw/`, and run the pipeline.
"""


@task(task_run_name="{corpus}", cache_policy=NO_CACHE, result_serializer="json")
def look_at(corpus: str) -> list[dict[str, Any]]:
    """Download the files of a corpus into a temporary folder and compare them with the known."""
    looks = look_again(find_source(corpus), ROOT / RAW)
    for look in looks:
        if look.outcome != "unchanged":
            get_run_logger().warning("%s: %s, %s", look.file, look.outcome, look.detail)
    return [asdict(look) for look in looks]


def report(looks: Sequence[SecondLook]) -> str:
    """Return what was found, in Markdown: what is not as it was, and how much there is in all."""
    amounts = Counter(look.outcome for look in looks)
    text = _HEAD + "\n" + (", ".join(f"{n} {what}" for what, n in amounts.items()) or "no files")
    others = [look for look in looks if look.outcome != "unchanged"]
    if not others:
        return text + ".\n"
    rows = [(look.corpus, look.file, look.outcome, look.detail) for look in others]
    return f"{text}.\n\n{markdown_table(['corpus', 'file', 'outcome', 'found'], rows)}{_HOW}"


@flow(result_serializer="json", on_failure=[notify], on_crashed=[notify])
def refresh(corpora: list[str] | None = None) -> dict[str, int]:
    """Download corpora again, and report which files have changed at their source.

    This uses the network, unless a mirror has the files. corpora: their names; None takes those of
    the project, in `data/params.yaml`. Returns how many files have each outcome. Raises
    `InputError` if the network is switched off.
    """
    if is_offline():
        raise InputError(f"{OFFLINE}=1 forbids the network", remedy=f"unset {OFFLINE}")
    names = corpora or load_data_params(ROOT / DATA_PARAMS).corpora
    looks = [SecondLook(**values) for name in names for values in look_at(name)]
    create_markdown_artifact(report(looks), key="corpora-refresh", description="Changed corpora")
    return dict(Counter(look.outcome for look in looks))


if __name__ == "__main__":
    refresh()
