"""Loop else, while tests that compute, try/except/else/finally, exceptions that carry values: each program is checked
at points that take different paths, one after the other through the same transformed function."""

import contextlib
import math
from typing import Any

import numpy as np
import pytest
from support import check, check_all

import srcgrad as sg


class TooLarge(Exception):
    """Carries what was too large."""

    def __init__(self, value):
        super().__init__("too large")
        self.value = value


class Plain(Exception):
    """Its arguments are what it carries."""


class Squared(Exception):
    """Computes with what it is given."""

    def __init__(self, value):
        self.value = value * value


def limited(x):
    if x > 1.0:
        raise TooLarge(x)
    return x * x


def limited_product(x, y):
    z = x * y
    if z > 1.0:
        raise TooLarge(z * x)
    return z


# ---------------------------------------------------------------------------------------------- while and loop else


def walrus_with_carry(x):
    total = 0.0
    while (x := x * 0.7) > 0.3:
        total += x * x
    return total + x


def walrus_else(x):
    total = 1.0
    while (y := x * total) < 2.0:
        total = total * 1.5
        if total > 6.0:
            break
    else:
        total = total * y
    return total


def head_calls_a_function(x):
    n = 0
    while (y := limited(x * 0.1 * (n + 1))) < 0.1:
        n += 1
        x = x + y
    return x * y


def head_moves_values(x):
    stack = [x, x * 2.0, x * x]
    total = 0.0
    while stack and (top := stack.pop()) > 0.1:
        total += top * top
    return total


def while_else_with_continue_outside(v):
    total = 0.0
    for value in v:
        k = 0
        while (y := value * (k + 1)) < 1.0:
            k += 1
            if k > 3:
                break
        else:
            total += y
            continue
        total -= y * y
    return total


def else_with_returns_in_body(v):
    total = 1.0
    for value in v:
        if value > 1.0:
            return total * value
        if value < -1.0:
            break
        total = total * value
    else:
        total = np.exp(total)
    return total * 2.0


def nested_else(m):
    total = 0.0
    for row in m:
        for value in row:
            if value < 0.0:
                break
            total += value * value
        else:
            total = total * 1.5
            continue
        total = total + np.sin(value)
    else:
        total = total * total
    return total


def rebound_in_else(x, n):
    for _ in range(n):
        x = x * 1.5
        if x > 2.0:
            y = x * x
            break
    else:
        x = np.sin(x)
        y = x * 3.0
    return x * y


POINTS_LOOPS = [
    (walrus_with_carry, [(1.1,), (0.2,), (0.6,)]),
    (walrus_else, [(1.1,), (0.2,), (5.0,)]),
    (head_calls_a_function, [(0.9,), (5.0,)]),
    (head_moves_values, [(0.6,), (0.05,), (0.2,)]),
    (while_else_with_continue_outside, [(np.array([0.4, 0.1, 2.0]),), (np.array([0.1]),), (np.zeros(0),)]),
    (else_with_returns_in_body, [(np.array(v),) for v in ([0.4, 0.5], [0.4, 1.5], [0.4, -1.5], [])]),
    (nested_else, [(np.array([[0.4, 0.1], [0.3, -0.2]]),), (np.array([[0.4, 0.1]]),), (np.array([[-0.4, 0.1]]),)]),
    (rebound_in_else, [(0.9, 3), (0.9, 1), (0.9, 0)]),
]


# ----------------------------------------------------------------------------------------------------- partial bodies


def raises_at_step(x, when):
    y = x
    try:
        if when == 0:
            raise ValueError
        y = y * x
        if when == 1:
            raise ValueError
        y = np.sin(y)
        if when == 2:
            raise ValueError
        y = y * y + x
        if when == 3:
            raise ValueError
    except ValueError:
        y = y * y * y
    return y * x


def raises_in_loop(v, when):
    total = 1.0
    try:
        for i, value in enumerate(v):
            if i == when:
                raise ValueError
            total = total * value
            if i + 10 == when:
                raise ValueError
            total = np.sin(total) + value
    except ValueError:
        total = total * total
    return total


def raises_in_nested_loops(m, when):
    total = 1.0
    count = 0
    try:
        for row in m:
            scale = np.sum(row)
            for value in row:
                total = total * value
                if count == when:
                    raise ValueError
                count += 1
                total = np.sin(total) + scale
            total = total * scale
        total = total * 3.0
    except ValueError:
        total = total * scale
    return total


def raises_in_inner_handler(x, y):
    z = x
    try:
        z = z * y
        try:
            z = limited(z) * y
            z = z * z
        except TooLarge:
            z = z * 0.3
            z = limited(z) * x
    except TooLarge:
        z = z * z * z
    return z


def try_in_loop_in_try(v):
    total = 1.0
    try:
        for value in v:
            try:
                total = total * limited(value)
                total = total + value
            except TooLarge:
                total = total - value
                if value > 2.0:
                    raise ValueError from None
                total = total * 2.0
            else:
                total = total * 1.1
    except ValueError:
        return total * total
    return total


