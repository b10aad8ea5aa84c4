"""A child process that reads files: `python -m qa.worker`, started by `readers`.

A job is a line of JSON on standard input, what was read goes to standard output: for each batch its
length in eight bytes and its content, and a length of zero when the job is done; one such length
comes first of all.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from qa.folder import File
from qa.preparing import Preparer


def main() -> None:
    """Reads files until there are no more jobs."""
    # The parent decides what an interruption means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not get between.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    preparer = Preparer()
    results.write(bytes(8))  # ready
    results.flush()
    for line in sys.stdin.buffer:
        job = json.loads(line)
        files = [
            File(path, absolute, size, mtime_ns, problem)
            for path, absolute, size, mtime_ns, problem in job["files"]
        ]
        for prepared in preparer.prepare(files, job["hashes"]):
            content = prepared.to_bytes()
            results.write(len(content).to_bytes(8, "little"))
            results.write(content)
            results.flush()
        results.write(bytes(8))
        results.flush()


if __name__ == "__main__":
    main()
