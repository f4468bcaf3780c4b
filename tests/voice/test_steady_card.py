"""Unplugging: noticed, held, recovered or given up; and never another microphone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import DeviceError, EngineError
from simulator.ports import FRAME_SAMPLES, SAMPLE_RATE, SoundCard
from tests.voice.fake_sounddevice import FakeSoundDevice, info, tone
from voice.capture import FrameQueue
from voice.devices import list_devices
from voice.playout import Playout
from voice.steady_card import LOOK_AGAIN_S, NOTICED_S, PATIENCE_S, SteadyCard, headset
from voice.virtual_card import VirtualCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.ports import Samples


class Desk:
    """A headset that is plugged in and out; time passes only while somebody waits."""

    def __init__(self, *lives: int, away: Sequence[int] = (), tells: bool = False) -> None:
        """``lives``: frames until each unplugging. ``away``: attempts to open that find nothing after each."""
        self.lives, self.away, self.tells = list(lives), list(away), tells
        self.cards: list[VirtualCard] = []
        self.now_s = 50.0
        self.missing = 0
        self.number = 0
        self.changes: list[str] = []

    def make(self, playout: Playout) -> VirtualCard:
        if self.missing:
            self.missing -= 1
            raise DeviceError("not plugged in")
        life = self.lives.pop(0) if self.lives else None
        self.missing = self.away.pop(0) if self.away else 0
        self.cards.append(VirtualCard(self._read, unplug_after=life, unplug_tells=self.tells, playout=playout))
        return self.cards[-1]

    def _read(self, index: int) -> Samples:
        self.number += 1
        return np.full(FRAME_SAMPLES, self.number / 32768, dtype=np.float32)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def card(self, **options: float) -> SteadyCard:
        return SteadyCard(self.make, clock=lambda: self.now_s, wait=self.wait, on_change=self.changes.append, **options)


def numbers(frames: list[Samples]) -> list[int]:
    return [round(float(frame[0]) * 32768) for frame in frames]


def test_it_is_a_sound_card_and_opens_once() -> None:
    card: SoundCard = Desk().card()
    with card.open(lambda frame: None) as player:
        assert player.position() == (0, 0, True)
    with pytest.raises(EngineError, match="opened once"):
        card.open(lambda frame: None).__enter__()


def test_loss_is_noticed_within_a_second_of_silence() -> None:
    """What the owner of a call does: wait for a frame, at most this long."""
    assert NOTICED_S + LOOK_AGAIN_S <= 1.0


@pytest.mark.parametrize("tells", [True, False])
def test_a_call_goes_on_where_it_stood_when_the_headset_is_back(tells: bool) -> None:
    desk = Desk(4, away=[6], tells=tells)
    card, frames = desk.card(), []
    line = tone(10 * FRAME_SAMPLES, SAMPLE_RATE)
    with card.open(lambda frame: frames.append(frame.copy())) as player:
        player.play(1, line)
        while desk.cards[0].step():
            pass
        stood = player.position()
        away_s = card.recover()
        assert player.position() == stood
        while not player.position()[2]:
            desk.cards[1].step()

    assert away_s == 6 * LOOK_AGAIN_S
    assert desk.changes == ["away", "back"]
    assert numbers(frames) == list(range(1, 11))
    np.testing.assert_allclose(card.loudspeaker.samples(), line, atol=1 / 32768)
    assert card.health.fault is None


@given(
    lives=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    looks=st.lists(st.booleans(), min_size=1, max_size=8),
)
def test_both_tracks_stay_beside_each_other_however_often_it_is_unplugged(lives: list[int], looks: list[bool]) -> None:
    desk = Desk(*lives)
    card, frames = desk.card(), []
    with card.open(lambda frame: frames.append(frame.copy())) as player:
        player.play(1, tone(12 * FRAME_SAMPLES, SAMPLE_RATE))
        for index in range(len(lives)):
            while desk.cards[-1].step():
                if looks[len(frames) % len(looks)]:
                    assert len(card.loudspeaker) == len(frames) * FRAME_SAMPLES
            assert card.recover() is not None or index == len(lives)
        for _ in range(3):
            desk.cards[-1].step()

    assert len(card.loudspeaker) == len(frames) * FRAME_SAMPLES
    assert numbers(frames) == list(range(1, len(frames) + 1))


def test_it_gives_up_after_its_patience_and_says_so() -> None:
    desk = Desk(2, away=[10_000])
    card = desk.card()
    with card.open(lambda frame: None):
        while desk.cards[0].step():
            pass
        before = desk.now_s
        assert card.recover() is None
        assert desk.now_s - before == pytest.approx(PATIENCE_S, abs=LOOK_AGAIN_S)

    assert str(card.health.fault) == (
        "the headset went away and did not come back in 20 s; the call is kept as far as it went"
    )


def test_a_device_that_opens_and_stays_dumb_is_not_waited_for_for_ever() -> None:
    desk = Desk(2, *[0] * 1000)
    card = desk.card()
    with card.open(lambda frame: None):
        while desk.cards[0].step():
            pass
        tries = 0
        while card.recover() is not None:
            desk.now_s += NOTICED_S  # the owner waits for a frame, in vain
            tries += 1

    assert tries <= (PATIENCE_S + LOOK_AGAIN_S) / NOTICED_S + 1
    assert desk.changes.count("away") == 1


def test_who_wants_to_stop_does_not_wait_for_the_headset() -> None:
    desk = Desk(1, away=[10_000])
    card, asked = desk.card(), []
    with card.open(lambda frame: None):
        desk.cards[0].step()

        def stop() -> bool:
            asked.append(desk.now_s)
            return len(asked) > 2

        assert card.recover(stop) is None

    assert asked[-1] - asked[0] == 2 * LOOK_AGAIN_S


def test_a_stop_while_the_headset_is_away_is_not_undone_by_its_return() -> None:
    desk = Desk(2, away=[1])
    card = desk.card()
    with card.open(lambda frame: None) as player:
        player.play(1, tone(20 * FRAME_SAMPLES, SAMPLE_RATE))
        while desk.cards[0].step():
            pass
        player.stop(0)
        card.recover()
        desk.cards[1].step()

    assert not card.loudspeaker.samples()[2 * FRAME_SAMPLES + 32 :].any()


def test_counts_are_of_the_whole_call() -> None:
    desk = Desk(3)

    def make(playout: Playout) -> VirtualCard:
        card = desk.make(playout)
        card._overflow_at = frozenset({0, 1})
        return card

    card = SteadyCard(make, clock=lambda: 0.0, wait=lambda seconds: None)
    with card.open(lambda frame: None):
        while desk.cards[0].step():
            pass
        card.recover()
        desk.cards[1].step()

    assert card.health.overflows == 3


def test_a_dead_microphone_is_told_from_a_quiet_room() -> None:
    def card_with(level: float) -> SteadyCard:
        cards: list[VirtualCard] = []

        def make(playout: Playout) -> VirtualCard:
            cards.append(VirtualCard(lambda index: np.full(FRAME_SAMPLES, level, dtype=np.float32), playout=playout))
            return cards[-1]

        card = SteadyCard(make)
        with card.open(lambda frame: None):
            for _ in range(63):
                cards[0].step()
        return card

    assert card_with(0.0).muted
    assert not card_with(1 / 32768).muted


# -- with PortAudio's manners ---------------------------------------------------------------------------------------

USB, BUILT_IN = info(0, "USB headset", 1, 2), info(1, "Built-in", 1, 2)


def test_the_same_headset_is_opened_again_wherever_it_is_in_the_list_and_no_other() -> None:
    sd = FakeSoundDevice(devices=(USB, BUILT_IN))
    usb = list_devices(sounddevice=sd)[0]
    card = SteadyCard(headset(usb, usb, sounddevice=sd), clock=lambda: 0.0, wait=lambda seconds: None)
    inbox, waits = FrameQueue(), []
    quiet = np.full(FRAME_SAMPLES, 0.1, dtype=np.float32)

    def look() -> bool:
        waits.append(len(sd.attempts))
        if len(waits) == 3:
            sd.plugged = ({**BUILT_IN, "index": 0}, {**USB, "index": 1})
        return False

    with card.open(inbox.put):
        sd.streams[-1].block(quiet)
        sd.plugged = ({**BUILT_IN, "index": 0},)  # unplugged; the stream just falls silent
        first = sd.streams[-1]
        assert card.recover(look) is not None
        sd.streams[-1].block(quiet)

    assert first.log == ["start", "abort", "close"]
    assert waits == [1, 1, 1]
    assert [attempt["device"] for attempt in sd.attempts] == [(0, 0), (1, 1)]
    assert len(inbox.get_all()) == 2


def test_a_headset_that_was_never_there_is_said_at_once() -> None:
    sd = FakeSoundDevice(devices=(USB,))
    usb = list_devices(sounddevice=sd)[0]
    sd.devices = (BUILT_IN,)

    with pytest.raises(DeviceError, match="the microphone USB headset is not plugged in"):
        SteadyCard(headset(usb, usb, sounddevice=sd)).open(lambda frame: None).__enter__()
