"""Operations resolved when they run: right, and looked into once for each kind of operands."""

from __future__ import annotations

import functools
import operator

import numpy as np
import pytest
from support import differences
from two_orders import check

import srcgrad as sg
from srcgrad.dispatch import Dispatcher
from srcgrad.runtime.dynamic import Operations


def near(f, x):
    np.testing.assert_allclose(sg.grad(f)(x), differences(f, x), rtol=1e-6, atol=1e-8)


@pytest.fixture
def counted(monkeypatch):
    """How often operations were asked what they are, and entries were looked for by the key of arguments."""
    counts = {"resolved": 0, "keyed": 0}

    def counting(name, original):
        @functools.wraps(original)
        def count(*args, **keywords):
            counts[name] += 1
            return original(*args, **keywords)

        return count

    monkeypatch.setattr(Operations, "resolve", counting("resolved", Operations.resolve))
    monkeypatch.setattr(Dispatcher, "entry", counting("keyed", Dispatcher.entry))
    return counts


def scaled(x, factor=2.0):
    return x * factor


def shifted(x, factor=2.0):
    return x + factor * x * x


class Table:
    """Functions of which it is not known when text is emitted which one is meant."""

    def __init__(self):
        self.functions = [scaled, shifted, operator.neg, np.tanh]

    def step(self, x, i):
        return opaque(self.functions, i)(x) * 0.9


def opaque(items, i):
    """An item of a list that was sorted: what it is, is known when it runs."""
    return sorted(items, key=id)[sorted(range(len(items)), key=lambda j: id(items[j])).index(i)]


def walk(x, table, n):
    for i in range(n):
        x = table.step(x, i % 4)
    return np.sum(x)


def test_what_was_met_before_is_not_asked_again(counted):
    table = Table()
    gradient = sg.grad(walk)
    for _ in range(4):
        gradient(0.3, table, 16)
    counted.update(resolved=0, keyed=0)
    gradient(0.3, table, 16)
    few = dict(counted)
    counted.update(resolved=0, keyed=0)
    found = gradient(0.3, table, 160)
    assert counted == few  # neither grows with the number of turns
    np.testing.assert_allclose(found, differences(lambda x: walk(x, table, 160), 0.3), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("x", [0.3, np.array([0.2, -0.4, 1.1]), np.ones((2, 1)) * 0.4])
def test_steps_by_table(x):
    table = Table()
    near(lambda v: walk(v, table, 9), x)


def power(x, p):
    return x**p


def parts(x, n):
    f = functools.partial(power, p=3)
    total = 0.0
    for _ in range(n):
        total = total + f(x)
    return total


def test_partial_is_bound_once(counted):
    gradient = sg.grad(parts)
    for _ in range(4):
        gradient(1.3, 4)
    counted.update(resolved=0, keyed=0)
    assert gradient(1.3, 50) == pytest.approx(150 * 1.3**2)
    assert counted["keyed"] <= 1  # the call itself


class Stack:
    """Its method changes what the object holds: the next call is of another kind."""

    def __init__(self, items):
        self.items = items

    def first(self, x):
        top = self.items.pop(0)
        return top * x + len(self.items)


def drained(x, n):
    stacks = [Stack([2.0, np.array([1.0, 3.0]), 4.0, np.array([[2.0]]), 5.0, np.array([1.0, 1.5])]) for _ in range(n)]
    total = 0.0
    for _ in range(6):
        for i in range(n):
            total = total + np.sum(opaque(stacks, i).first(x) ** 2)
    return total


@pytest.mark.parametrize("x", [0.7, np.array([0.7, -0.2])])
def test_a_call_that_changes_its_object_is_told_from_the_next(x):
    near(lambda v: drained(v, 3), x)


def made_by(c):
    def times(x):
        return x * c

    return times


def closures(x, n):
    chosen = [made_by(2.0), made_by(np.array([1.0, -2.0])), made_by(0.5), made_by(np.ones((2, 1)))]
    total = 0.0
    for i in range(n):
        total = total + np.sum(opaque(chosen, i % 4)(x) ** 2)
    return total


@pytest.mark.parametrize("x", [0.7, np.array([0.7, -0.2])])
def test_functions_of_one_code_with_other_captured_values(x):
    near(lambda v: closures(v, 12), x)


def captured(x, n):
    """What is captured depends on the input, and differs from function to function."""
    chosen = [made_by(x), made_by(x * x), made_by(2.0)]
    total = 0.0
    for i in range(n):
        total = total + np.sum(opaque(chosen, i % 3)(x + i))
    return total


@pytest.mark.parametrize("x", [0.7, np.array([0.7, -0.2])])
def test_functions_that_captured_active_values(x):
    near(lambda v: captured(v, 9), x)


def test_a_rule_that_comes_later_is_used():
    def half_as_steep(x):
        return x * 3.0

    def f(x, functions):
        return opaque(functions, 0)(x) * opaque(functions, 1)(x)

    gradient = sg.grad(f)
    for _ in range(3):
        assert gradient(2.0, [half_as_steep, scaled]) == pytest.approx(24.0)

    @sg.rule(half_as_steep, elementwise=True)
    def half(x, *, y):
        x: 1.5 * np.ones_like(x)

    for _ in range(3):
        assert gradient(2.0, [half_as_steep, scaled]) == pytest.approx(1.5 * 4.0 + 6.0 * 2.0)


class Anything:
    """Has every method: the function that it was given."""

    def __init__(self, function):
        self.__dict__["function"] = function

    def __getattr__(self, name):
        return self.function


def inner_step(q, other):
    return other.anything(q) * q


def middle_step(x, some, other):
    return some.anything(x, other) * x


def middle_step_by_name(x, some, other):
    return inner_step(x, other) * x


def outer_step(x, middle):
    return np.sum(middle(x * 2.0, Anything(inner_step), Anything(np.sin)))


def doubled(q):
    q *= 2.0
    return q


def outer_step_of_a_writer(x, middle):
    y = x * 2.0
    return np.sum(middle(y, Anything(inner_step), Anything(doubled))) + np.sum(y**2)


@pytest.mark.parametrize("middle", [middle_step, middle_step_by_name])
@pytest.mark.parametrize("outer", [outer_step, outer_step_of_a_writer])
def test_what_might_write(outer, middle):
    x = np.array([0.4, 0.7, -0.3])
    np.testing.assert_allclose(
        sg.grad(lambda x: outer(x, middle))(x), differences(lambda x: outer(x, middle), x), rtol=1e-6
    )


OPTIONS = {
    "flag": True,
    "no": False,
    "axis": 1,
    "none": None,
    "axes": (0, 1),
    "shape": (2, 3),
    "flat": (6,),
    "mode": "r",
}
DECIDED_WHEN_RUN = {
    "an_item_of_a_dict": lambda x, o: np.linalg.svd(x, compute_uv=o["no"]),
    "several_results": lambda x, o: np.linalg.svd(x, full_matrices=o["no"], compute_uv=o["flag"])[1],
    "an_item_of_a_list": lambda x, o: np.average(x, axis=1, returned=[True, o["flag"]][1])[0],
    "one_result": lambda x, o: np.average(x, axis=1, returned=o["no"]),
    "a_text": lambda x, o: np.linalg.qr(x, mode=o["mode"]),
    "a_flag_that_would_write": lambda x, o: np.median(x, axis=o["axis"], overwrite_input=o["no"]),
    "a_view": lambda x, o: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1, writeable=o["no"]) * x[0, 0],
    "axes": lambda x, o: np.gradient(x, axis=o["axes"])[1],
    "no_axes": lambda x, o: np.gradient(x, axis=o["none"])[0],
    "some_rank": lambda x, o: np.gradient(x.reshape(*o["shape"]))[1],
    "one_axis": lambda x, o: np.gradient(x.reshape(*o["flat"])),
    "a_step": lambda x, o: np.linspace(x[0, 0], x[1], 3, retstep=o["flag"])[1],
    "counts": lambda x, o: np.unique(x, return_counts=o["flag"])[0],
}


