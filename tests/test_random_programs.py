"""Random programs agree with plain Python in value (bitwise) and with central differences in gradient.

About 150 programs by default, the same in every run; SRCGRAD_RANDOM_PROGRAMS=N asks for N others.  A failure names
the seed and size of a program (the smallest size that fails) and prints its text.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from random_programs import compiled, program_text, recorded
from support import STEP, check_all, expected_gradient

WANTED = int(os.environ.get("SRCGRAD_RANDOM_PROGRAMS", "0"))
PROFILE = settings(
    max_examples=WANTED or 150,
    derandomize=not WANTED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(2, 5)
POINTS = 4


def drawn_point(random: Random) -> tuple[Any, ...]:
    """Arguments of `program`: two active ones, a trip count and three flags."""
    v = np.array([random.uniform(-1.3, 1.3) for _ in range(3)])
    return random.uniform(-1.5, 1.5), v, random.randint(0, 3), tuple(random.randint(0, top) for top in (1, 2, 1))


def keeps_its_path(path: Any, args: tuple[Any, ...]) -> bool:
    """Whether the points that central differences look at run the path of the point itself."""
    x, v, *rest = args
    here = path(*args)
    for factor in (-2.0, -1.0, 1.0, 2.0):
        h = factor * STEP
        if path(x + h * max(1.0, abs(x)), v, *rest) != here:
            return False
        for i in range(len(v)):
            moved = v.copy()
            moved[i] += h * max(1.0, abs(v[i]))
            if path(x, moved, *rest) != here:
                return False
    return True


def program_and_points(seed: int, size: int) -> tuple[str, list[Any]]:
    """A text, and those of some random points, as arguments of `check_all`, at which it is smooth."""
    random = Random(seed)
    text = program_text(random, size)
    note(text)
    path = recorded(text)
    points = [drawn_point(random) for _ in range(POINTS)]
    return text, [(args, (0, 1)) for args in points if keeps_its_path(path, args)]


@PROFILE
@given(seed=SEEDS, size=SIZES)
def test_random_program(seed: int, size: int) -> None:
    text, points = program_and_points(seed, size)
    if points:
        check_all(compiled(text), points)


@settings(PROFILE, max_examples=50, derandomize=True)
@given(seed=SEEDS, size=SIZES)
def test_random_programs_are_sound(seed: int, size: int) -> None:
    """The generated programs run, without warnings, and have numeric gradients of ordinary size."""
    text, points = program_and_points(seed, size)
    program = compiled(text)
    for args, numbers in points:
        x, v = expected_gradient(program, args, numbers)
        assert np.isfinite(x) and np.all(np.isfinite(v)) and max(abs(x), np.max(np.abs(v))) < 1e8
