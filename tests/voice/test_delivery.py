"""How anger sounds, as numbers."""

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ports import Delivery, Manner
from voice.delivery import ANGER_STEP, Acoustics, acoustics, quantise

CALM = Delivery(speaker="anybody", manner="hot", anger=0)
RISING = ("pitch_st", "range_factor", "rate", "gain_db", "tilt_db", "drive")


@pytest.mark.parametrize("manner", ["hot", "cold", "shaky"])
def test_calm_is_the_voice_itself(manner: Manner) -> None:
    assert acoustics(replace(CALM, manner=manner)) == Acoustics()


@pytest.mark.parametrize("high_voice", [False, True])
def test_hot_anger_rises_in_everything_and_leaves_no_pauses(high_voice: bool) -> None:
    steps = [acoustics(replace(CALM, anger=anger), high_voice=high_voice) for anger in range(0, 101, ANGER_STEP)]
    for calmer, angrier in pairwise(steps):
        for name in RISING:
            assert getattr(calmer, name) <= getattr(angrier, name), name
        assert calmer.pitch_st < angrier.pitch_st and calmer.rate < angrier.rate and calmer.gain_db < angrier.gain_db
        assert calmer.pause_factor > angrier.pause_factor


def test_cold_anger_is_quieter_slower_flatter_with_longer_pauses() -> None:
    steps = [acoustics(replace(CALM, manner="cold", anger=anger)) for anger in range(0, 101, ANGER_STEP)]
    for calmer, angrier in pairwise(steps):
        assert calmer.gain_db > angrier.gain_db and calmer.rate > angrier.rate
        assert calmer.range_factor > angrier.range_factor and calmer.pause_factor < angrier.pause_factor


def test_shaky_anger_is_higher_and_wavers() -> None:
    afraid = acoustics(replace(CALM, manner="shaky", anger=80))
    assert afraid.pitch_st > 2 and afraid.tremor > 0.7 and afraid.tilt_db < 0


@given(
    manner=st.sampled_from(["hot", "cold", "shaky"]),
    anger=st.integers(0, 99),
    high_voice=st.booleans(),
)
def test_a_point_of_anger_is_never_a_jump(manner: Manner, anger: int, high_voice: bool) -> None:
    now = acoustics(replace(CALM, manner=manner, anger=anger), high_voice=high_voice)
    then = acoustics(replace(CALM, manner=manner, anger=anger + 1), high_voice=high_voice)
    for field in fields(Acoustics):
        assert abs(getattr(then, field.name) - getattr(now, field.name)) < 0.13, field.name


def test_high_voices_are_held_back_only_in_what_costs_words() -> None:
    furious = replace(CALM, anger=100)
    low, high = acoustics(furious), acoustics(furious, high_voice=True)
    assert (high.pitch_st, high.range_factor, high.rate, high.tilt_db) == pytest.approx((3.5, 1.45, 1.22, 4.4))
    assert (high.gain_db, high.pause_factor, high.drive) == (low.gain_db, low.pause_factor, low.drive)


def test_the_cap_lifts_nothing() -> None:
    cold = replace(CALM, manner="cold", anger=100)
    assert acoustics(cold, high_voice=True) == acoustics(cold)


@given(anger=st.integers(-1000, 1000))
def test_rounded_anger_is_a_near_step_within_the_scale(anger: int) -> None:
    step = quantise(anger)
    assert step % ANGER_STEP == 0 and 0 <= step <= 100
    assert abs(step - max(0, min(100, anger))) <= ANGER_STEP / 2
    assert quantise(step) == step


def test_pace_and_loudness_are_the_speakers_own() -> None:
    angry = acoustics(replace(CALM, anger=50))
    assert acoustics(replace(CALM, anger=50, pace=1.2)).rate == pytest.approx(angry.rate * 1.2)
    soft, loud = (acoustics(replace(CALM, anger=50, loudness=word)).gain_db for word in ("soft", "loud"))
    assert soft < angry.gain_db < loud
