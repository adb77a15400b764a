"""Writes a part of a version's description, and leaves the rest as its authors wrote it."""

from mlflow import MlflowClient

from sru_ner.registry.records import VersionRecord


def with_part(description: str, name: str, part: str) -> str:
    """Put a part, some lines of Markdown, at the end of a description, in place of the old one."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = description.partition(begin)
    after = rest.partition(end)[2] if found else ""
    kept = [text for text in (before.strip(), after.strip()) if text]
    return "\n\n".join([*kept, f"{begin}\n{part.strip()}\n{end}"])


def describe(client: MlflowClient, record: VersionRecord, name: str, part: str) -> None:
    """Write a part into the description of a version in the store.

    name: of the part; an older part of this name is replaced.
    """
    now = client.get_model_version(record.name, record.version).description or ""
    client.update_model_version(record.name, record.version, with_part(now, name, part))
