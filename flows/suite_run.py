"""A run of a suite: its parameters stay the same from beginning to end, and it is the only one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

from prefect import Task
from prefect.runtime import flow_run

from flows.dvc_stage import StageFailedError, StageResult, run_stage, run_stages
from flows.orphans import watch_worker
from flows.stages import ROOT, suite_stage
from flows.stale import stale_stages
from flows.suites import default_suite, use_suite
from sru_ner.files import read_text
from sru_ner.layout import SuiteLayout
from sru_ner.locks import hold
from sru_ner.settings.params import Params


@dataclass
class SuiteRun:
    """What is known of a run of a suite."""

    params: Params
    written: str
    """Text of the parameter file when the run began."""
    changed: bool = False
    """Whether a stage has made anything since."""

    @cached_property
    def stale(self) -> set[str]:
        """Names of the stages that were out of date when this was first asked for."""
        return stale_stages(self.params.suite)

    def stage(self, name: str) -> str:
        """Return DVC's name of a stage of the suite, such as `train@together`."""
        return suite_stage(self.params.suite, name)

    def bring_up_to_date(
        self,
        stages: Iterable[str],
        *,
        concurrency: int = 1,
        by: Task[[str, int], StageResult] = run_stage,
    ) -> list[StageResult]:
        """Bring stages up to date that do not depend on each other, and follow all that ran before.

        DVC is not asked again for a stage that was up to date, if nothing has changed before it.
        Errors as in `run_stages`, and `StageFailedError` if the parameters have changed since the
        run began.
        """
        stages = list(stages)
        file = SuiteLayout(self.params.suite).params
        if read_text(ROOT / file, remedy="") != self.written:
            raise StageFailedError(
                f"{file} was changed while the suite ran\n"
                "  → run it again: it takes the new parameters, and keeps what they do not concern"
            )
        asked = [stage for stage in stages if self.changed or stage in self.stale]
        results = run_stages(asked, concurrency=concurrency, by=by)
        self.changed |= any(result["outcome"] != "unchanged" for result in results)
        rest = [StageResult(stage=s, outcome="unchanged") for s in stages if s not in asked]
        return results + rest


def run_name() -> str:
    """Name a run of a flow after the flow and its suite."""
    return f"{flow_run.flow_name} · {flow_run.parameters['suite'] or default_suite()}"


_current: ContextVar[SuiteRun | None] = ContextVar("current", default=None)


@contextmanager
def suite_run(suite: str | None, *, available: bool = False) -> Iterator[SuiteRun]:
    """Begin a run of a suite, or go on with the run that this flow is a part of.

    suite, available: as in `use_suite`. Raises `InputError` if another process runs the suite.
    """
    outer = _current.get()
    if outer is not None and suite == outer.params.suite:
        yield outer
        return
    watch_worker()
    params = use_suite(suite, available=available)
    layout = SuiteLayout(params.suite, ROOT)
    with hold(layout.params.parent, "run", doing=f"runs the suite {params.suite}"):
        written = read_text(layout.params, remedy="")
        run = SuiteRun(params, written)
        token = _current.set(run)
        try:
            yield run
        finally:
            _current.reset(token)
