"""What a study costs besides its simulations: `python -m experiments.studies.speed.studies` from the root.

Nothing here passes or fails: the goals stand beside what was measured.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, Final

import numpy as np

from experiments import flow
from experiments.run import run_study
from experiments.studies.speed.cases import stated
from experiments.studies.speed.footprint import peak
from experiments.studies.speed.measure import README, Line, put_table, table
from experiments.task import Brief, Done, Outcome, Piece

BEGIN, END = "<!-- studies -->", "<!-- end of studies -->"
VISITS: Final = 150_000
"""Above the number below which ledgers are audited; some tenths of a second for both policies."""
TASK: Final = 0.2
"""Seconds of a task by which its overhead is judged."""
GOES: Final = 3

TINY: Final = """\
version: 1
title: A tiny shop
world:
  calendar: {measure: 2 d}
  products: {gadget: {price: 40, unit_cost: 15}}
  suppliers: {factory: {}}
  warehouses: {main: {}}
  lanes: [{from: factory, to: main, lead_time: 1 d}]
  customers: {shoppers: {buys: gadget, from: main, visits: 2/d, patience: 9 d}}
levers: {replenish: {rule: s_S, s: 5, S: 20}}
policies: {out_of_stock: {}, backorder: {when_short: backorder}}
"""


def a_study(folder: Path, scenario: str, factors: str, *, replications: int) -> Path:
    """A study on disk."""
    folder.mkdir(parents=True)
    (folder / "shop.yaml").write_text(scenario, encoding="utf-8")
    text = f"version: 1\nquestion: How fast?\nexpectation: Fast.\nscenario: shop.yaml\nreplications: {replications}\n"
    (folder / "study.yaml").write_text(f"{text}factors: {factors}\n", encoding="utf-8")
    return folder / "study.yaml"


def timed_study(folder: Path, *, replications: int, points: int = 1) -> Path:
    """A study of the typical shop, at prices that change nothing."""
    scenario = json.dumps(stated(VISITS))
    factors = f"{{products.product_0.price: {[20 + n for n in range(points)]}}}"
    return a_study(folder, scenario, factors, replications=replications)


class Mailed(Executor):
    """Runs tasks in this process, but sends them and their results through pickles, and counts both."""

    def __init__(self) -> None:
        self.tasks = 0
        self.out = 0
        self.back = 0
        self.working = 0.0
        """Processor seconds inside the tasks."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a task now."""
        sent = pickle.dumps((function, args, kwargs))
        work, arguments, named = pickle.loads(sent)
        start = process_time()
        result = work(*arguments, **named)
        self.working += process_time() - start
        answer = pickle.dumps(result)
        self.tasks, self.out, self.back = self.tasks + 1, self.out + len(sent), self.back + len(answer)
        future: Future[Any] = Future()
        future.set_result(pickle.loads(answer))
        return future


