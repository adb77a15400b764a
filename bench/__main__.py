"""Measure and write `reports/bench.json`, `bench.md` and `bench/`: `python -m bench [GROUP…]`.

Everything is measured on 2 CPU threads. A ratio compares two sides that were measured in turns in
one run. Exits with 1 if a figure is not as required, with 2 if one could not be measured.
"""

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from bench.report import Row, commit_of, kept_rows, merged, write_report
from sru_ner.environment.threads import spin_briefly
from sru_ner.errors import SruNerError, UnknownNameError
from sru_ner.layout import HARMONIZED
from sru_ner.rendering.amounts import counted

_LONG = ("front",)
"""Groups that a whole run leaves out: other tools have to be trained for them, for hours."""


class Workbench:
    """The groups with the data and the model that they measure, made when first needed.

    Modules that load torch are imported late, so that `--help` answers at once.
    """

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self._options, self._scratch = options, scratch

    @cached_property
    def _material(self) -> Any:
        return _module("material").find_material(self._options.data, self._scratch)

    @cached_property
    def _model(self) -> Path:
        given = self._options.model
        return given or _module("learner").trained_model(self._material, self._scratch)

    @property
    def _pictures(self) -> Path:
        return self._options.reports / "bench"

    def groups(self) -> dict[str, Callable[[], Iterable[Row]]]:
        """Map each group to the function that yields its rows, in the order of a whole run."""
        scratch = self._scratch
        return {
            "exactness": lambda: _measure("exactness", self._options.golden),
            "scoring": lambda: _measure("scoring", scratch),
            "files": lambda: _measure("files", scratch),
            "harmonizing": lambda: _measure("harmonizing", scratch),
            "sentences": lambda: _measure("sentences", scratch, self._pictures / "sentences.md"),
            "loader": lambda: _measure("loader", _module("material").all_material(scratch)),
            "trainer": lambda: _measure("trainer", self._material),
            "step": lambda: _measure("step", self._material, scratch),
            "tracking": lambda: _measure("tracking", self._material, scratch),
            "compiling": lambda: _measure("compiling", self._material, scratch),
            "annotation": lambda: _measure("annotation", self._material, self._model),
            "precision": lambda: _measure(
                "precision", self._material, self._model, self._options.data, scratch
            ),
            "front": lambda: _measure(
                "front",
                self._material,
                scratch,
                self._options.reports / "front.md",
                Path("docs/images"),
            ),
            "footprint": lambda: _measure("footprint", self._material, self._model),
            "serving": lambda: _measure("serving", self._material, self._model, scratch),
            "profile": lambda: _measure(
                "profiling", self._material, self._model, scratch, self._pictures
            ),
            "scaling": lambda: _measure("scaling", self._pictures / "scaling.png"),
            "at_scale": lambda: _measure("at_scale", self._material, self._model, scratch),
            "clusters": lambda: _measure("clusters", scratch),
            "recurrence": lambda: _measure("recurrence"),
        }


def _module(name: str) -> Any:
    return importlib.import_module(f"bench.{name}")


def _measure(group: str, *given: Any) -> Iterable[Row]:
    return _module(group).measure(*given)


def _describe_machine() -> dict[str, Any]:
    from sru_ner.environment.device import torch_device  # noqa: PLC0415
    from sru_ner.environment.machine import describe_environment  # noqa: PLC0415

    _module("timing").use_threads()
    return {
        **describe_environment(torch_device()),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "load": round(os.getloadavg()[0], 1),
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = ", ".join(Workbench(argparse.Namespace(), Path()).groups())
    parser.add_argument(
        "groups",
        nargs="*",
        metavar="GROUP",
        help=f"some of: {names}; by default all but {', '.join(_LONG)}",
    )
    parser.add_argument(
        "--data", type=Path, default=HARMONIZED, help="harmonised tables, used if they exist"
    )
    parser.add_argument(
        "--model", type=Path, help="trained model; default: the newest of models/, or a quick one"
    )
    parser.add_argument(
        "--golden", type=Path, default=Path("../shared/golden"), help="folder of numerical cases"
    )
    parser.add_argument(
        "--reports", type=Path, default=Path("reports"), help="folder that the rows are written to"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Measure the groups that are named, or all, and return the exit status."""
    # As `sru-ner` runs; before torch is loaded.
    spin_briefly()
    options = _options(arguments)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    fresh: list[Row] = []
    unmeasured = 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        groups = Workbench(options, Path(scratch)).groups()
        for group in options.groups:
            if group not in groups:
                raise UnknownNameError("group", group, groups)
        machine = _describe_machine()
        # A whole run leaves nothing of earlier ones.
        before = kept_rows(options.reports, machine) if options.groups else []
        for group in options.groups or [name for name in groups if name not in _LONG]:
            try:
                for measured in groups[group]():
                    row = replace(measured, commit=commit_of(machine))
                    fresh.append(row)
                    _say(console, row, time.perf_counter() - began)
                    write_report(options.reports, merged(before, fresh), machine)
            except SruNerError as error:
                unmeasured += 1
                console.print(f"[bold red]not measured[/] {group}: {error}")
    if fresh:
        rows = merged(before, fresh)
        _module("pictures").draw_margins(rows, options.reports / "bench" / "figures.png")
        write_report(options.reports, rows, machine)
    failed = sum(row.holds is False for row in fresh)
    unmeasured += sum(row.value is None for row in fresh)
    console.print(
        f"{counted(len(fresh), 'figure')}, {failed} not as required, {unmeasured} not measured"
        f" → {options.reports}/bench.md"
    )
    return 2 if unmeasured else int(failed > 0)


def _say(console: Console, row: Row, seconds: float) -> None:
    colour = {True: "green", False: "bold red", None: "default"}[row.holds]
    required = f" (required {row.required})" if row.required else ""
    console.print(f"{seconds:4.0f} s  {row.name}: [{colour}]{row.figure}[/]{required}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SruNerError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(2)