def return_in_try_in_nested_loops(m):
    total = 0.0
    for row in m:
        for value in row:
            try:
                total += limited(value)
                if total > 1.5:
                    return total * value
            except TooLarge:
                if value > 2.0:
                    return total - value * value
                continue
        total = total * 1.3
    return total


def handler_breaks(v):
    total = 1.0
    for value in v:
        before = total
        try:
            total = total * limited(value)
        except TooLarge:
            total = before * value
            break
        else:
            total = total + 1.0
    else:
        total = total * total
    return total


def value_from_body(x, n):
    try:
        y = x * x
        z = [1.0, 2.0][n] * y
    except IndexError:
        return y * 3.0
    return z


def arms_in_try(x, when):
    y = x
    try:
        if x > 0.5:
            y = y * y
            if when == 0:
                raise ValueError
            y = y * x
        else:
            y = np.exp(y)
            if when == 0:
                raise ValueError
            y = y + x
        y = y * 2.0
    except ValueError:
        y = y * x
    return y


def same_exception_every_turn(v):
    total = 0.0
    for value in v:
        try:
            y = value * 2.0
            y = math.log(-value) * y
        except ValueError:
            total += y * y
    return total


ROWS = np.array([[0.4, 0.7], [0.3, 0.9]])
POINTS_PARTIAL = [
    (raises_at_step, [(0.7, k) for k in range(5)]),
    (raises_in_loop, [(np.array([0.4, 0.7, 0.9]), k) for k in (0, 1, 2, 5, 10, 11, 12)] + [(np.zeros(0), 0)]),
    (raises_in_nested_loops, [(ROWS, k) for k in (0, 1, 2, 3, 9)]),
    (raises_in_inner_handler, [(0.7, 0.9), (1.7, 0.9), (2.7, 2.9)]),
    (try_in_loop_in_try, [(np.array(v),) for v in ([0.4, 0.5], [0.4, 1.5, 0.3], [1.5, 2.5, 0.3], [2.5], [])]),
    (return_in_try_in_nested_loops, [(m,) for m in (ROWS, ROWS * 1.3, ROWS * 2.9, ROWS[:0], ROWS.T * 3.0)]),
    (handler_breaks, [(np.array(v),) for v in ([0.4, 0.5], [0.4, 1.5, 0.3], [1.5], [])]),
    (value_from_body, [(0.7, 1), (0.7, 2), (0.7, 0)]),
    (arms_in_try, [(0.7, 0), (0.4, 0), (0.7, 1), (0.4, 1)]),
    (same_exception_every_turn, [(np.array([0.4, 0.5]),)]),
]


# ------------------------------------------------------------------------------------------------------------ finally


def finally_rebinds(x, when):
    y = x
    try:
        y = y * x
        if when == 0:
            raise ValueError
        y = y * 2.0
    except ValueError:
        y = np.sin(y)
    else:
        y = np.exp(y)
    finally:
        y = y * y
    return y


def finally_in_loop(v):
    total = 1.0
    for value in v:
        try:
            if value < -1.0:
                break
            if value < 0.0:
                continue
            total = total * value
        finally:
            total = total * total * value
        total = total + value
    return total


def return_past_finally(x):
    y = x * x
    try:
        if y > 1.0:
            return y * x
        y = y * 3.0
    finally:
        y = np.sin(y)
    return y


def return_in_loop_past_finally(v):
    total = 1.0
    for value in v:
        try:
            total = total * value
            if total > 1.0:
                return total * total
        finally:
            total = total * total
    return total


POINTS_FINALLY = [
    (finally_rebinds, [(0.7, 0), (0.7, 1)]),
    (finally_in_loop, [(np.array(v),) for v in ([0.4, 0.5], [0.4, -0.5, 0.3], [0.4, -1.5, 0.3], [-1.5], [])]),
    (return_past_finally, [(0.7,), (1.7,)]),
    (return_in_loop_past_finally, [(np.array(v),) for v in ([0.4, 0.5], [0.4, 4.5], [4.5], [])]),
]


# ----------------------------------------------------------------------------------------- exceptions that carry values


def catches_computed_value(x, y):
    try:
        z = limited_product(x, y)
    except TooLarge as error:
        z = error.value * y
    return z * x


def catches_arguments(x):
    y = x * 2.0
    try:
        raise Plain(y, 3.0)
    except Plain as error:
        return error.args[0] * error.args[1] * x


def catches_value_of_init(x):
    try:
        if x > 0.0:
            raise Squared(x)
        y = x
    except Squared as error:
        y = error.value * x
    return y


def catches_from_loop(v):
    total = 0.0
    for value in v:
        try:
            total += limited_product(value, total + 1.0)
        except TooLarge as error:
            total = total + error.value
    return total


