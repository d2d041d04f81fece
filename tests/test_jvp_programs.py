"""Every program of `programs` in forward mode: the tangent along a direction is right, or the program is refused."""

from __future__ import annotations

from typing import Any

import pytest
from jvp_support import check_jvp
from test_language_programs import EXACT, MODULES, REFUSABLE, collect

from srcgrad import UnsupportedError

WRITING = [case for cases in collect([m for m in MODULES if m.startswith("inplace_")]).values() for case in cases]


def each(cases: list[Any]) -> Any:
    return pytest.mark.parametrize(("function", "args", "argnums"), [pytest.param(*c[1:], id=c[0]) for c in cases])


@each(EXACT)
def test_program_forward(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    check_jvp(function, *args, argnums=argnums)


@each([*REFUSABLE, *WRITING])
def test_program_forward_is_right_or_refused(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    try:
        check_jvp(function, *args, argnums=argnums)
    except UnsupportedError as error:
        assert error.filename and error.line and error.construct and error.advice
