"""Which of her lines she says."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.chance import Chance
from simulator.lines import LineBag

WELL = ("One.", "Two.", "Three.")
LESS = ("Four.", "Five.")


def bag() -> LineBag:
    return LineBag(Chance(1, "test"))


def test_what_fits_best_is_said_first_and_nothing_twice() -> None:
    mine = bag()
    said = [mine.pick((WELL, LESS), "story") for _ in range(6)]

    assert sorted(filter(None, said[:3])) == sorted(WELL)
    assert sorted(filter(None, said[3:5])) == sorted(LESS)
    assert said[5] is None


def test_what_must_be_said_is_said_again_but_not_twice_running() -> None:
    mine = bag()
    said = [mine.pick((WELL,), "check_in", again=True) for _ in range(20)]

    assert None not in said
    assert all(one != two for one, two in zip(said, said[1:], strict=False))
    assert all(said.count(line) >= 6 for line in WELL)


def test_the_only_line_there_is_may_be_said_again() -> None:
    mine = bag()

    assert [mine.pick((("Hm.",),), "lost", again=True) for _ in range(3)] == ["Hm."] * 3


def test_a_line_whose_filling_is_not_known_is_not_said() -> None:
    mine = bag()

    assert mine.pick((("Thanks, {agent}.",),), "close", {"agent": ""}, again=True) is None
    assert mine.pick((("Thanks, {agent}.",),), "close", {"agent": "Sam"}) == "Thanks, Sam."


@given(st.lists(st.booleans(), max_size=30), st.integers(0, 5))
def test_it_is_the_same_every_time(agains: list[bool], seed: int) -> None:
    def run() -> list[str | None]:
        mine = LineBag(Chance(seed, "x"))
        return [mine.pick((WELL, LESS), "s", again=again) for again in agains]

    assert run() == run()
