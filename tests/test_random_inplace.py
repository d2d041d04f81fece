"""Random programs that write into arrays agree with plain Python and with central differences, or are refused.

Values, final contents of arguments and results are compared bitwise, gradients with differences; pullbacks run twice
and leave all arrays of the user's as they are.  The same programs in every run; SRCGRAD_RANDOM_PROGRAMS=N asks for N
others.  A failure prints the program, after everything has been left out that it does not need.
"""

from __future__ import annotations

import copy
import inspect
import os
from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from inplace_support import FINISHED, check_mutated
from random_inplace import program_text
from random_programs import buffered, compiled, recorded
from reduce_program import reduced
from support import STEP, assert_close, check_all, expected_gradient, leaves

import srcgrad as sg

WANTED = int(os.environ.get("SRCGRAD_RANDOM_PROGRAMS", "0"))
PARTS = 10  # tests that workers can share; two of them run on every Python
POINTS = 2
MAY_BE_REFUSED = 0.05  # of all programs, once the work is finished
REPORT_MUTATED = "mutated" in inspect.signature(sg.vjp).parameters
PROFILE = settings(
    max_examples=(WANTED or 600) // PARTS,
    derandomize=not WANTED,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # programs are made smaller by `reduced`
    suppress_health_check=list(HealthCheck),
)


def drawn_point(random: Random) -> tuple[Any, ...]:
    """Arguments of `program`: two active arrays, a trip count and two flags."""
    v = np.array([random.uniform(-1.3, 1.3) for _ in range(4)])
    m = np.array([[random.uniform(-1.3, 1.3) for _ in range(3)] for _ in range(2)])
    return v, m, random.randint(0, 3), (random.randint(0, 1), random.randint(0, 1))


def keeps_its_path(path: Any, args: tuple[Any, ...]) -> bool:
    """Whether the points that central differences look at run the path of the point itself."""
    here = path(*copy.deepcopy(args))
    for number in (0, 1):
        for i in range(args[number].size):
            for factor in (-2.0, -1.0, 1.0, 2.0):
                moved = list(copy.deepcopy(args))
                moved[number].flat[i] += factor * STEP * max(1.0, abs(moved[number].flat[i]))
                if path(*moved) != here:
                    return False
    return True


def points_of(text: str, random: Random) -> list[Any]:
    """Random points at which a program is smooth, as arguments of `check_all`."""
    path = recorded(text)
    return [(args, (0, 1)) for args in (drawn_point(random) for _ in range(POINTS)) if keeps_its_path(path, args)]


def failure(text: str, points: list[Any]) -> Exception | None:
    """What goes wrong with a program; None where it is right.  A refusal is a failure too."""
    program = compiled(text)
    try:
        check_all(program, points)
        if REPORT_MUTATED:
            args, numbers = points[0]
            check_mutated(program, *args, argnums=numbers)
    except Exception as error:
        return error
    return None


def outcome(program: Any, args: tuple[Any, ...]) -> list[bytes]:
    """The bits of the numbers that a program returns and leaves in its arguments."""
    used = copy.deepcopy(args)
    out = program(*used)
    return [np.asarray(leaf).tobytes() for leaf in leaves((out, used))]


def is_sound(text: str, points: list[Any]) -> bool:
    """Whether a program runs, reads nothing that was never written, and has gradients that differences can find."""
    path, copying, written = (
        recorded(text),
        buffered(text),
        compiled(text.replace("np.empty_like(", "np.nan * np.ones_like(")),
    )
    for args, numbers in points:
        if not keeps_its_path(path, args):
            return False
        if outcome(copying, args) != outcome(compiled(text), args):
            return False
        found = leaves(written(*copy.deepcopy(args)))
        if not found or not all(np.all(np.isfinite(leaf)) for leaf in found):
            return False
        try:
            fine, coarse = (expected_gradient(compiled(text), args, numbers, step) for step in (STEP / 7, STEP))
            assert_close(coarse, fine)
        except AssertionError:
            return False
    return True


def report(text: str, points: list[Any], error: Exception, label: str) -> str:
    """The smallest program that fails in the same way, and how."""

    def kind(problem: Exception | None) -> tuple[type, str]:
        return type(problem), str(problem).strip()[:12]  # "Not equal to tolerance", "value: got", ...

    def fails(shorter: str) -> bool:
        return is_sound(shorter, points) and kind(failure(shorter, points)) == kind(error)

    small = reduced(text, fails)
    again = failure(small, points) or error
    return f"{label}\n{small}\nat {points!r}:\n{type(again).__name__}: {again}"


@pytest.mark.parametrize("part", [0, 1, *(pytest.param(n, marks=pytest.mark.program) for n in range(2, PARTS))])
def test_random_inplace_programs(part: int, record_property: Any) -> None:
    tally: Counter[str] = Counter()
    reports: dict[tuple[int, int], str] = {}  # a failure is looked at twice

    @PROFILE
    @given(seed=st.integers(0, 2**32 - 1), size=st.integers(2, 5))
    def one(seed: int, size: int) -> None:
        random = Random(f"{part} {seed} {size}")
        text = program_text(random, size)
        points = points_of(text, random)
        if not points:
            tally["not smooth"] += 1
            return
        error = failure(text, points)
        if isinstance(error, sg.UnsupportedError):
            assert error.filename and error.line and error.construct and error.advice
            tally["refused"] += 1
            tally[f"refused: {error.construct}"] += 1
        elif error is None:
            tally["right"] += 1
        elif is_sound(text, points):
            if (seed, size) not in reports:
                reports[seed, size] = report(text, points, error, f"part {part}, seed {seed}, size {size}:")
            pytest.fail(reports[seed, size], pytrace=False)
        else:
            tally["not smooth"] += 1

    one()
    record_property("tally", dict(tally))
    print(*(f"{count:6} {what}" for what, count in tally.most_common(12)), sep="\n")
    if FINISHED:
        assert tally["refused"] <= MAY_BE_REFUSED * sum(tally[what] for what in ("right", "refused")), tally


@settings(PROFILE, max_examples=50, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(2, 5))
def test_random_inplace_programs_are_sound(seed: int, size: int) -> None:
    """The generated programs run, and only few of them have no point at which they can be compared."""
    random = Random(seed)
    text = program_text(random, size)
    points = points_of(text, random)
    assert not points or is_sound(text, points)


def test_reduction_finds_what_matters() -> None:
    """A failure is shown without what it does not need."""
    *lines, last = program_text(Random(1), 5).splitlines()
    text = "\n".join([*lines, "    m[0, 1] = np.sin(v[2]) * 0.625", last])

    def fails(shorter: str) -> bool:
        compiled(shorter)(*drawn_point(Random(2)))
        return "0.625" in shorter and "v" in shorter

    small = reduced(text, fails)
    assert len(small.splitlines()) == 2 and "0.625" in small
