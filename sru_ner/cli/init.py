"""`sru-ner init`: a folder for the pipeline."""

from pathlib import Path
from typing import Annotated

import typer


def init(
    project: Annotated[Path, typer.Argument(help="Folder to make.")],
    git: Annotated[
        bool, typer.Option("--git/--no-git", help="Make it a git repository, too.")
    ] = True,
) -> None:
    """Lay out a project that trains, compares and registers several models with a pipeline."""
    import shutil

    from sru_ner.project.lay_out import lay_out

    empty = not project.exists() or (project.is_dir() and not any(project.iterdir()))
    try:
        lay_out(project, git=git)
    except BaseException:
        if empty:  # half a project can neither be used nor made again
            shutil.rmtree(project, ignore_errors=True)
        raise
    for line in (
        f"The project is in {project}; its README.md explains it. Next:",
        f"  cd {project}",
        "  pip install -r requirements.txt      # DVC, Prefect and MLflow, if you do not have them",
        "  python -m flows.pipeline --suite demo",
    ):
        typer.echo(line)
