"""Ways in which a derivative could get lost on the way: every one gives the right gradient, or is refused."""

from __future__ import annotations

import bisect
import collections
import copy
import functools
import heapq
import itertools
import random
import sys
import typing

import numpy as np
import pytest
from support import assert_close, numeric_gradient

import srcgrad as sg

X = np.array([1.5, 0.3, 2.2])


def generator_shuffles(x):
    rng, y = np.random.default_rng(0), x * 2
    rng.shuffle(y)
    return y[0] ** 2


def random_module_shuffles(x):
    y = list(x * 2)
    random.Random(0).shuffle(y)
    return y[0] ** 2


def generator_permutes(x):
    return np.sum(np.random.default_rng(0).permutation(x)[:2] ** 2)


def generator_chooses(x):
    return np.random.default_rng(0).choice(x) ** 2


def draws_around(x):
    return np.sum(np.random.default_rng(0).normal(x, 1.0))


def heap(x):
    h = []
    for v in x:
        heapq.heappush(h, v * v)
    return heapq.heappop(h) * 2


def sorted_insert(x):
    found = [x[0] * 3]
    bisect.insort(found, x[1])
    return found[0] * found[1]


def deque(x):
    d = collections.deque()
    d.append(x[0] * x[1])
    d.appendleft(x[2])
    return d[0] * d[1]


def default_dict(x):
    d = collections.defaultdict(float)
    d["a"] += x[0] * 2
    d["b"] += x[1]
    return d["a"] * d["b"]


def shallow_copy(x):
    return np.sum(copy.copy(x) ** 2)


def deep_copy(x):
    return np.sum(copy.deepcopy([x * 1.0])[0] ** 2)


def chained(x):
    return sum(itertools.chain([x[0]], [x[1] ** 2]))


def memory_view(x):
    return memoryview(x)[0] * 2.0


def through_bytes(x):
    return np.sum(np.frombuffer(x.tobytes()))


def rebuilt_of_floats(x):
    return np.sum(np.array([float(v) for v in x]) ** 2)


def through_a_list(x):
    return np.sum(np.asarray(x.tolist()) ** 2)


def from_iterator(x):
    return np.sum(np.fromiter((v * 2 for v in x), float))


def in_a_set(x):
    return sum(v * v for v in {v for v in x})


def cast_to_integers(x):
    return np.sum(x.astype(int).astype(float)) + np.sum(x)


def viewed(x):
    return np.sum(np.require(x.view()) ** 2)


def masked_array(x):
    return np.sum(np.ma.array(x) ** 2)


def along_axis(x):
    return np.sum(np.apply_along_axis(lambda row: row**2, 0, x))


def vectorized(x):
    return np.sum(np.vectorize(lambda t: t * t)(x))


def out_argument(x):
    out = np.empty(3)
    np.multiply(x, 2.0, out=out)
    return np.sum(out)


def copied_into(x):
    out = np.zeros(3)
    np.copyto(out, x)
    return np.sum(out * out)


def reduced(x):
    return np.sum(np.add.reduce([x, x**2]))


def taken_from_iterator(x):
    it = iter([x[0], x[1]])
    return next(it) * next(it)


def matrix(x):
    m = np.matrix(np.diag(x))
    return (m * m)[0, 0]


@functools.lru_cache
def cached(v):
    return v * v


def calls_cached(x):
    return cached(x[0])


def flat_write(x):
    y = x.copy()
    y.flat[0] = 5.0
    return np.sum(y * x)


def augmented_view(x):
    y = x * 1.0
    z = y[1:]
    z += 1.0
    return np.sum(y * y)


def written_real_part(x):
    y = x * 1.0
    y.real[:] = 0
    return np.sum(y * x)


def digits(x):
    return float(str(np.sum(x)))


def digits_in_fstring(x):
    return float(f"{x[0]:.3f}") * x[1]


def digits_by_percent(x):
    return float("%f" % x[0])  # noqa: UP031


def digits_by_format(x):
    return float("{}".format(x[0]).strip())  # noqa: UP032


