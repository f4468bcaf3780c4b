"""How a caller begins her answers: what is worth having ready before the first call.

Scripted trainees hold calls with her, and every answer is counted by its first clause and the anger in which it was given. What
comes often in rehearsals comes often in calls, so the few hundred commonest are most of what she will ever begin with.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from personas.persona import Persona
from simulator.rehearsal.calls import Rehearsed, rehearse
from simulator.rehearsal.trainees import TRAINEES, SayBack
from simulator.wording import first_clause, sentences

Beginning = tuple[str, int]
"""A first clause, and her anger rounded to a step."""


def beginnings(calls: Iterable[Rehearsed], step: int) -> Counter[Beginning]:
    """How often each was spoken in ``calls``, greetings included. Anger is rounded to ``step`` points, halves up."""
    return Counter(
        (_head(text), int((anger + step / 2) // step * step)) for call in calls for text, anger in _answers(call)
    )


def calls_with(persona: Persona, seeds: int, difficulty: int, back: SayBack) -> Iterator[Rehearsed]:
    """Calls of every scripted trainee with one caller on the line, ``seeds`` each."""
    for trainee in TRAINEES:
        for seed in range(1, seeds + 1):
            yield rehearse(persona, trainee, seed, difficulty=difficulty, back=back)


def _answers(call: Rehearsed) -> Iterator[tuple[str, float]]:
    """Her words at each turn and her anger then."""
    turn, begins = 0, True
    for who, _, text in call.said:
        if who == "trainee":
            turn, begins = turn + 1, True
        elif begins and text:
            yield text, call.curve[turn]
            begins = False


def _head(text: str) -> str:
    return first_clause(sentences(text)[0])[0]
