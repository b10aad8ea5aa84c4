"""Verbatim answers questions from a folder of documents, only in words that stand in them.

from qa import Bot

with Bot.open("articles/") as bot:
    answer = bot.ask("Who told Pashinyan about the session?")
    print(answer.answer, answer.quotes[0].document.path)
"""

from qa.answer import (
    Answer,
    Correction,
    DatePhrase,
    Document,
    IndexInfo,
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
from qa.survey import Survey
from qa.update import Report, refresh

__version__ = "0.1.0"

__all__ = [
    "Answer", "Bot", "Correction", "DatePhrase", "Document", "DocumentEntry", "DocumentError",
    "FolderError", "IndexInfo", "IndexStoreError", "ModelError", "OptionError", "Phrase",
    "Problem", "QAError", "QuestionError", "QuestionSetError", "Quote", "Report", "Sentence",
    "Source", "Span", "Survey", "UnknownDocumentError", "__version__", "refresh",
]  # fmt: skip
