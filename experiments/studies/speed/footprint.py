"""One replication in a process of its own: time of each stage, and how much memory the process came to need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import Final

from experiments.studies.speed.cases import shop
from sim import Scenario, draw_tape, measure, simulate

ROOT: Final = Path(__file__).parents[3]


def footprint(visits: int) -> dict[str, float]:
    """Visits, seconds of each stage and peak MiB of a fresh process that runs one replication of the typical case."""
    return footprint_of(shop(visits))


def footprint_of(scenario: Scenario) -> dict[str, float]:
    """The same of any scenario under its policy `backorder`; also the number of supply orders."""
    command = [sys.executable, "-m", "experiments.studies.speed.footprint"]
    stated = scenario.model_dump_json(exclude_unset=True)
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, input=stated)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _stages(scenario: Scenario) -> dict[str, float]:
    _play(shop(1_000))
    before = peak()
    return {**_play(scenario), "before": before, "peak": peak()}


def _play(scenario: Scenario) -> dict[str, float]:
    world, levers = scenario.world, scenario.policy("backorder")
    start = process_time()
    tape = draw_tape(world, seed=1, replication=0)
    drawn = process_time()
    ledger = simulate(world, levers, tape)
    played = process_time()
    measure(world, ledger, tape.visits)
    measured = process_time()
    stages = {"tape": drawn - start, "engine": played - drawn, "measures": measured - played}
    return {"visits": len(tape.visits), "orders": len(ledger.orders.seq), **stages}


def peak() -> float:
    """The most memory this process has had so far, in MiB."""
    status = Path("/proc/self/status")
    if status.is_file():  # Linux counts a parent's memory as the child's own in `ru_maxrss`
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    import resource  # noqa: PLC0415 - Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_stages(Scenario.model_validate(json.load(sys.stdin)))))
