"""The table of speeds: `python -m experiments.studies.speed.measure` from the root of the repository.

Nothing here passes or fails: the goals stand beside what was measured.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from os import times
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, NamedTuple

from experiments.studies.speed.cases import RULES, full_shop, shop
from experiments.studies.speed.footprint import ROOT, footprint
from experiments.studies.speed.reference import LeanShop, TextbookShop
from experiments.studies.speed.timing import pace, ratio
from sim import Ledger, Levers, Scenario, Tape, audit, draw_tape, measure, packages, run, simulate
from sim.words import Fate

HOME: Final = Path(__file__).parent
README: Final = HOME / "README.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
VISITS: Final = 300_000
MANY: Final = 100_000
SOME: Final = 50_000
"""Visits of the slower cases."""


class Line(NamedTuple):
    """One line of the table."""

    what: str
    found: str
    goal: str = ""


def orders() -> Iterator[Line]:
    """What one visit costs in the engine."""
    goals = {("typical", "out_of_stock"): "<= 2.5 timeouts", ("typical", "backorder"): "<= 2.5 timeouts"}
    for case in RULES:
        scenario = shop(VISITS if case == "typical" else SOME, case)
        tape = draw_tape(scenario.world, seed=1, replication=0)
        for policy in scenario.policies:
            play = partial(simulate, scenario.world, scenario.policy(policy), tape)
            ledger = play()
            cost = pace(play, len(tape.visits))
            short = (ledger.visits.fate != 0).mean()
            found = f"{cost.timeouts:.2f} timeouts, {cost.microseconds:.2f} us ({short:.0%} of visits short)"
            yield Line(f"one visit, {case}, {policy}", found, goals.get((case, policy), ""))


def full_customers() -> Iterator[Line]:
    """What one visit on the tape costs when customers remember, and against the same shop where they do not."""
    scenario, plain = full_shop(MANY), shop(MANY, products=2)
    tape, calm = (draw_tape(each.world, seed=1, replication=0) for each in (scenario, plain))
    for policy in scenario.policies:
        play = partial(simulate, scenario.world, scenario.policy(policy), tape)
        cost, fates = pace(play, len(tape.visits)), play().visits.fate[: len(tape.visits)]
        longer = ratio(play, partial(simulate, plain.world, plain.policy(policy), calm))
        share = (fates != Fate.ABSENT).mean()
        found = f"{cost.timeouts:.2f} timeouts, {cost.microseconds:.2f} us ({share:.0%} of visits on the tape come)"
        yield Line(f"one visit, full customer, {policy}", found, "<= 5 timeouts")
        each = longer * len(calm.visits) / len(tape.visits)
        yield Line(f"the same against plain customers, {policy}", f"{each:.1f} times as long")


def textbook() -> Iterator[Line]:
    """The engine against a process per customer."""
    scenario = shop(MANY)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    for model, who in ((TextbookShop, "everybody"), (LeanShop, "only who finds the shelf short")):
        for policy in scenario.policies:
            levers = scenario.policy(policy)
            told = partial(_read, model, scenario, levers, tape)
            longer = ratio(told, partial(simulate, scenario.world, levers, tape))
            yield Line(f"a process per customer, {who} waits, {policy}", f"{longer:.1f} times as long", ">= 10 times")


def _read(model: type[TextbookShop], scenario: Scenario, levers: Levers, tape: Tape) -> None:
    model(scenario.world, levers, tape).run()


def stages() -> Iterator[Line]:
    """Tape, measures and audit against the engine over two policies."""
    scenario = shop(VISITS)
    world, policies = scenario.world, [scenario.policy(name) for name in scenario.policies]
    tape = draw_tape(world, seed=1, replication=0)
    ledgers = [simulate(world, levers, tape) for levers in policies]

    def audited() -> None:
        for levers, ledger in zip(policies, ledgers, strict=True):
            audit(world, levers, tape, ledger)

    works: dict[str, tuple[Callable[[], object], str]] = {
        "tape": (lambda: draw_tape(world, seed=1, replication=0), "<= 15 %"),
        "measures": (lambda: [measure(world, ledger, tape.visits) for ledger in ledgers], "<= 15 %"),
        "audit": (audited, ""),
    }
    for name, (work, goal) in works.items():
        share = ratio(work, lambda: [simulate(world, levers, tape) for levers in policies])
        yield Line(f"{name}, of the engine's time over two policies", f"{share:.1%}", goal)


def sizes() -> Iterator[Line]:
    """Bytes of what is kept."""
    scenario = shop(VISITS)
    tape = draw_tape(scenario.world, seed=1, replication=0)
    million = 1e6 / len(tape.visits) / 1e6
    yield Line("tape, of a million visits", f"{_bytes(tape.visits) * million:.1f} MB", "<= 35 MB")
    for policy in scenario.policies:
        ledger = simulate(scenario.world, scenario.policy(policy), tape)
        tables = (ledger.visits, ledger.waits, ledger.moves, ledger.orders)
        size = sum(map(_bytes, tables)) * million
        yield Line(f"ledger, of a million visits, {policy}", f"{size:.1f} MB", "<= 20 MB")


def _bytes(table: Any) -> int:
    columns = (getattr(table, column.name) for column in fields(table))
    return sum(column.nbytes for column in columns if column is not None)


def growth(*, large: bool) -> Iterator[Line]:
    """Time and memory against the number of visits, each in a fresh process."""
    for visits in (100_000, 1_000_000, *((10_000_000,) if large else ())):
        spent = footprint(visits)
        each = {name: spent[name] / spent["visits"] * 1e6 for name in ("tape", "engine", "measures")}
        stages = ", ".join(f"{name} {time:.2f}" for name, time in each.items())
        memory = f"{spent['peak']:.0f} MiB at most, {spent['peak'] - spent['before']:.0f} above the start"
        yield Line(f"{visits:,} visits", f"us per visit: {stages}; {memory}", "linear")


def breadth() -> Iterator[Line]:
    """Time against products and nodes, for the same number of visits that the shelves can serve."""
    play = _play(shop(VISITS, "never short"))
    placed = len(play().orders.seq)
    for products, warehouses in ((10, 1), (100, 1), (1, 10), (10, 10)):
        wide = _play(shop(VISITS, "never short", products=products, warehouses=warehouses))
        longer, orders = ratio(wide, play), len(wide().orders.seq)
        what = f"never short, products x warehouses = {products} x {warehouses}"
        found = f"{longer:.2f} times as long as 1 x 1, with {orders} supply orders and not {placed}"
        yield Line(what, found, "nearly free")


def _play(scenario: Scenario) -> Callable[[], Ledger]:
    tape = draw_tape(scenario.world, seed=1, replication=0)
    return partial(simulate, scenario.world, scenario.policy("backorder"), tape)


def workers() -> Iterator[Line]:
    """Two workers against one: by the clock on the wall, and by what each used of a processor."""
    scenario = shop(VISITS)
    one = partial(run, scenario, replications=40, audit=False)
    two = partial(run, scenario, replications=40, audit=False, workers=2)
    wall = median(_wall(one) / _wall(two) for _ in range(3))
    found = f"{wall:.2f} times as fast on the wall, {_spent(one) / (_spent(two) / 2):.2f} by processor time"
    yield Line("two workers, 40 replications", found, ">= 1.7 times")


def _spent(work: Callable[[], object]) -> float:
    """Processor seconds of this process and of those it started and saw end."""
    before = times()
    work()
    after = times()
    return sum(after[:4]) - sum(before[:4])


def cold_start() -> Iterator[Line]:
    """The first answer a newcomer gets."""
    command = [sys.executable, "-m", "sim", "compare", "scenarios/food_processor.yaml", "--quiet"]
    compare = partial(subprocess.run, command, check=True, capture_output=True, cwd=ROOT)
    found = f"{median(_wall(compare) for _ in range(3)):.1f} s on the wall"
    yield Line("`stockout compare scenarios/food_processor.yaml` from cold", found, "< 10 s")


def _wall(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def table(lines: Iterator[Line], tell: Callable[[str], object]) -> str:
    """The lines as Markdown, each told as soon as it is known."""
    rows = ["| what | measured | goal |", "|---|---|---|"]
    for line in lines:
        rows.append(f"| {line.what} | {line.found} | {line.goal} |")
        tell(f"{line.what}: {line.found} {f'(goal {line.goal})' if line.goal else ''}\n")
    return "\n".join(rows)


def _all(*, large: bool) -> Iterator[Line]:
    visits = (orders, full_customers, textbook)
    for part in (*visits, stages, sizes, partial(growth, large=large), breadth, workers, cold_start):
        yield from part()


def main() -> None:
    """Measure everything, and write the table into the README if asked."""
    parser = argparse.ArgumentParser(description="Measure the speed of the engine and all around it.")
    parser.add_argument("--large", action="store_true", help="also ten million visits (about a minute, 2 GB)")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    asked = parser.parse_args()
    found = table(_all(large=asked.large), sys.stderr.write)
    versions = packages()
    machine = f"{platform.system()} {platform.machine()}, Python {versions['python']}, SimPy {versions['simpy']}"
    text = f"{found}\n\nMeasured on {machine}, NumPy {versions['numpy']}."
    sys.stdout.write(text + "\n")
    if asked.write:
        put_table(README, text, between=(BEGIN, END))


def put_table(page: Path, text: str, *, between: tuple[str, str]) -> None:
    """Put a table between two marks of a page."""
    begin, end = between
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
