"""How long to wait, when to yield, when to cut in.

Theory of operation
-------------------
Latency is the wait for "are they done?", not the models, and every shortening of it cuts somebody off. So the wait is
never one number. It starts from a middle value, and three things move it:

* the turn-end model's probability: sure of an end, wait little; sure of none, wait long;
* what the caller has just asked: a number that is read out has pauses of a second, so it gets time;
* the trainee's own pace is left for later (see ``docs/decisions``).

Every wait counts from one anchor, the end of the last speech frame. A person answers after about 200 ms; a cloud agent
after 1.4 to 1.7 s. ``AT_ONCE`` is bounded below by the gate's own 192 ms of silence.

The acted delay is something else: a sullen second before "No." belongs to the character. It is drawn from the seed,
counts from the same anchor, and is recorded apart, so that nobody mistakes acting for slowness.

Interruption: duck first, decide second. Speech over the caller lowers her at once (reversible, sounds polite); only
after ``yield_after_ms``, longer the angrier she is, does she stop.
"""

from dataclasses import dataclass
from typing import Literal

from simulator.chance import Chance
from simulator.wording import has_phrase

Expecting = Literal["number", "answer", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPolicy:
    """Waits and limits, all in milliseconds. House defaults unless a source is named."""

    at_once_ms: int = 320
    """Silence after which a turn ends when the model is sure that it is over. The words are mostly there by then."""
    unsure_ms: int = 720
    """The same when the model cannot say. Home Assistant's default is 700; two sentences of one turn are often further
    apart than that."""
    held_ms: int = 1900
    """The same when the model is sure that more will come. The three were chosen on the train half of ``voice/turns``; what
    they do on the other half is printed by ``hotseat bench turns``."""
    number_extra_ms: int = 600
    """Added while a number is being read out: shortening this is the classic complaint (livekit #3701). All of it while the
    model does not think that the number is whole, and nothing once it is two to one that it is."""
    give_up_ms: int = 6000
    """After this the turn ends without the recogniser's answer; the caller says that she did not catch it."""
    duck_db: int = -12
    """The caller's level while both speak and nothing is decided."""
    collision_ms: int = 250
    """Speech that begins so soon after her first sound is no reaction to it: people need 200 ms for the quickest (Levinson
    and Torreira 2015). He had only paused, and she drops out soon, as one of two who begin together does."""
    collision_yield_ms: int = 300
    """How long she then goes on, lower: a cough is over by then."""
    yield_calm_ms: int = 250
    yield_furious_ms: int = 900
    """How long a calm and a furious caller talk on against the trainee."""
    fade_ms: int = 20
    check_in_ms: tuple[int, int, int] = (6_000, 12_000, 20_000)
    """Silence after which the caller asks "Hello?", asks again, and gives up (persona_engine.md, section 14)."""
    aside_ms: int = 1_200
    """Words that end this close before the caller's last sound are a reply, not a backchannel."""
    max_turns: int = 30
    max_ms: int = 12 * 60_000
    """A call that lasts longer is timed out by the caller."""
    pause_between_parts_ms: int = 180
    """Between the sentences of one utterance, at the natural pace."""
    pause_in_sentence_ms: int = 140
    """At the comma where her first sentence is cut."""
    opens_after_ms: int = 64
    """How long after she knows what to say she says "Well," if the beginning of it is not made yet: two frames, in which
    what was prepared arrives. People do the same (Clark and Fox Tree 2002: "uh" and "um" announce a delay)."""
    push_to_talk: bool = False
    """The trainee says with a key when he begins and when he is done; silence then ends no turn."""
    stop_words: tuple[str, ...] = ("stop the exercise", "stop the role play", "stop the roleplay", "end the exercise")
    """Said in a reply, any of these ends the role-play at once: nobody has to sit out a call that goes too near."""

    def wait_ms(self, done: float | None, expecting: Expecting) -> int:
        """Silence that ends the turn, given the model's probability (None while it is still thinking)."""
        if done is not None and done < 0.5:
            wait, sure = self.held_ms + (self.unsure_ms - self.held_ms) * done / 0.5, 0.0
        else:
            # Squared: only a model that is very sure shortens the wait by much. At 0.9 there are as many pauses as ends.
            sure = 0.0 if done is None else (done - 0.5) / 0.5
            wait = self.unsure_ms + (self.at_once_ms - self.unsure_ms) * sure**2
        return round(wait + self.number_extra_ms * max(0.0, 1 - 3 * sure) * (expecting == "number"))

    def stops(self, text: str) -> bool:
        """Whether a reply holds a stop word."""
        return any(has_phrase(text, phrase) for phrase in self.stop_words)

    def yield_after_ms(self, anger: float) -> int:
        """How long the caller talks on against the trainee at this anger (0 to 100): a trait, not a constant."""
        return round(self.yield_calm_ms + (self.yield_furious_ms - self.yield_calm_ms) * min(1.0, max(0.0, anger) / 80))

    def cut_in_after_ms(self, manner: str, anger: float) -> int | None:
        """Length of monologue after which the caller cuts in; None is never."""
        if manner == "cold" or anger < 55:
            return None
        return 15_000 if anger >= 80 else 20_000

    def acted_delay_ms(self, chance: Chance, turn: int, *, manner: str, anger: float, accepts: bool) -> int:
        """The pause that belongs to the character, from the last speech frame to the first sound (decision 022)."""
        if accepts:
            low, high = 250, 500
        elif manner == "cold":
            low, high = 350, 650
        elif manner == "hot" and anger >= 55:
            low, high = 100, 250
        else:
            low, high = 150, 350
        return chance.integer("delay", turn, low=low, high=high)
