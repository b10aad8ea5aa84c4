"""How long does `qa ask` take as a whole process, beside `import sklearn` in the same run?

    python tests/benchmarks/startup.py

The two commands take turns, so that a slow moment of the machine hits both; medians and the median
of the ratios are printed. The index exists before the first run, files are in the system's cache.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
QUESTION = "Who told Pashinyan that France will call a Security Council session?"


def main() -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": tempfile.mkdtemp()}
    command = Path(sys.executable).with_name("qa")
    if not command.exists():
        sys.exit(f"{command} is missing; install the package into this environment first")
    commands = {
        "qa ask": [str(command), "ask", QUESTION],
        "import sklearn": [sys.executable, "-c", "import sklearn"],
        "import numpy": [sys.executable, "-c", "import numpy"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(RUNS + 1):
        for name, arguments in commands.items():
            started = time.perf_counter()
            subprocess.run(arguments, env=environment, check=True, capture_output=True)
            if run:  # the first one warms the caches
                times[name].append(time.perf_counter() - started)
    for name, seconds in times.items():
        ratio = statistics.median(
            ours / other for ours, other in zip(times["qa ask"], seconds, strict=True)
        )
        print(
            f"{name:15} median {statistics.median(seconds):.3f} s, "
            f"from {min(seconds):.3f} to {max(seconds):.3f} s; qa ask takes {ratio:.2f} × that"
        )


if __name__ == "__main__":
    main()