@pytest.mark.parametrize("name", DECIDED_WHEN_RUN)
def test_what_a_call_gives_may_depend_on_a_value_that_is_seen_when_it_runs(name):
    check(lambda x: DECIDED_WHEN_RUN[name](x, OPTIONS), (np.array([[0.7, 1.9, -0.4], [2.3, 0.2, 1.1]]),))


def test_both_values_of_a_flag():
    """One place in the program, one after the other: neither is taken for the other."""

    def f(x, flags):
        total = 0.0
        for flag in flags:
            found = np.linalg.svd(x, False, compute_uv=flag)
            total = total + np.sum((found[1] if flag else found) ** 3)
        return total

    x = np.array([[0.7, 1.9, -0.4], [2.3, 0.2, 1.1]])
    for flags in [False], [True], [True, False, True]:
        check(lambda x: f(x, flags), (x,))


def test_what_is_refused_for_one_value_is_refused_when_it_has_it():
    x = np.array([0.7, 1.9, -0.4])
    for value, words in (True, "overwrite_input=True"), (False, ""):
        f = lambda x: np.median(x, overwrite_input={"flag": value}["flag"])
        if words:
            with pytest.raises(sg.UnsupportedError, match=words):
                sg.grad(f)(x)
        else:
            near(f, x)


def test_exponents_that_are_numbers_have_no_tangent():
    """The derivative by an exponent is not a number where the base is negative, which would go into every tangent."""

    def f(x):
        return np.sum((1.0 - opaque([np.asarray, np.cos], 0)(x)) ** 2.0)

    _, tangent = sg.jvp(f, (np.array([1.3, 0.7]),), (np.ones(2),))
    np.testing.assert_allclose(tangent, 0.0, atol=1e-15)
