"""The model folder: fitted weights, where they come from, and how they are kept.

    model.json        format, what the weights were made of and by which command, their scores, and
                      each section's features and numbers, readable
    SECTION.npy       the arrays of a section that has some, one after the other; no pickle

A section belongs to one module, which names the features it expects: a model made for other ones
is refused, never used by position.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError

FORMAT = 2
FILE_NAME = "model.json"
_RETRAIN = "make it anew with `qa train FILE...`, or leave out --model for the weights that ship"


@dataclass(frozen=True)
class Section:
    """What one module has fitted: named numbers, and arrays where there are too many to read.

    `features` are the names of what the numbers or arrays weigh, in order; may be empty.
    """

    features: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def linear(cls, weights: Mapping[str, float], **numbers: float) -> Section:
        """A section of one weight for each feature, and other numbers, such as a bias."""
        return cls(tuple(weights), {**weights, **numbers})

    def vector(self) -> NDArray[np.float64]:
        """The numbers of the features, in order. Raises ModelError where one has none."""
        missing = [name for name in self.features if name not in self.numbers]
        if missing:
            raise ModelError(f"the model has no weight for {', '.join(missing)}; {_RETRAIN}")
        return np.array([self.numbers[name] for name in self.features], np.float64)


@dataclass(frozen=True)
class Weights:
    """Fitted sections by name.

    `about` tells where they come from, in plain JSON: the data by name and hash, the seed, the
    command, the scores.
    """

    sections: Mapping[str, Section]
    about: Mapping[str, Any] = field(default_factory=dict)
    source: str = "the model"

    @classmethod
    def load(cls, folder: str | Path) -> Weights:
        """Reads a model folder. Raises ModelError, which tells how to make it anew."""
        place = Path(folder)
        plain = _read_json(place / FILE_NAME)
        source = f"the model in {place}"
        found = plain.get("format")
        if found != FORMAT:
            raise ModelError(f"{source} has format {found!r}, not {FORMAT}; {_RETRAIN}")
        try:
            sections = {
                name: Section(
                    tuple(map(str, entry["features"])),
                    {key: _finite(number) for key, number in entry["numbers"].items()},
                    _arrays(place / f"{name}.npy", entry) if entry["arrays"] else {},
                )
                for name, entry in plain["sections"].items()
            }
            about = dict(plain["about"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{source} is damaged ({error!r}); {_RETRAIN}") from error
        return cls(sections, about, source)

    @classmethod
    def shipped(cls) -> Weights:
        """The weights that ship with the package, read once."""
        return _shipped()

    def section(self, name: str, features: Sequence[str] | None = None) -> Section:
        """A section, which must have been made for these features, in this order.

        None does not ask. Raises ModelError.
        """
        found = self.sections.get(name)
        if found is None:
            raise ModelError(f"{self.source} has no section {name!r}; {_RETRAIN}")
        if features is not None and found.features != tuple(features):
            other = sorted(set(found.features) ^ set(features)) or ["another order"]
            raise ModelError(
                f"{self.source} was made for other features than this version of verbatim-qa uses "
                f"({name}: {', '.join(other)}); {_RETRAIN}"
            )
        return found

    def save(self, folder: str | Path) -> None:
        """Writes the model folder: the same weights give the same bytes. Raises ModelError."""
        place = Path(folder)
        files: dict[str, bytes] = {}
        plain: dict[str, Any] = {"format": FORMAT, "about": self.about, "sections": {}}
        for name, section in self.sections.items():
            content = _packed(section.arrays) if section.arrays else b""
            if content:
                files[f"{name}.npy"] = content
            plain["sections"][name] = {
                "features": list(section.features),
                "numbers": {key: float(number) for key, number in section.numbers.items()},
                "arrays": list(section.arrays),
                "sha256": hashlib.sha256(content).hexdigest() if content else "",
            }
        text = json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False)
        files[FILE_NAME] = text.encode() + b"\n"  # the last, as it tells the others' checksums
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                part = place / f"{name}.part"
                part.write_bytes(content)
                part.replace(place / name)
        except OSError as error:
            raise ModelError(
                f"cannot write the model into {place}: {error.strerror or error}; "
                "name another folder"
            ) from error


@cache
def _shipped() -> Weights:
    return Weights.load(Path(__file__).resolve().parent / "model")


def _read_json(file: Path) -> dict[str, Any]:
    try:
        plain = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelError(f"there is no model in {file.parent} ({reason}); {_RETRAIN}") from error
    if not isinstance(plain, dict):
        raise ModelError(f"{file} is not the description of a model; {_RETRAIN}")
    return plain


def _finite(number: object) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise ValueError(f"{number!r} is no weight")
    return float(number)


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    # Not as an archive: to load what reads archives takes longer than all the rest of a model.
    content = io.BytesIO()
    for array in arrays.values():
        np.save(content, array, allow_pickle=False)
    return content.getvalue()


def _arrays(file: Path, entry: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {file} ({error.strerror or error}); {_RETRAIN}") from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ModelError(f"{file} is damaged or of another model; {_RETRAIN}")
    stream = io.BytesIO(content)
    return {str(name): np.load(stream, allow_pickle=False) for name in entry["arrays"]}
