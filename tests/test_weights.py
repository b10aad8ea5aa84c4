"""The model folder: what is written comes back, and what does not fit is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.weights import FILE_NAME, Section, Weights

WEIGHTS = Weights(
    {
        "sentence": Section.linear({"coverage": 7.0, "order": -0.125}, bias=0.1),
        "phrase": Section(
            ("hashed",),
            {"shift": 2.0},
            {"table": np.arange(6, dtype=np.float32).reshape(2, 3), "words": np.array(["é", "b"])},
        ),
    },
    {"data": [{"name": "own.json", "sha256": "ab"}], "seed": 3, "command": "qa train own.json"},
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    WEIGHTS.save(tmp_path / "model")
    return tmp_path / "model"


def altered(model: Path, **changes: Any) -> Path:
    file = model / FILE_NAME
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), "utf-8")
    return model


def test_what_is_saved_is_loaded(model: Path) -> None:
    loaded = Weights.load(model)
    assert loaded.about == WEIGHTS.about
    assert loaded.sections.keys() == WEIGHTS.sections.keys()
    sentence = loaded.section("sentence", ["coverage", "order"])
    assert sentence.numbers == {"coverage": 7.0, "order": -0.125, "bias": 0.1}
    assert sentence.vector().tolist() == [7.0, -0.125]
    phrase = loaded.section("phrase")
    assert phrase.arrays["table"].dtype == np.float32
    assert phrase.arrays["table"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert phrase.arrays["words"].tolist() == ["é", "b"]


def test_the_same_weights_give_the_same_bytes(model: Path, tmp_path: Path) -> None:
    Weights.load(model).save(tmp_path / "again")
    assert sorted(p.name for p in model.iterdir()) == ["model.json", "phrase.npy"]
    for file in model.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_come_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, numbers: dict[str, float]
) -> None:
    place = tmp_path_factory.mktemp("model")
    Weights({"sentence": Section(tuple(numbers), numbers)}).save(place)
    assert Weights.load(place).section("sentence", list(numbers)).numbers == numbers


@pytest.mark.parametrize("features", [["coverage"], ["order", "coverage"], ["coverage", "new"]])
def test_other_features_are_refused(model: Path, features: list[str]) -> None:
    with pytest.raises(ModelError, match=r"other features .*(order|new).*qa train"):
        Weights.load(model).section("sentence", features)


def test_a_missing_section_is_told(model: Path) -> None:
    with pytest.raises(ModelError, match=r"no section 'confidence'.*qa train"):
        Weights.load(model).section("confidence")


def test_a_feature_without_a_weight_is_told() -> None:
    with pytest.raises(ModelError, match="no weight for order"):
        Section(("coverage", "order"), {"coverage": 1.0}).vector()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 0}, "has format 0, not 2"),
        ({"format": None}, "has format None"),
        ({"sections": {"sentence": {}}}, "is damaged"),
        ({"sections": []}, "is damaged"),
        ({"about": 3}, "is damaged"),
        ({"sections": {"s": {"features": [], "numbers": {"a": "x"}, "arrays": []}}}, "no weight"),
        ({"sections": {"s": {"features": [], "numbers": {}, "arrays": ["a"]}}}, "cannot read"),
    ],
)
def test_what_does_not_fit_is_told(model: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ModelError, match=told) as error:
        Weights.load(altered(model, **changes))
    assert "qa train" in str(error.value)


def test_damaged_arrays_are_told(model: Path) -> None:
    file = model / "phrase.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match=r"phrase\.npy is damaged"):
        Weights.load(model)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"\xff"])
def test_a_folder_without_a_model_is_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(ModelError, match="qa train"):
        Weights.load(tmp_path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot write the model"):
        WEIGHTS.save(tmp_path / "file" / "model")
