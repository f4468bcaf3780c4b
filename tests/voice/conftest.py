"""Speech for the tests of the ears: our own voice says it, so that no recording need be kept here."""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.ports import Delivery

SENTENCE = "I am sorry about the delay. Your parcel is at the depot, and the driver will bring it on Friday."


@pytest.fixture(scope="session")
def sentence() -> NDArray[np.float32]:
    """:data:`SENTENCE` as a calm caller says it, without silence at its ends."""
    from voice.synthesizer import load_synthesizer
    from voice.voices import speakers

    calm = Delivery(speaker=next(iter(speakers())), manner="cold", anger=0)
    return load_synthesizer("kokoro", telephone=False, cache=False).synthesize(SENTENCE, calm).samples


@pytest.fixture(scope="session")
def other_sentence() -> NDArray[np.float32]:
    """The same, said by somebody else."""
    from voice.synthesizer import load_synthesizer

    calm = Delivery(speaker="trainee_m", manner="cold", anger=0)
    return load_synthesizer("kokoro", telephone=False, cache=False).synthesize(SENTENCE, calm).samples
