"""Every program of `programs/inplace_*.py`: right at each of its points, at all of them in turn, and with cotangents
for the arguments that it writes.

`pytest -k inplace` counts what is right (passed), refused (skipped) and wrong (failed).  Once
`inplace_support.FINISHED` is true, all must be right but the programs of STAY_REFUSED.
"""

from __future__ import annotations

from typing import Any

import pytest
from inplace_support import changes_arguments, check_mutated, refusable
from support import check, check_all
from test_language_programs import MODULES, Case, assert_smooth, collect, in_turn

import srcgrad as sg

# The programs, or single points of them, that are refused for good: part of what is refused, part of the advice.
STAY_REFUSED: dict[str, tuple[str, str]] = {
    "inplace_callees-callee_raises_after_writing": ("an exception inside a call", "inside the function"),
    "inplace_holders-array_in_object_array": ("dtype object", "floating numbers"),
    "inplace_holders-structured_fields": ("an array with fields", "arrays of their own"),
    "inplace_holders-globally_held_buffer": ("an array that a module or class holds", "as an argument"),
    "inplace_idioms-loop_over_what_is_written": ("written meanwhile", "range(len(x))"),
    "inplace_idioms-readwrite_iterator": ("nditer()", "np.ndindex"),
    "inplace_idioms-context_manager_that_restores": ("a context manager that holds active values", "methods"),
    "inplace_objects-optimiser_with_moments": ("a class defined inside a function", "module level"),
}


def stays_refused(case: Case) -> bool:
    return not STAY_REFUSED.keys().isdisjoint((case[0], case[0].rsplit("-", 1)[0]))


ALL = [case for cases in collect([m for m in MODULES if m.startswith("inplace_")]).values() for case in cases]
PROMISED = [case for case in ALL if not stays_refused(case)]
REFUSED = [case for case in ALL if stays_refused(case)]
WRITING = [case for case in PROMISED if changes_arguments(case[1], case[2])]


def each(cases: list[Case]) -> Any:
    return pytest.mark.parametrize(("function", "args", "argnums"), [pytest.param(*c[1:], id=c[0]) for c in cases])


@each(ALL)
def test_inplace_program_is_smooth_at_its_point(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    assert_smooth(function, args, argnums)


@each(PROMISED)
def test_inplace_program(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    with refusable():
        check(function, *args, argnums=argnums)


@pytest.mark.parametrize(("function", "points"), in_turn(PROMISED))
def test_inplace_program_at_its_points_in_turn(function: Any, points: list[Any]) -> None:
    with refusable():
        check_all(function, points)


@each(WRITING)
def test_inplace_program_with_cotangents_for_arguments(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    with refusable():
        check_mutated(function, *args, argnums=argnums)


@pytest.mark.parametrize("case", [pytest.param(case, id=case[0]) for case in REFUSED])
def test_inplace_program_stays_refused(case: Case) -> None:
    name, function, args, argnums = case
    construct, advice = STAY_REFUSED.get(name) or STAY_REFUSED[name.rsplit("-", 1)[0]]
    with pytest.raises(sg.UnsupportedError) as caught:
        check(function, *args, argnums=argnums)
    error = caught.value
    assert error.filename and error.line and construct in error.construct and advice in error.advice


def test_every_refused_program_exists() -> None:
    known = {name for case in ALL for name in (case[0], case[0].rsplit("-", 1)[0])}
    assert STAY_REFUSED.keys() <= known
