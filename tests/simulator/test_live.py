"""The conductor: work that nobody waits for any more is not done."""

from collections.abc import Callable

from simulator.live import Conductor, Result, Work
from tests.simulator.test_ahead import Counted, conductor, run


class Slow:
    """Workers that begin nothing until they are let go."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, Work]] = []
        self._done: list[Result] = []

    def submit(self, lane: str, work: Work, failed: Callable[[Exception], Result]) -> None:
        self.waiting.append((lane, work))

    def let_go(self, lane: str) -> None:
        waiting = [work for each, work in self.waiting if each == lane]
        self.waiting = [(each, work) for each, work in self.waiting if each != lane]
        self._done += [work() for work in waiting]

    def ready(self) -> list[Result]:
        done, self._done = self._done, []
        return done


def slow_call(models: Counted) -> tuple[Conductor, Slow]:
    call = conductor(models, ahead=False)
    run(call, lambda t: False, 2_500)  # she has greeted
    workers = Slow()
    call.workers = workers
    return call, workers


def test_only_the_longest_take_of_a_turn_is_recognised() -> None:
    models = Counted()
    call, workers = slow_call(models)
    run(call, lambda t: t < 4_000 or 4_300 <= t < 6_000, 4_250)
    run(call, lambda t: t < 4_000 or 4_300 <= t < 6_000, 6_250)
    assert [lane for lane, _ in workers.waiting] == ["ears", "ears"]

    workers.let_go("ears")
    assert len(models.heard) == 1
    assert models.heard[0] > 3_000  # milliseconds: the whole reply


def test_what_she_will_not_say_any_more_is_not_made() -> None:
    models = Counted()
    call, workers = slow_call(models)

    def replies(until_ms: int, decided_ms: int) -> list[str]:
        """The trainee speaks until then; she decides on an answer, and nothing of it is made yet."""
        run(call, lambda t: t < until_ms, until_ms + 250)
        for _ in ("recognised", "read"):
            workers.let_go("ears")
            call.deliver()
        run(call, lambda t: False, decided_ms)
        workers.let_go("shelf")
        return [lane for lane, _ in workers.waiting]

    made = len(models.made)
    first = replies(4_000, 5_500)
    assert first and set(first) == {"mouth"}
    both = replies(6_500, 8_500)  # he went on before she had begun
    assert len(both) > len(first)

    workers.let_go("mouth")
    assert len(models.made) - made == len(both) - len(first)
    assert call.failures == []
