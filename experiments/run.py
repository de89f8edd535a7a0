"""Runs a study: what its store lacks, on any executor, always the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from experiments.agenda import Agenda
from experiments.columns import Layout
from experiments.executors import StudyError, chosen
from experiments.flow import Flow
from experiments.plan import Study, read_study
from experiments.portable import portable
from experiments.store import Store
from experiments.summary import summary
from experiments.task import Brief, versions

__all__ = ["StudyError", "StudyOutcome", "run_study"]

Progress = Callable[[int, int], None]
"""Called with the runs done so far, those of earlier calls included, and their total as far as it is known."""


@dataclass(frozen=True)
class StudyOutcome:
    """What became of a study."""

    store: Path
    """The folder of its results."""
    points: int
    """Settings."""
    runs: int
    """Rows: a policy in one replication of one setting each."""
    failures: int
    """Runs that failed; each is a row with its reason."""

    @property
    def summary(self) -> tuple[str, ...]:
        """What the study says, as lines of text."""
        return summary(self.store)


def run_study(
    path: str | Path,
    *,
    workers: int | None = None,
    executor: str | Executor | None = None,
    on_progress: Progress | None = None,
    resume: bool = True,
) -> StudyOutcome:
    """Run a study, or what is left of it. Its results do not depend on where it runs.

    Args:
        path: the study file.
        workers: processes to spread it over, or tasks that an executor of yours can run at the same time.
        executor: `serial`, `loky`, `loky:N`, `dask:ADDRESS`, `auto` (this process, then loky if that takes long), or
            any `concurrent.futures.Executor`, which is left open; `serial` when left out, or `loky` with more than
            one worker.
        on_progress: called in this process with the runs done and their total.
        resume: keep what earlier runs completed; else everything is made again.

    Raises:
        ScenarioFaults: the study, its scenario or a setting cannot be used; nothing has been run then.
        StoreError: the store cannot be written. What was completed is kept.
        StudyError: a process was ended from outside. What was completed is kept.
        VersionError: a worker has other versions of the engine or of its packages. What was completed is kept.
        ResultError: there is no such executor, or less than one worker.
    """
    opened = chosen(executor, workers)
    study = read_study(path)
    store = Store(study)
    layout = Layout(study.digest[:16], study.points, study.policies, study.measures)
    agenda = Agenda(study, store, layout, resume=resume)
    store.begin()
    began, start = datetime.now(UTC), monotonic()
    flow = Flow(agenda, brief_of(study), runs_each=len(study.policies), tell=on_progress)
    try:
        flow.fill(opened)
    finally:
        seconds = round(monotonic() - start, 3)
        store.log({"began": began.isoformat(), "seconds": seconds, "executor": flow.where, "runs": flow.runs})
    failures = store.finish(agenda.ends)
    return StudyOutcome(store.folder, len(study.points), agenda.there * len(study.policies), failures)


def brief_of(study: Study) -> Brief:
    """What the workers of a study are told once."""
    return Brief(
        base=portable(study) or str(study.base.file.resolve()),
        policies=study.policies,
        measures=study.measures,
        seed=study.seed,
        versions=versions(),
        series=study.stated.series,
    )

