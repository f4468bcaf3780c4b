"""Events and commands survive the way to disk and back, and only they do."""

import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import commands, events
from simulator.codec import decode, dumps, encode
from simulator.errors import RecordingError

KINDS = [*typing.get_args(events.Event), *typing.get_args(commands.Command)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_round_trip(kind: type) -> None:
    @given(st.builds(kind, **{name: _strategy(hint) for name, hint in typing.get_type_hints(kind).items()}))
    def check(value: events.Event) -> None:
        again = decode(__import__("json").loads(dumps(encode(value))))
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
        {"k": "EndCall", "outcome": "won", "manner": "", "detail": ""},
    ],
)
def test_damage_is_named(plain: object) -> None:
    with pytest.raises(RecordingError):
        decode(plain)
