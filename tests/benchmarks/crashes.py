"""Does anything get lost when indexing is killed at random moments?

    python tests/benchmarks/crashes.py [--kills 100] [--seed 0]

A folder of made-up articles is indexed from nothing, or articles are added, changed and deleted;
the process is killed (SIGKILL) at a random moment, half of the time within a commit or a merge.
Then everything in the index is read and checked, and compared with what the killed process had
committed. At the end, the index must answer twenty questions as one that is built in one go.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, count, islice
from pathlib import Path

from corpus import sentences

from qa import Bot, refresh
from qa.errors import IndexStoreError
from qa.index import Index

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FILES = 1200
# Brings an index up to date with short steps, and writes down when commits and merges begin, and
# what there is once they have ended.
CHILD = """
import sys
from pathlib import Path
import qa.preparing
from qa import update
from qa.writer import IndexWriter

update._COMMIT_EVERY, qa.preparing._LONGEST = 0.15, 0.1
log = open(sys.argv[3], "w", buffering=1)

def told(name):
    method = getattr(IndexWriter, name)
    def telling(self, *arguments):
        log.write(f"begin {name}\\n")
        found = method(self, *arguments)
        rows = self._db.execute("SELECT path, checksum FROM documents").fetchall()
        told = "\\t".join(f"{path} {checksum}" for path, checksum in rows)
        log.write(f"end {name} {told}\\n")
        return found
    setattr(IndexWriter, name, telling)

told("commit"), told("merge")
log.write("start\\n")
update.refresh(Path(sys.argv[1]), Path(sys.argv[2]))
log.write("done\\n")
"""


class Archive:
    """A folder of made-up articles that changes, and its index."""

    def __init__(self, place: Path, chance: random.Random) -> None:
        self.folder, self.store, self.log = place / "folder", place / "store", place / "log"
        self._chance, self._made = chance, 0
        self._texts = self._articles()

    def _articles(self) -> Iterator[str]:
        made = chain.from_iterable(sentences(1 << 18, seed) for seed in count())
        while True:
            yield "\n\n".join(" ".join(islice(made, 3)) for _ in range(6)) + "\n"

    def _write(self, count: int) -> None:
        for _ in range(count):
            self._made += 1
            (self.folder / f"{self._made:06}.txt").write_text(next(self._texts))

    def begin(self) -> None:
        """A new folder, without an index."""
        for place in (self.folder, self.store):
            shutil.rmtree(place, ignore_errors=True)
        self.folder.mkdir()
        self._write(FILES)

    def change(self) -> None:
        """Articles are deleted, added and changed, few or many of them."""
        for file in self._chance.sample(sorted(self.folder.iterdir()), 60):
            file.unlink()
        self._write(self._chance.choice((10, 200, 500)))
        for file in self._chance.sample(sorted(self.folder.iterdir()), 40):
            file.write_text(file.read_text() + f"\n\nVersion {self._made} of the zeppelin.\n")

    def documents(self) -> dict[str, str]:
        """What is in the index, all of it checked: the checksum of each path."""
        try:
            with closing(Index(self.store)) as index:
                index.verify()
                rows = dict(index._select("SELECT path, checksum FROM documents"))
                assert len(index.entries()) == len(rows) == index.info.documents
                return rows
        except IndexStoreError as error:
            if "there is no index" not in str(error):
                raise
            return {}

    def update(self) -> subprocess.Popen[bytes]:
        """A process that brings the index up to date; it has begun."""
        self.log.unlink(missing_ok=True)
        found = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(self.folder), str(self.store), str(self.log)],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        while found.poll() is None and "start" not in self.told():
            time.sleep(0.005)
        return found

    def told(self) -> list[str]:
        """The lines that the process has written."""
        return self.log.read_text().split("\n")[:-1] if self.log.exists() else []


def killed(archive: Archive, chance: random.Random, limit: float) -> str | None:
    """Kills an update; what it was doing then, or None where it was done already."""
    process = archive.update()
    aim = chance.choice(("", "", "begin commit", "begin merge"))
    until = time.monotonic() + (3 * limit if aim else chance.random() * limit)
    while process.poll() is None and time.monotonic() < until:
        if aim and aim in archive.told():
            time.sleep(chance.random() * (0.3 if "merge" in aim else 0.05))
            break
        time.sleep(0.002)
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    lines = archive.told()
    if not running or "done" in lines:
        return None
    return f"in a {lines[-1].split()[1]}" if lines[-1].startswith("begin") else "between"


def lost(archive: Archive, before: dict[str, str], doing: str) -> list[str]:
    """The paths of documents that were committed and are not there as they were."""
    ends = [line.split(" ", 2)[2] for line in archive.told() if line.startswith("end")]
    committed = (
        dict(entry.rsplit(" ", 1) for entry in ends[-1].split("\t") if entry) if ends else before
    )
    found = archive.documents()
    if doing == "between":
        return [path for path, checksum in committed.items() if found.get(path) != checksum]
    # The commit under way may have made it: what is still in the folder is there in any case.
    return [path for path in committed if path not in found and (archive.folder / path).exists()]


def answers(archive: Archive, store: Path, questions: list[str]) -> list[str]:
    with Bot.open(archive.folder, index=store, refresh=False) as bot:
        each = [bot.ask(question).to_dict() for question in questions]
    return [json.dumps({**answer, "took_ms": 0}) for answer in each]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as place:
        archive = Archive(Path(place), chance)
        archive.begin()
        started = time.monotonic()
        archive.update().wait()
        limit = time.monotonic() - started
        done: Counter[str] = Counter()
        missing = 0
        while done.total() < chosen.kills:
            before: dict[str, str] = {}
            anew = done.total() % 3 == 0
            if anew:
                archive.begin()
            else:
                refresh(archive.folder, archive.store)
                before = archive.documents()
                archive.change()
            doing = killed(archive, chance, limit if anew else limit / 3)
            if doing is None:
                continue
            done[f"{'first' if anew else 'later'}, {doing}"] += 1
            gone = lost(archive, before, doing)
            missing += len(gone)
            if gone:
                print("LOST:", *gone[:5], f"({len(gone)}, killed {doing})")
            if done.total() % 10 == 0:
                print(f"{done.total()} kills, {missing} documents lost", flush=True)
        refresh(archive.folder, archive.store)
        refresh(archive.folder, Path(place) / "at once")
        texts = [file.read_text() for file in sorted(archive.folder.iterdir())[:20]]
        questions = [" ".join(text.split()[5:13]) for text in texts]
        alike = answers(archive, archive.store, questions) == answers(
            archive, Path(place) / "at once", questions
        )
    print(", ".join(f"{count} × {doing}" for doing, count in sorted(done.items())))
    print(f"{missing} documents lost; twenty questions are answered alike: {alike}")
    sys.exit(missing > 0 or not alike)


if __name__ == "__main__":
    main()
