"""What the tests of in-place writes share: refusals while the work goes on, and checks that count final arguments."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from support import (
    assert_close,
    assert_like,
    assert_same_bits,
    assert_unshared,
    fixed_cotangents,
    frozen,
    leaves,
    normalised,
    numeric_gradient,
    scalarised,
)

import srcgrad as sg

# While False, a refused program is skipped instead of failing, so that the counts of a run say: passed is right,
# skipped is refused, failed is wrong.
FINISHED = True


@contextlib.contextmanager
def refusable() -> Iterator[None]:
    """Skip where the body is refused, as long as refusals are accepted; the refusal must say where and what to do."""
    try:
        yield
    except sg.UnsupportedError as error:
        assert error.filename and error.line and error.construct and error.advice
        if FINISHED:
            raise
        pytest.skip(f"refused: {error.construct}")


def changes_arguments(f: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Whether a plain call leaves other arguments than it was given."""
    used = copy.deepcopy(args)
    f(*used)
    return bool(frozen(used) != frozen(args))


def with_final_arguments(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` with the arguments, as it left them, as a second result."""
    return lambda *args: (f(*args), args)


def mutated_vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Any, Callable[[Any, Any], tuple[Any, ...]]]:
    """The result, the final arguments, and a pullback that takes cotangents of both.

    All that these tests know of the form of `sg.vjp(..., mutated=True)` stands here.
    """
    (out, finals), pullback = sg.vjp(f, *args, mutated=True)
    return out, finals, lambda out_bar, finals_bar: pullback((out_bar, finals_bar))


def check_mutated(f: Callable[..., Any], *args: Any, argnums: Any = None) -> None:
    """Check value, final arguments and gradient of a program with cotangents for the result and the arguments."""
    numbers = normalised(args, argnums)
    plain_args = copy.deepcopy(args)
    plain = with_final_arguments(f)(*plain_args)
    cotangents = fixed_cotangents(plain)
    out_bar = cotangents[0] if leaves(plain[0]) else None
    finals_bar = tuple(bar if leaves(arg) else None for bar, arg in zip(cotangents[1], plain[1]))
    given = frozen((out_bar, finals_bar))
    used = copy.deepcopy(args)
    out, finals, pullback = mutated_vjp(f, *used)
    for _ in range(2):
        assert_same_bits((out, tuple(finals)), plain, "result and final arguments")
        assert_same_bits(used, plain_args, "arguments after the call")
        gradients = pullback(out_bar, finals_bar)
        assert frozen((out_bar, finals_bar)) == given, "the pullback changed its cotangents"
        assert_unshared(gradients, out, finals, used, out_bar, finals_bar)
    assert_same_bits(pullback(out_bar, finals_bar), gradients, "gradients of the pullback called again")
    assert_same_bits(used, plain_args, "arguments after the pullback")
    single = any(np.asarray(leaf).dtype in (np.float32, np.complex64) for leaf in leaves(args))
    expected = numeric_gradient(scalarised(with_final_arguments(f), plain), args, numbers)
    for number, wanted in zip(numbers, expected):
        assert_like(gradients[number], args[number], f"gradient of argument {number}")
        assert_close(gradients[number], wanted, single)
