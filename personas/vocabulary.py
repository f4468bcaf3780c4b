"""The words a persona file may use: moods, manners, situations, acts, slots, placeholders; no others are understood."""

import difflib
import re
from collections.abc import Iterable
from typing import Final, Literal, get_args

Mood = Literal["calm", "annoyed", "angry", "furious"]
Manner = Literal["hot", "cold", "shaky"]
Loudness = Literal["soft", "normal", "loud"]
Room = Literal["quiet", "street", "office", "kitchen", "car"]
Line = Literal["clear", "hiss", "crackle"]

MOODS: Final[tuple[Mood, ...]] = get_args(Mood)
"""The four bands of anger, mildest first."""
RECAP: Final = "what_happened"
"""Fact that holds her story in short. While pieces of the story are left she tells the next of them instead."""
WISHES: Final = "wants"
"""Fact that sums up what she wants: after her story, and until something of it is met; then she asks for the rest."""
ANY: Final = "any"
"""In a file: lines that fit every mood."""
CurveballKind = Literal["bad_line", "in_the_room", "cut_off", "someone_else"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
MANNERS: Final[tuple[Manner, ...]] = get_args(Manner)
"""How anger sounds at the same number: hot louder and faster, cold quieter and slower, shaky higher and breaking."""

PLACEHOLDERS: Final[dict[str, str]] = {
    "count": "how often the trainee has used the phrase, as a word: 'three'",
    "minutes": "how long the hold was, as a word: 'four'",
    "agent": "the trainee's first name, if the trainee gave one",
    "promise": "the day or time that was promised last, in the trainee's words: 'by Thursday'",
    "day": "the day that was promised, bare: 'Thursday', 'tomorrow'",
}
"""What can stand in {braces} in a line, and what is put there. ``{agent}``, ``{promise}`` and ``{day}`` may be unknown;
a line that needs an unknown one is not said, so every situation needs lines without."""

SLOTS: Final[tuple[str, ...]] = ("when", "day", "time_window", "name", "reference")
"""What an offer may ``need`` before the caller takes it: the parts the listener can hear in an offer."""

OPENINGS: Final = (
    "How can I help you?",
    "What can I do for you today?",
    "What seems to be the problem?",
    "And what seems to be the problem today?",
    "Tell me what happened.",
    "Tell me what happened, from the beginning.",
    "So what happened?",
    "What's going on?",
    "What is it about?",
    "What are you calling about today?",
)
"""What any call may be opened with. They ask for nothing in particular: the caller's own story is the answer."""
NAME_OPENINGS: Final = ("Can I take your name, please?", "Who am I speaking with?")
"""These ask for one thing. A fact may well answer them; a hidden need or an offer may not."""

VOICES: Final[dict[str, str]] = {
    "en_us_f1": "Woman in her fifties, low and unhurried.",
    "en_us_f2": "Woman in her late thirties, quick and dry.",
    "en_us_f3": "Young woman, bright.",
    "en_gb_f1": "British woman in her forties, level.",
    "en_gb_f2": "British woman in her twenties, light.",
    "en_us_m1": "Man in his thirties, mid-range.",
    "en_us_m2": "Man in his sixties, deep and slow.",
    "en_gb_m1": "British man in his forties.",
    "en_gb_m2": "British man in his twenties, higher and quicker.",
}
"""Speakers that a persona may name, and whom one hears: those of ``voice/voices.toml`` but for the trainees'. A test keeps
the two in step, for this package reads no other's files."""

SITUATIONS: Final[dict[str, str]] = {
    "greeting": "her first words when the trainee picks up",
    "story": "what happened, told in order, one piece per turn; a plain list without moods",
    "demand_again": "she asks again for what she has already asked for",
    "heard_right": "the trainee summed it up correctly",
    "heard_wrong": "the trainee summed it up, but got a day wrong",
    "softens": "an apology, empathy or owning the fault went in",
    "warming": "her mood has just dropped by a band",
    "not_ready": "a good offer came before she felt heard",
    "offered_before": "she has been heard, and comes back to an offer that came too early",
    "accept": "she takes an offer",
    "test": "the offer is nearly good enough, or sounds too good",
    "reject": "the offer does not do",
    "too_late": "what is offered would come after the day she needs it by",
    "what_was_that": "she cannot tell what the trainee offered or meant",
    "promises_only": "one vague promise after another, and nothing in any of them",
    "flattered": "thanks and compliments where she wants something done",
    "parrot": "the trainee has used the same phrase again and again ({count})",
    "asked_before": "the trainee asks for something she has already given",
    "dont_know": "she is asked something the file has no answer to",
    "verification": "she is asked for a detail to identify her that the file does not have",
    "small_talk": "the trainee makes conversation",
    "lost": "she could not follow the trainee",
    "interrupted": "the trainee talked over her",
    "cut_in": "she interrupts a monologue",
    "silence": "the trainee said nothing for a long time and then spoke",
    "takes_a_moment": "a word or two before an answer that is not ready yet; more follows, so it ends with a comma",
    "check_in_1": "six seconds of silence",
    "check_in_2": "still silence: the second time she asks",
    "give_up_silence": "silence to the end: she hangs up",
    "hold_before": "the trainee asks her to hold",
    "hold_after": "the trainee comes back from a hold ({minutes})",
    "transfer": "the trainee wants to pass her on",
    "voice_raised": "the trainee got loud",
    "told_to_calm_down": "the trainee told her to calm down",
    "blamed": "the trainee put the fault on her",
    "contradicted": "the trainee disputed what she said",
    "excused": "the trainee excused himself or the company",
    "refused": "the trainee said a flat no",
    "refused_early": "the trainee said a flat no before she had said what she wants, were it after her whole story; once a call",
    "brushed_off": "the trainee made it small",
    "hurried": "the trainee hurried her",
    "not_done": "the trainee says goodbye, or asks for anything else, with everything still open",
    "mumbled": "the trainee has once more only grunted",
    "boundary": "the trainee set a fair limit, politely",
    "supervisor": "she asks for a supervisor",
    "supervisor_again": "she asked for a supervisor and the reply passed over it",
    "supervisor_sure": 'she asked for a supervisor and heard a bare "okay" or "yes"',
    "handed_over": "she is being put through to the supervisor she asked for",
    "supervisor_refused": "she asked for a supervisor and got a flat no",
    "supervisor_withdrawn": "the trainee offered to fetch one and asked to try first, and she agrees",
    "promise_callback": "she reminds the trainee of a promise ({promise})",
    "promise_again": "she asked whether a promise stands and the reply passed over it",
    "contradiction": "the trainee contradicts an own promise",
    "takes_no": "nobody can give her one thing she asked for twice, and she lets it go",
    "last_warning": "one more and she hangs up",
    "hang_up": "she hangs up",
    "close_warm": "the end, settled and calm",
    "close_cool": "the end, settled but not friends",
    "cuts_across": "two on the line: she breaks in on the other's story",
    "sided_against": "two on the line: the trainee took the other's side",
    "left_out": "two on the line: for four replies nothing was said to her",
    "waits_for_other": "two on the line: she has what she wanted, the other has not",
    "times_out": "she has run out of time and has to go",
    "stop_word": "the trainee said the stop word: the practice ends at once, kindly",
}
"""Every situation there are lines for, and when it comes up."""

CALMING_ACTS: Final[tuple[str, ...]] = (
    "paraphrase", "summary_check", "open_question", "let_finish", "backchannel", "empathy", "apology", "own_fault",
    "gratitude", "partnership", "ownership", "action", "options", "explanation", "next_steps", "follow_up",
    "honest_limit", "supervisor", "steady_voice",
)  # fmt: skip
"""Acts that lower anger; ``calming: when`` and ``times_calm`` take these."""
RAISING_ACTS: Final[tuple[str, ...]] = (
    "hostile", "blame", "dismiss", "argue", "wall", "repeat_question", "rush", "vague_promise", "ignored_question",
    "jargon", "parroting", "talk_over", "raised_voice", "dead_air", "transfer", "contradiction", "heard_wrong", "sided", "left_out",
)  # fmt: skip
"""Acts that raise anger; ``triggers: when`` with ``times`` takes these."""
NEUTRAL_ACTS: Final[tuple[str, ...]] = ("hold", "boundary")
"""Acts that do either, as it comes."""
ACTS: Final[tuple[str, ...]] = CALMING_ACTS + RAISING_ACTS + NEUTRAL_ACTS
"""Everything the listener can notice and a trigger can be put on."""

ACT_OF_LABEL: Final[dict[str, str]] = {
    "solution": "action",
    "dismissive": "dismiss",
    "defensive": "argue",
    "refusal": "wall",
    "rushing": "rush",
    "information_request": "repeat_question",
}
"""Labels of the reply reader whose act has another name: authors who know the debrief write these by mistake."""

FIRST_TO_WRITE: Final = (
    "demand_again", "softens", "heard_right", "not_ready", "accept", "warming", "told_to_calm_down", "close_warm",
    "hang_up", "last_warning", "reject", "test", "blamed", "brushed_off", "refused", "hurried", "dont_know", "close_cool",
    "hold_before", "hold_after",
)  # fmt: skip
"""Situations in the order in which own lines pay most: those that come in most calls, and those that everybody remembers."""

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def placeholders_in(line: str) -> frozenset[str]:
    """Names in braces in ``line``: what must be known before it can be said."""
    return frozenset(PLACEHOLDER.findall(line))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or None."""
    tidy = re.sub(r"[\s-]+", "_", word.strip().lower())[:80]
    found = difflib.get_close_matches(tidy, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean 'flares'?``, or nothing."""
    found = nearest(word, known)
    return f"Did you mean '{found}'?" if found else ""
