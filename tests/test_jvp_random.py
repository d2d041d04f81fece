"""Random programs in forward mode agree with plain Python in value (bitwise) and with differences in their tangent."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from jvp_support import check_jvp
from random_programs import compiled
from test_random_inplace import PROFILE as INPLACE_PROFILE
from test_random_inplace import is_sound, points_of, program_text
from test_random_programs import PROFILE, SEEDS, SIZES, program_and_points

from srcgrad import UnsupportedError


@settings(PROFILE, max_examples=30)
@given(seed=SEEDS, size=SIZES)
def test_random_program_forward(seed: int, size: int) -> None:
    text, points = program_and_points(seed, size)
    for args, numbers in points[:2]:
        try:
            check_jvp(compiled(text), *args, argnums=numbers)
        except UnsupportedError as error:
            assert error.filename and error.line and error.construct and error.advice


@settings(INPLACE_PROFILE, max_examples=25)
@given(seed=SEEDS)
def test_random_program_that_writes_forward(seed: int) -> None:
    random = Random(seed)
    text = program_text(random, random.randint(3, 8))
    points = points_of(text, random)
    if not points or not is_sound(text, points):
        return
    args, numbers = points[0]
    try:
        check_jvp(compiled(text), *args, argnums=numbers)
    except UnsupportedError as error:
        assert error.filename and error.line and error.construct and error.advice