def reraised_with_value(x, y):
    try:
        try:
            return limited_product(x, y)
        except TooLarge as error:
            y = y * error.value
            raise
    except TooLarge as error:
        return error.value**2 * y


POINTS_CARRIED = [
    (catches_computed_value, [(0.7, 0.8), (1.7, 0.8)]),
    (catches_arguments, [(0.7,)]),
    (catches_value_of_init, [(0.7,), (-0.7,)]),
    (catches_from_loop, [(np.array(v),) for v in ([0.4, 0.5], [0.4, 1.5, 0.3], [1.5, 1.2], [])]),
    (reraised_with_value, [(0.7, 0.8), (1.7, 0.8)]),
]


ALL = POINTS_LOOPS + POINTS_PARTIAL + POINTS_FINALLY + POINTS_CARRIED
CASES = [(f, args, 0 if any(isinstance(a, int) for a in args) else None) for f, points in ALL for args in points]


@pytest.mark.parametrize(
    ("f", "args", "argnums"), [pytest.param(*c, id=f"{c[0].__name__}-{i}") for i, c in enumerate(CASES)]
)
def test_alone(f: Any, args: tuple[Any, ...], argnums: Any) -> None:
    check(f, *args, argnums=argnums)


@pytest.mark.parametrize(("f", "points"), [pytest.param(*c, id=c[0].__name__) for c in ALL])
def test_in_turn(f: Any, points: list[tuple[Any, ...]]) -> None:
    every = [(args, 0 if any(isinstance(a, int) for a in args) else None) for args in points]
    check_all(f, every)
    check_all(f, every[::-1])


# ------------------------------------------------------------------------------------------------------------ refusals


def passes_through(x):
    y = x * 2.0
    return limited(y)


def catches_what_passed_through(x):
    try:
        return passes_through(x)
    except TooLarge as error:
        return error.value * 3.0


def fills(items, x):
    items.append(x * x)
    if x > 1.0:
        raise ValueError
    return x


def effect_left_half_done(x):
    items = []
    try:
        y = fills(items, x)
    except ValueError:
        y = items[0]
    return y * x


def suppressed(x):
    y = x
    with contextlib.suppress(TooLarge):
        y = y * 2.0
        y = limited(y)
        y = y * x
    return y


def leaves_in_finally(v):
    total = 1.0
    for value in v:
        try:
            total = total * value
        finally:
            if total > 1.0:
                break  # noqa: B012 (what is tested)
            total = total * value
    return total


def hands_over_in_finally(x):
    out = [x]
    try:
        if x > 0.0:
            return out
        out.append(x)
    finally:
        out.append(x * x)
    return out


@pytest.mark.parametrize(
    ("f", "x"),
    [(catches_what_passed_through, 1.7), (effect_left_half_done, 1.7)],
)
def test_refused_when_it_happens(f: Any, x: float) -> None:
    check(f, 0.3)
    with pytest.raises(sg.UnsupportedError, match="is not supported"):
        check(f, x)


def looked_up(x):
    table = {"a": x, "b": x * x}
    total = 0.0
    for key in ("a", "c", "b"):
        try:
            total = total + table[key] * limited(total)
        except (KeyError, TooLarge):
            total = total * x
    return total


def test_second_derivatives_past_exceptions() -> None:
    for x in (0.7, 1.2):
        wanted = (sg.grad(looked_up)(x + 1e-6) - sg.grad(looked_up)(x - 1e-6)) / 2e-6
        assert sg.grad(sg.grad(looked_up))(x) == pytest.approx(wanted, rel=1e-6)


def test_suppressed():
    for x in (0.3, 0.9):
        check(suppressed, x)


@pytest.mark.parametrize(("f", "x"), [(leaves_in_finally, np.array([0.4])), (hands_over_in_finally, 0.6)])
def test_refused(f: Any, x: Any) -> None:
    with pytest.raises(sg.UnsupportedError, match="finally"):
        check(f, x)


def refused(x):
    return passes_out(np.array([x]))


def passes_out(a):
    return np.linalg.svd(a.reshape(1, 1), hermitian=True)[1][0] + memoryview(a)[0]


def swallows_everything(x):
    try:
        return refused(x)
    except Exception:
        return x


def test_refusals_are_not_caught_by_the_program() -> None:
    with pytest.raises(sg.UnsupportedError):
        sg.grad(swallows_everything)(0.4)


def loops_without_derivatives(x):
    try:
        for _ in range(3):
            pass
        with np.errstate(all="ignore"):
            n = int("3")
    except ValueError:
        n = 0
    while n > 1:
        n -= 1
    return x * n


def test_nothing_is_noted_where_nothing_matters() -> None:
    gradient = sg.grad(loops_without_derivatives)
    gradient(0.4)
    assert "reached" not in gradient.source
    assert "seen" not in gradient.source
