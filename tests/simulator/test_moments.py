"""A reply that was given, and another one tried from the same state."""

from personas import shelf
from simulator.console.better import moment_of, try_lines
from simulator.mind import Reply
from simulator.moments import Answered, WatchedMind
from simulator.reading import FoundLabel, Matches, Reading

DANA = shelf.find("dana_double_billing")
LINE = DANA.lines_for("story", "any")[0]
BLAME = "You must have paid it twice."


class _Reader:
    """Reads blame in what blames, and a summary in everything else."""

    def read(self, reply: str, caller_line: str = "") -> Reading:
        assert caller_line == LINE
        label = "blame" if reply == BLAME else "paraphrase"
        return Reading(labels=(FoundLabel(label=label, probability=0.99, quote=reply),))


class _Matcher:
    def match(self, reply: str, persona: object) -> Matches:
        return Matches()


def blamed() -> tuple[WatchedMind, Answered]:
    seen: list[Answered] = []
    mind = WatchedMind(DANA, 1, watch=seen.append)
    mind.meets("Sam")
    mind.caller.told.append(LINE)
    mind.line = LINE
    reading = _Reader().read(BLAME, LINE)
    mind.answers(1, Reply(text=BLAME, reading=reading, matches=Matches()), question_open=False)
    return mind, seen[0]


def test_the_same_words_in_the_same_state_do_the_same() -> None:
    mind, one = blamed()
    again = one.instead(BLAME, one.reply.reading, one.reply.matches)

    assert again == one.answer.change and one.rise >= 5_000
    assert one.before.mood.anger == one.answer.change.before.anger  # trying leaves it as it was
    assert mind.mood.anger == one.answer.change.after.anger


def test_the_moment_says_what_hurt_and_what_was_known_then() -> None:
    moment = moment_of(blamed()[1], ["Hello."])

    assert moment.hurt[0] == ("blame", BLAME) and moment.told == (LINE,) and moment.earlier == ("Hello.",)
    assert moment.agent == "Sam" and moment.known == {"money_back", "fees", "not_again"} and not moment.met


def test_lines_are_tried_on_a_copy_of_her_mind() -> None:
    one = blamed()[1]
    tried = try_lines(one, [], _Reader(), _Matcher())  # type: ignore[arg-type]

    assert tried and tried[0].anger < one.answer.change.before.anger < one.answer.change.after.anger
    assert tried == try_lines(one, [], _Reader(), _Matcher())  # type: ignore[arg-type]