class MadeUp(Executor):
    """Answers at once with outcomes that nobody simulated, so that only the parent's own work is left."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ARG002
        """Make up what a task would bring."""
        brief, pieces = args
        future: Future[Any] = Future()
        future.set_result(tuple(Done(tuple(self._outcomes(brief, piece)), 0.005 * len(piece)) for piece in pieces))
        return future

    @staticmethod
    def _outcomes(brief: Brief, piece: Piece) -> Iterator[Outcome]:
        chance = np.random.default_rng(piece.point)
        for number in range(piece.first, piece.end):
            values = chance.random((len(brief.policies), len(brief.measures)))
            ledgers = tuple(chance.bytes(32).hex() for _ in brief.policies)
            yield Outcome(piece.point, number, values, ledgers, ("",) * len(brief.policies))


def overhead(folder: Path) -> Iterator[Line]:
    """What a study costs besides its tasks, from a short and a long one of tasks of one replication each.

    Processor time of this process outside of its tasks, which does not depend on how long they take.
    """
    flow.SHORTEST = flow.LONGEST = 0.0
    _around(folder / "first", 2)  # whatever is imported when first needed
    short, few, _ = _around(folder / "short", 20)
    long, many, mail = _around(folder / "long", 120)
    each = (long - short) / (many - few)
    once = short - few * each
    share = (once + many * each) / (many * TASK)
    found = f"{share:.1%}: {once:.2f} s once and {each * 1e3:.1f} ms a task"
    yield Line(f"study, store and transport, of {many} tasks of {TASK} s", found, "< 5 %")
    sizes = f"{mail.out / mail.tasks:.0f} bytes out for each task, {mail.back / many / 2:.0f} back for each run"
    yield Line("on the wire", sizes)


def _around(folder: Path, replications: int) -> tuple[float, int, Mailed]:
    """Processor seconds of a study outside of its tasks, their number, and how they were sent."""
    path = a_study(folder, TINY, "{products.gadget.price: [20, 21, 22]}", replications=replications)
    mail, start = Mailed(), process_time()
    run_study(path, executor=mail, workers=1)
    return process_time() - start - mail.working, mail.tasks, mail


def workers(folder: Path) -> Iterator[Line]:
    """Two processes of loky against one, start included, by the clock on the wall."""
    found = []
    for go in range(GOES):
        seconds = []
        for executor in ("loky:1", "loky:2"):
            path = timed_study(folder / f"{go}{executor[-1]}", replications=40)
            start = perf_counter()
            run_study(path, executor=executor)
            seconds.append(perf_counter() - start)
        found.append(seconds)
    ratios = ", ".join(f"{one / two:.2f}" for one, two in found)
    lengths = f"{median(one for one, _ in found):.1f} s and {median(two for _, two in found):.1f} s"
    yield Line("two workers, 40 replications of two policies", f"{ratios} times as fast ({lengths})", ">= 1.7 times")


def tiny(folder: Path, *, runs: int, simulate: bool) -> Iterator[Line]:
    """Memory and time of this process over very many very short runs, made up or simulated on two workers."""
    points = runs // 20
    path = a_study(folder, TINY, f"{{products.gadget.price: {list(range(20, 20 + points))}}}", replications=10)
    start, used = perf_counter(), process_time()
    outcome = run_study(path, executor="loky:2" if simulate else MadeUp(), workers=2)
    wall, own = perf_counter() - start, process_time() - used
    parts = list(outcome.store.glob("*.parquet"))
    size = sum(part.stat().st_size for part in parts)
    found = f"{peak():.0f} MiB at most in the parent, which was busy for {own / outcome.runs * 1e3:.2f} ms a run"
    what = "simulated" if simulate else "made-up"
    yield Line(f"{outcome.runs:,} {what} runs, {points:,} settings", f"{found} ({wall:.0f} s in all)", "< 1 GB")
    yield Line("their store", f"{len(parts)} parts, {size / 1e6:.1f} MB, {size / outcome.runs:.0f} bytes a run")


def main() -> None:
    """Measure, and write the table into the README if asked."""
    parser = argparse.ArgumentParser(description="Measure what a study costs besides its simulations.")
    parser.add_argument("--runs", type=int, default=100_000, help="tiny runs; 100,000 by default")
    parser.add_argument("--simulate", action="store_true", help="simulate the tiny runs, which takes ten minutes")
    parser.add_argument("--only", choices=["memory", "overhead", "workers"], help="one part alone")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        parts = {
            "memory": tiny(place / "memory", runs=asked.runs, simulate=asked.simulate),
            "overhead": overhead(place / "overhead"),
            "workers": workers(place / "workers"),
        }
        chosen = [lines for name, lines in parts.items() if asked.only in (None, name)]
        text = table((line for lines in chosen for line in lines), sys.stderr.write)
    sys.stdout.write(text + "\n")
    if asked.write:
        put_table(README, text, between=(BEGIN, END))


if __name__ == "__main__":
    main()
