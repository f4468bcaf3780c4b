"""Events and commands survive the way to disk and back, and only they do."""

import json
import math
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import commands, events
from simulator.codec import decode, dumps, encode
from simulator.errors import RecordingError
from simulator.ports import Transcript

VIEW = commands.MoodView(anger=0, band="calm", heard=0.0, trust=0.0, patience=0.0, residue=0.0, floor=0.0)
REPORT = encode(
    commands.ReportTurn(
        turn=1, start_ms=0, end_ms=1, text="", confidence=1.0, before=VIEW, after=VIEW, ledger=(), acts=()
    )
)
KINDS = [*typing.get_args(events.Event), *typing.get_args(commands.Command)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_round_trip(kind: type) -> None:
    @given(st.builds(kind, **{name: _strategy(hint) for name, hint in typing.get_type_hints(kind).items()}))
    def check(value: events.Event) -> None:
        again = decode(json.loads(dumps(encode(value))))
        assert value == again
        assert dumps(encode(value)) == dumps(encode(again))

    check()


def _strategy(hint: object) -> st.SearchStrategy[object]:
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if hint is str:
        return st.text(st.characters(exclude_categories=["Cs"]))
    origin, items = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and len(items) == 2 and items[1] is Ellipsis:
        return st.lists(_strategy(items[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_strategy(item) for item in items))
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        return st.builds(hint, **{name: _strategy(item) for name, item in typing.get_type_hints(hint).items()})
    return st.from_type(hint)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        {},
        {"k": "Nonsense"},
        {"k": "Tick"},
        {"k": "Tick", "t": "soon"},
        {"k": "Tick", "t": True},
        {"k": "Tick", "t": 1, "u": 2},
        {"k": "TraineeAction", "t": 1, "action": "dance", "text": ""},
        {"k": "Transcribed", "t": 1, "turn": 1, "take": 1, "transcript": {"text": 3}},
        {"k": "Transcribed", "t": 1, "turn": 1, "take": 1, "transcript": "hello"},
        {"k": "SpeechReady", "t": 1, "utterance": 1, "part": 0, "duration_ms": 1, "words": "hello"},
        {"k": "SpeechReady", "t": 1, "utterance": 1, "part": 0, "duration_ms": 1, "words": ["hello"]},
        {"k": "FrameHeard", "t": 1, "p": True, "db": -30.0},
        {"k": "FrameHeard", "t": 1, "p": None, "db": -30.0},
        {"k": "FrameHeard", "t": 1.0, "p": 0.5, "db": -30.0},
        {"k": "EndCall", "outcome": "won", "manner": "", "detail": ""},
        {"k": "EndCall", "outcome": [], "manner": "", "detail": ""},
        {"k": []},
        {"k": "FrameHeard", "t": 1, "p": 10**400, "db": -30.0},
        {"k": "FrameHeard", "t": 1, "p": math.nan, "db": -30.0},
    ],
)
def test_damage_is_named(plain: object) -> None:
    with pytest.raises(RecordingError):
        decode(plain)


def test_the_message_says_what_is_wrong_with_it() -> None:
    """Whoever repairs a recording by hand finds the field."""

    def message(plain: object) -> str:
        with pytest.raises(RecordingError) as caught:
            decode(plain)
        return str(caught.value)

    assert "Nonsense" in message({"k": "Nonsense"})
    assert "a damaged Tick: unknown field 'u'" in message({"k": "Tick", "t": 1, "u": 2, "v": 3})
    assert "expected an object, found 'hello'" in message(
        {"k": "Transcribed", "t": 1, "turn": 1, "take": 1, "transcript": "hello"}
    )
    assert "expected an array, found 'hello'" in message({**REPORT, "acts": "hello"})
    assert "expected 2 items, found 1" in message({**REPORT, "offers": [["voucher"]]})
    assert "expected 2 items, found 3" in message({**REPORT, "offers": [["voucher", "known", "?"]]})
    assert "'won' is none of" in message({"k": "EndCall", "outcome": "won"})


@pytest.mark.parametrize(("plain", "p"), [(1, 1.0), (0, 0.0), (0.25, 0.25)])
def test_a_whole_number_is_read_as_the_real_one_it_stands_for(plain: float, p: float) -> None:
    """Other writers drop the ".0"; the bytes written again are ours all the same."""
    event = decode({"k": "FrameHeard", "t": 1, "p": plain, "db": -30.0})

    assert isinstance(event, events.FrameHeard)
    assert (event.p, type(event.p)) == (p, float)
    assert dumps(encode(event)) == f'{{"k":"FrameHeard","t":1,"p":{p!r},"db":-30.0}}'


def test_what_may_be_left_out_is_filled_in() -> None:
    assert decode({"k": "EndCall", "outcome": "resolved"}) == commands.EndCall(outcome="resolved")


def test_the_bytes_are_canonical() -> None:
    event = events.Transcribed(t=5, turn=1, take=2, transcript=Transcript(text="Ja – gut", confidence=0.9))

    assert dumps(encode(event)) == (
        '{"k":"Transcribed","t":5,"turn":1,"take":2,"transcript":{"text":"Ja – gut","words":[],"confidence":0.9}}'
    )
    with pytest.raises(ValueError):
        dumps(math.inf)
