"""Every error the package raises on purpose; the command line and the web turn them into messages.

    QAError
    ├── QuestionError        the question cannot be asked as it stands (empty, too long, not text)
    ├── OptionError          an option has a value that means nothing (k=0, since="soon")
    ├── FolderError          the folder of documents is missing, unreadable or holds no document
    ├── DocumentError        one file cannot be read; the others go on
    ├── UnknownDocumentError a document was named that the index does not hold
    ├── IndexStoreError      the index is missing, damaged, locked or of another format
    ├── QuestionSetError     a file of questions to measure with or learn from is unusable
    └── ModelError           a model folder is missing, damaged, or made for another version

Each message says what is wrong and what to do next.
"""


class QAError(Exception):
    """Base of all errors of this package."""


class QuestionError(QAError):
    """The question cannot be asked as it stands."""


class OptionError(QAError):
    """An option has a value that means nothing."""


class FolderError(QAError):
    """The folder of documents is missing, unreadable or holds no document."""


class DocumentError(QAError):
    """One file cannot be read as a document; its message is the reason, without the path."""


class UnknownDocumentError(QAError):
    """A document was named that the index does not hold."""


class IndexStoreError(QAError):
    """The index is missing, damaged, locked or of another format."""


class QuestionSetError(QAError):
    """A file of questions to measure with or learn from is missing or malformed."""


class ModelError(QAError):
    """A model folder is missing, damaged, or made for another version of this package."""
