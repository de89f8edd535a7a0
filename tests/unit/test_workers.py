"""Workers end with the process that started them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sim.workers import MANY

PARENT = """
import subprocess, sys
worker = '''
import os, time
from sim.workers import end_with
end_with(os.getppid())
print("at work", flush=True)
time.sleep(120)
'''
subprocess.run([sys.executable, "-c", worker])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows does not show a lost parent")
def test_a_worker_ends_soon_after_its_parent_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "at work\n"
        parent.kill()
        rest, _ = parent.communicate(timeout=60)  # ends when nobody holds the pipe any more
        assert rest == ""


def test_a_worker_looks_for_garbage_seldom() -> None:
    look = "import gc, os; from sim.workers import end_with; end_with(os.getppid()); print(gc.get_threshold()[0])"
    worker = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert int(worker.stdout) == MANY
