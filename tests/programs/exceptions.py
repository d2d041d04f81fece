"""try, except, else, finally, raise, assert, with."""

import logging
import math

import numpy as np

from programs.data import array


class TooLarge(Exception):
    """Carries the value that was too large."""

    def __init__(self, value):
        super().__init__("too large")
        self.value = value


def limited(x):
    if x > 1.0:
        raise TooLarge(x)
    return x * x


def caught(x):
    try:
        y = limited(x)
    except TooLarge:
        y = np.sqrt(x)
    return y * 2.0


def caught_with_value(x):
    try:
        return limited(x)
    except TooLarge as error:
        return error.value * 3.0


def handlers_by_type(x, key):
    table = {"a": x}
    try:
        y = table[key] / (1 if x > 0.0 else 0)
    except KeyError:
        y = x * x
    except (ZeroDivisionError, ValueError):
        y = x**3
    return y


def else_clause(x):
    try:
        y = limited(x)
    except TooLarge:
        z = x
    else:
        z = y * y
    return z * x


def finally_clause(x):
    log = []
    try:
        y = limited(x)
        log.append("done")
    except TooLarge:
        y = x
    finally:
        log.append("finally")
    return y * len(log)


def finally_changes_value(x):
    y = x
    try:
        y = limited(y * 0.9)
    except TooLarge:
        pass
    finally:
        y = y * x
    return y


def return_through_finally(x):
    log = [1.0]
    try:
        if x > 0.0:
            return x * x * log[0]
        y = x
    finally:
        log.append(2.0)
    return y * log[1]


def partly_done_body(x):
    y = x
    try:
        y = y * 2.0
        y = limited(y)
        y = y + 1.0
    except TooLarge:
        y = y * y
    return y


def active_computation_raises(x):
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    return y


def index_error(v, i):
    try:
        y = v[i]
    except IndexError:
        y = np.sum(v)
    return y * y


def linear_algebra_error(m):
    try:
        if m[0, 0] < 0.0:
            raise np.linalg.LinAlgError("negative")
        return np.sum(m * m)
    except np.linalg.LinAlgError:
        return np.sum(m)


def try_in_loop(v):
    total = 0.0
    for value in v:
        try:
            total += limited(value)
        except TooLarge:
            continue
        total = total * 1.1
    return total


def break_out_of_try(v):
    total = 1.0
    for value in v:
        try:
            if value < 0.0:
                break
            total = total * value
        finally:
            total = total + 0.5
    return total


def loop_in_try(v):
    total = 0.0
    try:
        for value in v:
            total += limited(value)
    except TooLarge as error:
        total = total * error.value
    return total


def return_in_loop_in_try(v):
    total = 0.0
    try:
        for value in v:
            total += value * value
            if total > 0.5:
                return total * value
    except ValueError:
        return 0.0
    return total


def nested_try(x):
    try:
        try:
            y = limited(x)
        except ZeroDivisionError:
            y = 0.0
    except TooLarge:
        y = x * x * x
    return y


def reraised(x):
    try:
        try:
            return limited(x)
        except TooLarge:
            raise
    except TooLarge as error:
        return error.value**2


def raised_from(x):
    try:
        try:
            return limited(x)
        except TooLarge as error:
            raise ValueError("translated") from error
    except ValueError:
        return 2.0 * x


def retries(x):
    scale = 1.0
    for _ in range(5):
        try:
            return limited(scale * x) * 2.0
        except TooLarge:
            scale *= 0.5
    return x


def asserted(x):
    assert x > 0.0, f"x must be positive, got {x}"
    y = np.sqrt(x)
    assert np.isfinite(y)
    return y * x


def raise_not_reached(x):
    if x < 0.0:
        raise ValueError("negative")
    return np.sqrt(x)


def errstate(v):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = v / (1.0 + v * v)
    return np.sum(y)


def with_return_inside_loop(v):
    for value in v:
        with np.errstate(over="ignore"):
            if value > 0.0:
                return value * value
    return np.sum(v)


def logged(x):
    logging.getLogger("programs").debug("x is %s", x)
    y = x * x
    logging.getLogger("programs").debug(f"y is {y!r:>10} at {x:.3f}")
    return y


def with_two_items(v):
    with np.errstate(all="ignore"), np.errstate(divide="raise"):
        y = v * v
    return np.sum(np.log1p(y))


CASES = [
    (with_two_items, (array(3),), None),
    *[(f, (x,), None) for f in (
        caught, caught_with_value, else_clause, finally_clause, finally_changes_value, partly_done_body, nested_try,
        reraised, raised_from, retries, 
    ) for x in (0.4, 1.7)],
    *[(handlers_by_type, (x, key), 0) for x, key in ((0.4, "a"), (0.4, "b"), (-0.4, "a"))],
    *[(return_through_finally, (x,), None) for x in (0.4, -0.4)],
    *[(active_computation_raises, (x,), None) for x in (0.4, -0.4)],
    *[(index_error, (array(3), i), None) for i in (1, 7)],
    *[(linear_algebra_error, (m,), None) for m in (np.eye(2), -np.eye(2))],
    *[(try_in_loop, (np.array(v),), None) for v in ([0.3, 1.4, 0.5], [0.3, 0.4], [1.4, 1.5])],
    *[(break_out_of_try, (np.array(v),), None) for v in ([0.3, -1.4, 0.5], [0.3, 0.4], [-1.4, 1.5])],
    *[(loop_in_try, (np.array(v),), None) for v in ([0.3, 1.4, 0.5], [0.3, 0.4], [1.4, 1.5])],
    *[(return_in_loop_in_try, (np.array(v),), None) for v in ([0.3, 1.4, 0.5], [0.3, 0.4])],
    (asserted, (0.6,), None),
    (raise_not_reached, (0.6,), None),
    (errstate, (array(3),), None),
    *[(with_return_inside_loop, (np.array(v),), None) for v in ([0.3, 1.4], [-0.3, -0.4], [-1.4, 1.5])],
    (logged, (0.6,), None),
]  # fmt: skip
