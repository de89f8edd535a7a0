"""Runs the studies of claims and writes what they found: results, pictures, pages and the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.analysis.results import read_results
from experiments.claims.finding import engine_digest, find, plan_digest, read_finding, write_finding
from experiments.claims.page import page
from experiments.claims.picture import FILE as PICTURE
from experiments.claims.picture import picture_of
from experiments.claims.statement import FILE, read_claim
from experiments.claims.table import claims_in, table
from experiments.plan import Study, read_study
from experiments.run import run_study
from sim.errors import ResultError

STUDY: Final = "study.yaml"
TABLE: Final = "CLAIMS.md"
"""Name of the table, beside the folder of the studies."""
MARK: Final = "engine"
"""Name of the file in which a folder of stores says with which engine its runs were made."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """Which claims to write, and how."""

    studies: Path
    """The folder of the studies."""
    only: Sequence[str] = ()
    """Numbers of claims; all when empty."""
    run: bool = True
    """Whether runs that are missing are made; else only texts are written from the results there are."""
    workers: int | None = None


def chosen(wish: Wish) -> dict[str, Path]:
    """The folders of the claims that are wanted.

    Raises:
        ResultError: there is no such claim.
    """
    found = claims_in(wish.studies)
    for number in wish.only:
        if number.upper() not in found:
            raise ResultError(f"there is no study of a claim '{number}', only of {', '.join(found)}")
    wanted = {number.upper() for number in wish.only} or set(found)
    return {number: folder for number, folder in found.items() if number in wanted}


def produce(wish: Wish, *, on_progress: Progress | None = None) -> Iterator[str]:
    """Write all that is wanted, and the table last; yields what was done, line by line."""
    for number, folder in chosen(wish).items():
        if wish.run:
            renew(folder, workers=wish.workers, on_progress=on_progress)
        if not (folder / "result.json").exists():
            yield f"{number}: no result yet"
            continue
        texts = texts_of(folder)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        yield f"{number}: {first_verdict(folder)}, {folder.name}/README.md"
    (wish.studies.parent / TABLE).write_text(table(wish.studies), encoding="utf-8")
    yield TABLE


def renew(folder: Path, *, workers: int | None = None, on_progress: Progress | None = None) -> None:
    """Run a claim's study, unless its runs are there and were made by this engine, and keep what it found."""
    study, claim = read_study(folder / STUDY), read_claim(folder / FILE)
    if is_current(folder, study):
        return
    mark = study.store.parent / f"{study.store.name}.{MARK}"
    same = mark.exists() and mark.read_text(encoding="utf-8") == engine_digest()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(engine_digest(), encoding="utf-8")
    executor = None if workers else "auto"
    outcome = run_study(folder / STUDY, workers=workers, executor=executor, on_progress=on_progress, resume=same)
    write_finding(folder, find(read_results(outcome.store), claim, study))


def is_current(folder: Path, study: Study) -> bool:
    """Whether the kept result was made by this engine from this plan."""
    try:
        made = read_finding(folder).made
    except ResultError:
        return False
    plan = plan_digest(study, read_claim(folder / FILE))
    now = {"engine_digest": engine_digest(), "study_digest": study.digest, "plan_digest": plan}
    return all(made.get(key) == value for key, value in now.items())


def texts_of(folder: Path) -> dict[str, str]:
    """The page and the picture of a claim by file name, from the result that is kept."""
    study, claim, finding = read_study(folder / STUDY), read_claim(folder / FILE), read_finding(folder)
    path = f"experiments/studies/{folder.name}/{STUDY}"
    return {
        "README.md": page(claim, study, finding, path=path),
        PICTURE: picture_of(claim.predictions[0], finding.evidence[0]),
    }


def first_verdict(folder: Path) -> str:
    """The claim's own verdict in a word."""
    return read_finding(folder).verdicts(read_claim(folder / FILE))[0].word
