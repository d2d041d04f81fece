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

# module-function of the programs that are refused for good, and why
STAY_REFUSED: dict[str, str] = {}


def stays_refused(case: Case) -> bool:
    return case[0].rsplit("-", 1)[0] in STAY_REFUSED


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


@each(REFUSED)
def test_inplace_program_stays_refused(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    with pytest.raises(sg.UnsupportedError) as caught:
        check(function, *args, argnums=argnums)
    error = caught.value
    assert error.filename and error.line and error.construct and error.advice
