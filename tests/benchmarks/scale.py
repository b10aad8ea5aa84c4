"""How fast, how large, how quick to start: beside scikit-learn, bm25s and tantivy, in one run.

    pip install bm25s tantivy scikit-learn
    python tests/benchmarks/scale.py                             # 10,000, 100,000, 1,000,000
    python tests/benchmarks/scale.py --sizes 50000 --questions 200
    python tests/benchmarks/scale.py --corpus FILE          # a sentence or JSON document a line

Without --corpus the sentences are made up (`corpus.py`). They are written as text files of 25
sentences; the others get ready-made sentences in memory. All question words are kept, words are
stemmed, the best 20 are asked for. Retrieval is timed question by question in turns in one process,
everything else in processes of its own. Ratios are those of medians; smaller is better for us.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from corpus import from_file, questions, sentences, write_folder

TOP = 20
ROUNDS = 9
CHECKOUT = Path(__file__).resolve().parent.parent.parent


def resident() -> float:
    """Megabytes of memory in use by this process."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(
            int(line.split()[1]) / 1024
            for line in status.read_text().splitlines()
            if line.startswith("VmRSS")
        )
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def disk(place: Path) -> float:
    """Megabytes of all files below a folder."""
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) / 1e6


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Place:
    """Where one size's corpus and indexes are."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.store = root, root / "folder", root / "store"
        self.bm25s, self.tantivy = root / "bm25s", root / "tantivy"
        self.lines_file, self.questions_file = root / "lines.txt", root / "questions.txt"

    def lines(self) -> list[str]:
        return self.lines_file.read_text("utf-8").split("\n")

    def questions(self) -> list[str]:
        return self.questions_file.read_text("utf-8").split("\n")


# --- what the child processes do ----------------------------------------------------------------


def build_verbatim(place: Place) -> dict[str, float]:
    from qa import refresh

    seconds = timed(lambda: refresh(place.folder, place.store))
    import sqlite3

    db = sqlite3.connect(place.store / "index.sqlite")
    text = db.execute("SELECT sum(length(text)) FROM documents").fetchone()[0] / 1e6
    db.close()
    return {"build": seconds, "disk": disk(place.store) - text, "text": text}


def build_bm25s(place: Place) -> dict[str, float]:
    import bm25s
    import Stemmer

    lines = place.lines()

    def build() -> None:
        stemmer = Stemmer.Stemmer("english")
        tokens = bm25s.tokenize(lines, stopwords=None, stemmer=stemmer, show_progress=False)
        retriever = bm25s.BM25()
        retriever.index(tokens, show_progress=False)
        retriever.save(place.bm25s, show_progress=False)

    return {"build": timed(build), "disk": disk(place.bm25s)}


def build_tantivy(place: Place) -> dict[str, float]:
    import tantivy

    lines = place.lines()
    place.tantivy.mkdir()

    def build() -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("body", stored=False, tokenizer_name="en_stem")
        schema.add_integer_field("number", stored=True, indexed=False)
        index = tantivy.Index(schema.build(), path=str(place.tantivy))
        writer = index.writer(heap_size=200_000_000)
        for number, line in enumerate(lines):
            writer.add_document(tantivy.Document(body=line, number=number))
        writer.commit()
        writer.wait_merging_threads()

    return {"build": timed(build), "disk": disk(place.tantivy)}


def search_verbatim(place: Place) -> Callable[[str], object]:
    from qa.index import Index
    from qa.retriever import TfidfRetriever
    from qa.terms import terms

    retriever = TfidfRetriever(Index(place.store).postings)
    return lambda question: retriever.search(dict.fromkeys(terms(question), 1.0), TOP)


def search_bm25s(place: Place) -> Callable[[str], object]:
    import bm25s
    import Stemmer

    retriever = bm25s.BM25.load(place.bm25s)
    stemmer = Stemmer.Stemmer("english")

    def search(question: str) -> object:
        tokens = bm25s.tokenize(
            question, stopwords=None, stemmer=stemmer, return_ids=False, show_progress=False
        )
        return retriever.retrieve(tokens, k=TOP, show_progress=False)

    return search


def search_tantivy(place: Place) -> Callable[[str], object]:
    import re

    import tantivy

    index = tantivy.Index.open(str(place.tantivy))
    index.reload()
    searcher = index.searcher()

    def search(question: str) -> object:
        query = index.parse_query(" ".join(re.findall(r"\w+", question)).lower(), ["body"])
        return [searcher.doc(at) for _, at in searcher.search(query, TOP).hits]

    return search


def search_sklearn(place: Place) -> Callable[[str], object]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import linear_kernel

    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform(place.lines())

    def search(question: str) -> object:
        scores = linear_kernel(vectorizer.transform([question]), matrix).ravel()
        return np.argsort(-scores)[:TOP]

    return search


SEARCHES = {
    "verbatim": search_verbatim, "bm25s": search_bm25s, "tantivy": search_tantivy,
    "scikit-learn": search_sklearn,
}  # fmt: skip


def retrieval(place: Place) -> dict[str, list[float]]:
    """Milliseconds for each question and each of three, in turns."""
    found: dict[str, list[float]] = {}
    searches = {name: SEARCHES[name](place) for name in ("verbatim", "bm25s", "tantivy")}
    for question in place.questions():
        for name, search in searches.items():
            found.setdefault(name, []).append(1000 * timed(lambda s=search: s(question)))  # noqa: B023
    return found


def sklearn(place: Place) -> list[float]:
    search = search_sklearn(place)
    return [1000 * timed(lambda: search(question)) for question in place.questions()[:30]]  # noqa: B023


def memory(place: Place, name: str) -> float:
    """Megabytes in use after all questions."""
    search = SEARCHES[name](place)
    for question in place.questions():
        search(question)
    return resident()


def whole(place: Place) -> dict[str, Any]:
    """Whole questions: retrieved, judged, marked, decided."""
    from qa import Bot

    with Bot.open(place.folder, index=place.store, refresh=False) as bot:
        times = [1000 * timed(lambda: bot.ask(question)) for question in place.questions()]  # noqa: B023
        return {"times": times, "memory": resident()}


def reopen(place: Place) -> float:
    """Seconds to open a folder in which nothing has changed."""
    from qa import Bot

    return timed(lambda: Bot.open(place.folder, index=place.store).close())


def add(place: Place) -> dict[str, float]:
    """Seconds until ten new documents can be asked about; and those for the index alone."""
    from qa import Bot, refresh

    for number in range(10):
        text = f"The zeppelin number {number} of Quuxville landed on Tuesday.\n\n"
        (place.folder / f"new-{number}.txt").write_text(text + "It was late.\n" * 20, "utf-8")
    alone = timed(lambda: refresh(place.folder, place.store))

    def visible() -> None:
        with Bot.open(place.folder, index=place.store, refresh=False) as bot:
            assert "zeppelin" in bot.ask("Where did the zeppelin number 7 land?").quotes[0].text

    return {"refresh": alone, "answer": timed(visible)}


CHILDREN: dict[str, Callable[..., Any]] = {
    "build-verbatim": build_verbatim, "build-bm25s": build_bm25s, "build-tantivy": build_tantivy,
    "retrieval": retrieval, "sklearn": sklearn, "memory": memory, "whole": whole,
    "reopen": reopen, "add": add,
}  # fmt: skip


# --- the table ----------------------------------------------------------------------------------


def child(place: Place, name: str, *rest: str) -> Any:
    ran = subprocess.run(
        [sys.executable, __file__, "--child", name, str(place.root), *rest],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout)


def cold_start(place: Place) -> tuple[float, float, float]:
    """Seconds of a new process: import numpy; open and answer; the same, the folder looked over."""
    question = place.questions()[0]
    programs = (
        "import numpy",
        "import sys; from qa import Bot; "
        "Bot.open(sys.argv[1], index=sys.argv[2], refresh=False).ask(sys.argv[3])",
        "import sys; from qa import Bot; Bot.open(sys.argv[1], index=sys.argv[2]).ask(sys.argv[3])",
    )
    arguments = [str(place.folder), str(place.store), question]
    # An installed package has its modules compiled, as numpy has: the first round sees to that.
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    times: list[list[float]] = [[], [], []]
    for _ in range(1 + ROUNDS):
        for found, program in zip(times, programs, strict=True):
            command = [sys.executable, "-c", program, *arguments]
            found.append(timed(lambda c=command: subprocess.run(c, env=environment, check=True)))
    first, second, third = (statistics.median(found[1:]) for found in times)
    return first, second, third


def row(what: str, ours: float, theirs: float | None, unit: str, against: str = "") -> None:
    ratio = f"{ours / theirs:8.2f} ×  {against} {theirs:,.2f} {unit}" if theirs else ""
    print(f"  {what:46}{ours:10,.2f} {unit:4}{ratio}", flush=True)


def measure(place: Place, with_sklearn: bool) -> float:
    """Prints one size's figures; returns the median of a retrieval."""
    ours = child(place, "build-verbatim")
    bm25s, tantivy = child(place, "build-bm25s"), child(place, "build-tantivy")
    times = child(place, "retrieval")
    median = {name: statistics.median(found) for name, found in times.items()}
    p99 = {name: float(np.percentile(found, 99)) for name, found in times.items()}
    for name in ("tantivy", "bm25s"):
        row("retrieval, median", median["verbatim"], median[name], "ms", name)
        row("retrieval, 99th percentile", p99["verbatim"], p99[name], "ms", name)
    if with_sklearn:
        slow = statistics.median(child(place, "sklearn"))
        row("retrieval, median", median["verbatim"], slow, "ms", "scikit-learn")
    answers = child(place, "whole")
    row("whole question, median", statistics.median(answers["times"]), None, "ms")
    row("whole question, 99th percentile", float(np.percentile(answers["times"], 99)), None, "ms")
    numpy_only, cold, looked_over = cold_start(place)
    row("new process to first answer", cold, numpy_only, "s", "import numpy")
    row("the same, folder looked over for changes", looked_over, numpy_only, "s", "import numpy")
    row("build, files to searchable", ours["build"], bm25s["build"], "s", "bm25s (sentences)")
    row("build, files to searchable", ours["build"], tantivy["build"], "s", "tantivy (sentences)")
    row("opening the unchanged folder", child(place, "reopen"), None, "s")
    row("memory, retrieval only", child(place, "memory", "verbatim"),
        child(place, "memory", "bm25s"), "MB", "bm25s")  # fmt: skip
    row("memory, whole questions", answers["memory"], None, "MB")
    row("disk, without the texts", ours["disk"], bm25s["disk"], "MB", "bm25s")
    row("disk, without the texts", ours["disk"], tantivy["disk"], "MB", "tantivy")
    row("texts, compressed", ours["text"], None, "MB")
    added = child(place, "add")
    row("adding 10 documents", added["refresh"], ours["build"], "s", "full build")
    row("adding 10 documents, opening and asking", sum(added.values()), ours["build"], "s", "build")
    return median["verbatim"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--keep", type=Path, help="folder in which corpora and indexes are left")
    parser.add_argument("--skip-sklearn", action="store_true")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        name, root, *rest = options.child
        print(json.dumps(CHILDREN[name](Place(Path(root)), *rest)))
        return
    root = options.keep or Path(tempfile.mkdtemp(prefix="verbatim-scale-"))
    grown: list[tuple[int, float]] = []
    try:
        for size in options.sizes:
            place = Place(root / str(size))
            shutil.rmtree(place.root, ignore_errors=True)
            place.folder.mkdir(parents=True)
            lines = list(from_file(options.corpus, size) if options.corpus else sentences(size))
            files = write_folder(place.folder, lines)
            place.lines_file.write_text("\n".join(lines), "utf-8")
            place.questions_file.write_text("\n".join(questions(lines, options.questions)), "utf-8")
            text = sum(map(len, lines)) / 1e6
            print(
                f"{len(lines):,} sentences, {text:,.0f} MB of text in {files:,} files", flush=True
            )
            del lines
            grown.append((size, measure(place, not options.skip_sklearn)))
        for (small, before), (large, after) in pairwise(grown):
            print(f"{large / small:.0f} × the sentences: retrieval takes {after / before:.1f} ×")
    finally:
        if not options.keep:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
