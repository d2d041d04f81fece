"""Every program of `programs`: right at each of its points, and at all of them in turn.

A program that goes beyond the promised language may be refused; the others may not.  Programs of
`programs/inplace_*.py` have tests of their own, in `test_inplace_programs.py`.
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
import warnings
from typing import Any

import numpy as np
import programs
import pytest
from support import (
    STEP,
    active_arguments,
    assert_close,
    check,
    check_all,
    leaves,
    normalised,
    numeric_gradient,
    scalarised,
)

from srcgrad import UnsupportedError

Case = tuple[str, Any, tuple[Any, ...], Any]
MODULES = sorted(m.name for m in pkgutil.iter_modules(programs.__path__) if m.name != "data")


def collect(modules: list[str]) -> dict[str, list[Case]]:
    """(id, function, args, argnums) of every case, by module."""
    found: dict[str, list[Case]] = {}
    for module in modules:
        counts: dict[str, int] = {}
        for function, args, argnums in importlib.import_module(f"programs.{module}").CASES:
            number = counts[function.__name__] = counts.get(function.__name__, 0) + 1
            found.setdefault(module, []).append((f"{module}-{function.__name__}-{number}", function, args, argnums))
    return found


ALL = collect([name for name in MODULES if not name.startswith("inplace_")])
FLAT = [case for cases in ALL.values() for case in cases]
EXACT = [case for case in FLAT if not case[0].startswith("beyond")]
REFUSABLE = [case for case in FLAT if case[0].startswith("beyond")]
each = pytest.mark.parametrize(("function", "args", "argnums"), [pytest.param(*c[1:], id=c[0]) for c in EXACT])


def in_turn(cases: list[Case]) -> list[Any]:
    """The programs with several points."""
    points: dict[Any, list[Any]] = {}
    for name, function, args, argnums in cases:
        points.setdefault((name.rsplit("-", 1)[0], function), []).append((args, argnums))
    return [pytest.param(f, several, id=name) for (name, f), several in points.items() if len(several) > 1]


def assert_smooth(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    """The numeric gradient does not depend on the step, so that comparing with it means something."""
    numbers = normalised(args, argnums)
    assert numbers and set(numbers) <= set(active_arguments(args))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out = function(*copy.deepcopy(args))
    assert all(np.all(np.isfinite(leaf)) for leaf in leaves(out))
    scalar = scalarised(function, out)
    coarse, fine = (numeric_gradient(scalar, args, numbers, step) for step in (STEP, STEP / 7.0))
    single = any(np.asarray(leaf).dtype == np.float32 for leaf in leaves(args))
    assert_close(coarse, fine, single)


@pytest.mark.parametrize(("function", "args", "argnums"), [pytest.param(*c[1:], id=c[0]) for c in FLAT])
def test_program_is_smooth_at_its_point(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    assert_smooth(function, args, argnums)


@each
def test_program(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    check(function, *args, argnums=argnums)


@pytest.mark.parametrize(("function", "points"), in_turn(EXACT))
def test_program_at_its_points_in_turn(function: Any, points: list[Any]) -> None:
    check_all(function, points)


@pytest.mark.parametrize(("function", "args", "argnums"), [pytest.param(*c[1:], id=c[0]) for c in REFUSABLE])
def test_program_is_right_or_refused(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    try:
        check(function, *args, argnums=argnums)
    except UnsupportedError as error:
        assert error.filename and error.line and error.construct and error.advice