def buffer_reused(x):
    buf, y = np.zeros(3), 0.0
    for i in range(3):
        buf[i] = i + 1.0
        y = y + np.sum(x * buf)
    return y


def buffer_scaled_after_use(x):
    w = np.ones(3)
    a = x * w
    w *= 3.0
    b = np.sin(a) * w
    w[:] = 0
    return np.sum(b)


def index_shuffled(x):
    rng, idx, y = np.random.default_rng(0), np.arange(3), 0.0
    for t in range(3):
        rng.shuffle(idx)
        y = y + x[idx[0]] ** 2 * (t + 1)
    return y


def exception_state(x):
    try:
        raise ValueError(x[0] * x[0])
    except ValueError:
        return sys.exc_info()[1].args[0] * 2


def exception_cause(x):
    try:
        try:
            raise ValueError(x[0] * x[0])
        except ValueError as error:
            raise KeyError("k") from error
    except KeyError as error:
        return error.__cause__.args[0] * 2


class Holder:
    def __init__(self):
        self.squared = lambda v: v * v


HOLDER = Holder()


def function_held_by_an_object(x):
    return HOLDER.squared(x[0]) * x[1]


PROGRAMS = [
    value for value in list(globals().values())
    if callable(value) and getattr(value, "__module__", "") == __name__ and value not in (cached, Holder, HOLDER)
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_right_or_refused(f):
    expected = numeric_gradient(f, (X.copy(),), (0,))
    try:
        found = sg.grad(f, argnums=(0,))(X.copy())
    except sg.UnsupportedError as error:
        assert error.construct and error.advice
        return
    assert_close(found, expected, False)


def test_texts_may_be_printed_and_measured(capsys):
    def f(x):
        text = f"{x[0]}"
        print(text)
        return np.sum(x) * len(text)

    np.testing.assert_array_equal(sg.grad(f)(X), [3.0, 3.0, 3.0])
    assert capsys.readouterr().out == "1.5\n"


def test_texts_that_hold_no_value_may_be_read():
    np.testing.assert_array_equal(sg.grad(lambda x: float("1.5") * x[0])(X), [1.5, 0.0, 0.0])


def zipped_before_written(x):
    w = x.copy()
    pairs = zip(w, range(3))
    w[0] = 5.0
    return sum(v for v, _ in pairs)


def kept_iterator_before_written(x):
    w = x.copy()
    kept = [iter(w)]
    w[0] = 5.0
    return sum(v for v in kept[0])


def generator_before_written(x):
    w = x.copy()
    squares = (v * v for v in w)
    w[0] = 5.0
    return sum(squares)


def mapped_before_written(x):
    w = x.copy()
    squares = map(lambda v: v * v, w)
    w[0] = 5.0
    return sum(squares)


def accumulated_before_written(x):
    w = x.copy()
    sums = itertools.accumulate(w)
    w[0] = 5.0
    return sum(sums)


@pytest.mark.parametrize(
    "f",
    [zipped_before_written, kept_iterator_before_written, generator_before_written, mapped_before_written,
     accumulated_before_written],
)  # fmt: skip
def test_what_iterators_show_may_be_written_meanwhile(f):
    with pytest.raises(sg.UnsupportedError, match="written meanwhile"):
        sg.grad(f)(X.copy())


def generator_of_what_is_rebound(x):
    c = x[0]
    scaled = (v * c for v in x)
    c = x[1]
    return sum(scaled) * c


def mapped_by_what_is_rebound(x):
    c = x[0]
    scaled = map(lambda v: v * c, x)
    c = x[1]
    return sum(scaled)


@pytest.mark.parametrize("f", [generator_of_what_is_rebound, mapped_by_what_is_rebound])
def test_what_items_are_made_of_may_be_bound_meanwhile(f):
    with pytest.raises(sg.UnsupportedError, match="bound again"):
        sg.grad(f)(X.copy())
    with pytest.raises(sg.UnsupportedError, match="bound again"):
        sg.jvp(f, (X.copy(),), (X.copy(),))


class Keeper:
    def __init__(self):
        self.kept = []

    def keep(self, v):
        self.kept.append(v)

    def drop(self, v):
        self.kept.clear()


# an object that knows nothing of the input yet, and what may be that object under a name of which nothing is known
HANDED_ON = {
    "a method by a computed name": lambda o, x: getattr(o, ("drop", "keep")[int(x > 0.0)])(x),
    "a part by a computed name": lambda o, x: getattr(o, ("keep", "kept")[int(x > 0.0)]).append(x),
    "a method of a list by a computed name": lambda o, x: getattr(o.kept, ("remove", "append")[int(x > 0.0)])(x),
    "a deque": lambda o, x: collections.deque([o])[0].keep(x),
    "a default of a dict": lambda o, x: collections.defaultdict(lambda: o)["new"].keep(x),
    "an ordered dict": lambda o, x: collections.OrderedDict(a=o).popitem()[1].keep(x),
    "a copy of a list": lambda o, x: copy.copy([o])[0].keep(x),
    "a shallow copy": lambda o, x: copy.copy(o).kept.append(x),
    "an iterator": lambda o, x: next(itertools.chain.from_iterable([[o]])).keep(x),
    "the smallest": lambda o, x: heapq.nsmallest(1, [(1, o)])[0][1].keep(x),
    "a kept result": lambda o, x: functools.lru_cache(None)(lambda: o)().keep(x),
    "the object of a method": lambda o, x: o.keep.__self__.keep(x),
}


@pytest.mark.parametrize("way", HANDED_ON)
def test_objects_that_are_handed_on_unseen(way):
    hand_on = HANDED_ON[way]

    def f(x):
        o = Keeper()
        hand_on(o, x)
        return sum(o.kept) * x

    assert sg.grad(f)(0.7) == pytest.approx(1.4)
    assert sg.jvp(f, (0.7,), (1.0,))[1] == pytest.approx(1.4)


class Account:
    """Adds up what is taken out of it."""

    def __init__(self):
        self.parts, self.taken = {}, 0.0

    def __setitem__(self, name, v):
        self.parts[name] = v

    def __delitem__(self, name):
        self.taken = self.taken + self.parts.pop(name)

    def __call__(self, v):
        self.taken = self.taken + v
        return v


def items_deleted_by_a_method(x):
    account = Account()
    account["a"] = x
    account["b"] = x * x
    del account["a"]
    return account.taken * account.parts["b"]


def array_given_back_by_a_library(x):
    w = np.zeros(3)
    typing.cast(np.ndarray, w)[1] = x
    return w.sum() * x * x


class Doubling(dict):
    def __delitem__(self, name):
        self.taken = self.pop(name) * 3.0


class Fivefold(list):
    def __iter__(self):
        return iter([self[i] * 5.0 for i in range(len(self))])

    def __reversed__(self):
        return iter([self[1], self[0] * 2.0])


def items_deleted_from_a_dict_of_ones_own(x):
    d = Doubling(a=x, b=x * x)
    del d["a"]
    return d.taken * d["b"] / 3.0


def items_given_out_by_a_list_of_ones_own(x):
    items = Fivefold([x, x * x])
    first, second = items
    for v in reversed(items):
        last = v
    return first * second * 4.0 / 1000.0 * sum(items) / (x + x * x) * last / x


@pytest.mark.parametrize(
    "f",
    [
        items_deleted_by_a_method, array_given_back_by_a_library, items_deleted_from_a_dict_of_ones_own,
        items_given_out_by_a_list_of_ones_own,
    ],
)  # fmt: skip
def test_changed_out_of_sight(f):
    assert sg.grad(f)(0.7) == pytest.approx(3.0 * 0.7**2)
    assert sg.jvp(f, (0.7,), (1.0,))[1] == pytest.approx(3.0 * 0.7**2)


def test_an_object_as_key_that_keeps_values():
    def f(x):
        account = Account()
        return max([x, x * x], key=account) * account.taken

    with pytest.raises(sg.UnsupportedError, match="keeps values"):
        sg.grad(f)(0.7)
