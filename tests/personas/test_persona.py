"""The persona as a value: lookup of lines, the dial, JSON and digest."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.findings import PersonaError
from personas.house import house_lines
from personas.loader import load
from personas.persona import Persona, Temper
from personas.vocabulary import MOODS, SITUATIONS
from tests.personas.support import DANA, SHIPPED, SMALL, written

ROOT = Path(__file__).parent.parent.parent
WRITTEN = load(DANA)


@pytest.fixture(scope="module")
def dana() -> Persona:
    return WRITTEN


@pytest.fixture
def small(tmp_path: Path) -> Persona:
    return load(written(tmp_path / "late_parcel.yaml", SMALL))


def test_defaults(small: Persona) -> None:
    assert Temper() == small.temper
    assert (small.title, small.version, small.difficulty, small.who.manner) == ("Late parcel", 1, 3, "hot")
    assert small.lines["story"] == {"any": ("It was due Monday.", "It is still not here.")}
    assert small.offers[0].gives == (("arrives", 100),)


@pytest.mark.parametrize(
    ("moods", "mood", "expected"),
    [
        ({"angry": ("A",), "any": ("X",)}, "angry", "A"),
        ({"angry": ("A",), "any": ("X",)}, "furious", "X"),
        ({"annoyed": ("N",), "furious": ("F",)}, "calm", "N"),
        ({"annoyed": ("N",), "furious": ("F",)}, "angry", "N"),  # equally near: the milder
        ({"calm": ("C",), "furious": ("F",)}, "angry", "F"),
        ({"furious": ("F",)}, "calm", "F"),
        ({"angry": (), "furious": ("F",)}, "angry", "F"),
        ({"calm": ("C",), "angry": ("A",)}, "any", "C"),
    ],
)
def test_lookup_of_lines(small: Persona, moods: dict[str, tuple[str, ...]], mood: str, expected: str) -> None:
    persona = small.model_copy(update={"lines": {"softens": moods}})

    assert (expected,) == persona.lines_for("softens", mood)


def test_house_lines_stand_in_for_whole_situations(small: Persona) -> None:
    assert house_lines("hot")["softens"]["furious"] == small.lines_for("softens", "furious")
    assert house_lines("hot")["softens"]["annoyed"] == small.lines_for("softens", "calm")


def test_no_situation_is_without_lines(small: Persona) -> None:
    bare = small.model_copy(update={"lines": {}, "house": {}})
    for persona in (small, bare):
        for situation in SITUATIONS:
            for mood in (*MOODS, "any"):
                assert persona.lines_for(situation, mood)


def test_unknown_situations_and_moods_are_slips_of_ours(small: Persona) -> None:
    with pytest.raises(KeyError, match="situation 'softness'"):
        small.lines_for("softness", "calm")
    with pytest.raises(KeyError, match="mood 'cross'"):
        small.lines_for("softens", "cross")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_json_and_back(path: Path) -> None:
    persona = load(path)
    again = Persona.from_json(json.loads(json.dumps(persona.to_json())))

    assert persona == again
    assert hash(persona) == hash(again)
    assert persona.digest() == again.digest()


def test_a_recorded_persona_needs_no_house_lines(small: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = small.to_json()
    monkeypatch.setattr("personas.house.house_lines", lambda manner: {})
    again = Persona.from_json(recorded)

    assert {situation for situation in SITUATIONS if again.lines_for(situation, "angry")} == set(SITUATIONS)


def test_the_digest_is_of_the_content(dana: Persona) -> None:
    other = dana.model_copy(update={"title": "Charged twice"})

    assert dana.digest() != other.digest()
    assert dana.digest() == load(DANA).digest()
    assert len(dana.digest()) == 64


def test_the_digest_is_the_same_in_every_process(dana: Persona) -> None:
    code = f"from personas.loader import load; print(load({str(DANA)!r}).digest())"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert dana.digest() == done.stdout.strip()


@pytest.mark.parametrize("value", [{}, {"id": "x"}, {"id": "x", "nose": 1}, {"id": 3}])
def test_what_is_not_a_recorded_persona_is_refused_in_one_line(value: dict[str, object]) -> None:
    with pytest.raises(PersonaError) as caught:
        Persona.from_json(value)

    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("(recording):1:1: ")


def test_a_persona_cannot_be_changed(dana: Persona) -> None:
    with pytest.raises(ValueError, match="frozen"):
        dana.temper.start_anger = 0


DIALLED = {
    1: {"start_anger": 56, "flares": 0.7, "forgives": 1.24, "stays_angry": 0.23, "patience": 124, "trusts_us": 0.32},
    2: {"start_anger": 62, "flares": 0.85, "forgives": 1.12, "stays_angry": 0.29, "patience": 112, "trusts_us": 0.27},
    3: {"start_anger": 68, "flares": 1.0, "forgives": 1.0, "stays_angry": 0.35, "patience": 100, "trusts_us": 0.22},
    4: {"start_anger": 74, "flares": 1.15, "forgives": 0.88, "stays_angry": 0.41, "patience": 88, "trusts_us": 0.17},
    5: {"start_anger": 80, "flares": 1.3, "forgives": 0.76, "stays_angry": 0.47, "patience": 76, "trusts_us": 0.12},
}


@pytest.mark.parametrize("d", DIALLED)
def test_the_dial(dana: Persona, d: int) -> None:
    dialled = dana.at_difficulty(d)

    assert DIALLED[d] == {name: getattr(dialled.temper, name) for name in DIALLED[d]}
    assert dana == dialled.model_copy(update={"temper": dana.temper})
    same = ("calms_to", "wants_to_be_heard_first", "old_grievance", "tells_story_in")
    assert [getattr(dana.temper, name) for name in same] == [getattr(dialled.temper, name) for name in same]


@pytest.mark.parametrize("d", [0, 6, -1])
def test_the_dial_has_five_steps(dana: Persona, d: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 5"):
        dana.at_difficulty(d)


@settings(max_examples=60)
@given(
    start=st.floats(0, 100), inertia=st.floats(0, 0.6), trust=st.floats(0, 1), flares=st.floats(0.5, 1.5),
    forgives=st.floats(0.5, 1.5), patience=st.floats(20, 150),
)  # fmt: skip
def test_a_harder_dial_is_never_easier(
    start: float, inertia: float, trust: float, flares: float, forgives: float, patience: float
) -> None:
    temper = Temper(
        start_anger=start, stays_angry=inertia, trusts_us=trust, flares=flares, forgives=forgives, patience=patience
    )
    persona = WRITTEN.model_copy(update={"temper": temper})
    steps = [persona.at_difficulty(d).temper for d in range(1, 6)]
    assert steps[2] == temper
    for easier, harder in pairwise(steps):
        assert easier.start_anger <= harder.start_anger + 1e-4
        assert easier.flares <= harder.flares
        assert easier.forgives >= harder.forgives
        assert easier.stays_angry <= harder.stays_angry + 1e-4
        assert easier.patience >= harder.patience
        assert easier.trusts_us >= harder.trusts_us - 1e-4
    for dialled in steps:
        assert 0 <= dialled.start_anger <= max(95, start)
        assert 0 <= dialled.trusts_us <= 1
        assert Temper.model_validate(dialled.model_dump(mode="json")) == dialled  # a recording takes it
