"""Verbatim answers questions from a folder of documents, only in words that stand in them.

from qa import Bot

with Bot.open("articles/") as bot:
    answer = bot.ask("Who told Pashinyan about the session?")
    print(answer.answer, answer.quotes[0].document.path)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qa.answer import (
    Answer,
    Correction,
    DatePhrase,
    Document,
    IndexInfo,
    Match,
    Phrase,
    Problem,
    Quote,
    Sentence,
    Source,
    Span,
)
from qa.bot import Bot
from qa.catalogue import DocumentEntry
from qa.errors import (
    DocumentError,
    FolderError,
    IndexStoreError,
    ModelError,
    OptionError,
    QAError,
    QuestionError,
    QuestionSetError,
    UnknownDocumentError,
)

if TYPE_CHECKING:
    from qa.survey import Survey
    from qa.update import Report, refresh

__version__ = "0.1.0"

__all__ = [
    "Answer", "Bot", "Correction", "DatePhrase", "Document", "DocumentEntry", "DocumentError",
    "FolderError", "IndexInfo", "IndexStoreError", "Match", "ModelError", "OptionError", "Phrase",
    "Problem", "QAError", "QuestionError", "QuestionSetError", "Quote", "Report", "Sentence",
    "Source", "Span", "Survey", "UnknownDocumentError", "__version__", "refresh",
]  # fmt: skip

_LATER = {"Report": "qa.update", "Survey": "qa.survey", "refresh": "qa.update"}


def __getattr__(name: str) -> Any:
    """What only those need who read folders or look indexes over: imported when asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_LATER[name]), name)
    return value
