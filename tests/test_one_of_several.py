"""Objects of several classes and functions chosen when they run: gradients, tangents, and what stays known."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from support import differences

import srcgrad as sg


def right(f, *points):
    """Gradients and tangents of a function at points of several kinds, twice each: the second call is a short one."""
    gradient = sg.grad(f)
    for x in (*points, *points):
        wanted = differences(f, x)
        found = gradient(x)
        assert np.shape(found) == np.shape(x)
        np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-7)
        along = np.cos(np.arange(np.size(x)) + 1.0).reshape(np.shape(x))[()]
        np.testing.assert_allclose(sg.jvp(f, (x,), (along,))[1], np.sum(along * wanted), rtol=2e-5, atol=1e-7)
    return gradient


def relu(x):
    return np.maximum(x, 0.0)


def scaled(x, by=2.0):
    return by * x * x


class Dense:
    def __init__(self, w, act):
        self.w, self.act, self.calls = w, act, 0

    def __call__(self, x):
        self.calls += 1
        z = x @ self.w
        return self.act(z) if self.act is not None else z


class Shift:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return x + self.by


class Same:
    def __call__(self, x):
        return x


class Running:
    """Keeps a mean of what it saw, which depends on the input."""

    def __init__(self):
        self.mean = None

    def __call__(self, x):
        self.mean = np.mean(x) if self.mean is None else 0.9 * self.mean + 0.1 * np.mean(x)
        return x - self.mean


class InPlace:
    """Writes into what it is given."""

    def __call__(self, x):
        x *= 1.5
        return x


class Model:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


W1 = np.array([[0.3, -0.5, 0.2], [0.1, 0.4, -0.6]])
W2 = np.array([[0.7], [-0.2], [0.5]])
X = np.array([[0.3, -0.4], [1.1, 0.6], [-0.2, 0.9]])


def network(x):
    model = Model(Dense(W1, np.tanh), Shift(np.ones(3)), Same(), Dense(W2, relu), Same(), Shift(0.3), Dense(W2.T, None))
    return np.sum(model(x) ** 2)


def test_layers_of_several_classes():
    right(network, X, X[:1])


def test_the_parameters_of_such_layers():
    def loss(model, x):
        return np.sum(model(x) ** 3)

    model = Model(Dense(W1.copy(), np.tanh), Shift(np.array([0.1, 0.2, 0.3])), Dense(W2.copy(), relu), Same())
    gradient = sg.grad(loss)
    for _ in range(3):
        found = gradient(model, X)
        for layer, part in zip(model.layers, found.layers):
            for name in ("w", "by"):
                if hasattr(layer, name):
                    kept = getattr(layer, name)

                    def moved(value, layer=layer, name=name, kept=kept):
                        setattr(layer, name, value)
                        result = loss(model, X)
                        setattr(layer, name, kept)
                        return result

                    np.testing.assert_allclose(getattr(part, name), differences(moved, kept), rtol=1e-5, atol=1e-8)


def test_what_the_rest_is_stays_known():
    gradient = right(network, X)
    # which layer is called is seen when it runs; what it gives and takes is known before
    assert "x, x_call = layer_forward(layer, x)" in gradient.source
    assert "dynamic" not in gradient.source and "bars.add(x" not in gradient.source


def test_layers_that_keep_what_they_saw():
    def f(x):
        model = Model(Running(), Same(), Running(), Shift(1.0))
        first = model(x * x)
        return np.sum(model(first * x) ** 2) + model.layers[0].mean

    right(f, np.array([0.3, -0.8, 1.2]))


def test_layers_that_write():
    def f(x):
        layers = [Shift(0.2), InPlace(), Same(), InPlace()]
        u = x * x
        for layer in layers:
            before = u
            u = layer(u) + 0.1 * before
        return np.sum(u * x)

    right(f, np.array([0.3, -0.8, 1.2]))


def add_to(u, x):
    u += x


def times(u, x):
    u *= x[::-1]


def first_of(u, x):
    u[0] = x[1] * u[2]


def test_functions_that_write():
    def f(x):
        u = x * 2.0
        for i in range(6):
            [add_to, times, first_of][i % 3](u, x)
        return np.sum(u * u)

    right(f, np.array([0.3, -0.8, 1.2]))


ACTS = {"tanh": np.tanh, "relu": relu, "scaled": scaled, "same": lambda x: x, "half": functools.partial(scaled, by=0.5)}


@pytest.mark.parametrize("names", [["tanh", "relu"], ["scaled", "same", "tanh"], ["half", "same"]])
def test_functions_by_name(names):
    def f(x, names=names):
        for name in names:
            x = ACTS[name](x) * 1.1
        return np.sum(x * x)

    right(f, 0.7, np.array([0.3, -0.8]), X)


class Circle:
    def __init__(self, r):
        self.r, self.weight = r, 1.5

    def area(self, n=1):
        return 3.0 * self.r**2 * n

    @staticmethod
    def grown(x):
        return x * 1.1


class Box:
    def __init__(self, a, b):
        self.a, self.b, self.weight = a, b, a * b

    def area(self, n=2):
        return self.a * self.b * n

    @staticmethod
    def grown(x):
        return x + 1.0


def heavy(shape, power=1):
    return shape.weight**power * shape.area(n=3)


def test_methods_attributes_arguments():
    def f(x):
        shapes = [Circle(x), Box(x, 2.0 * x), Circle(x * x), Box(x + 1.0, 3.0)]
        total = 0.0
        for i, shape in enumerate(shapes):
            total = total + shape.area() * shape.weight + shape.grown(x) + heavy(shape) * heavy(shape, power=2)
            kept = shape if i % 2 else shapes[0]
            total = total + heavy(kept)
        return np.sum(total)

    right(f, 0.7, np.array([0.3, 0.8]))


def test_attributes_written_under_another_name():
    def f(x):
        shapes = [Circle(x), Box(x, 2.0)]
        for shape in shapes:
            shape.weight = shape.weight * x
            shape.label = "seen"
        chosen = shapes[int(np.sum(x) > 100.0)]
        chosen.r = chosen.r * x
        return np.sum(shapes[0].weight * shapes[0].r * shapes[1].weight)

    right(f, 0.7, np.array([0.3, 0.8]))


def test_asked_for_their_class():
    def f(x):
        total = 0.0
        for shape in [Circle(x), Box(x, x * 3.0), Circle(2.0)]:
            if isinstance(shape, Circle):
                total = total + shape.r**2
            elif type(shape) is Box and shape is not None:
                total = total + shape.a * shape.b
        return np.sum(total)

    right(f, 0.7, np.array([0.3, 0.8]))


def test_kept_in_containers_and_returned():
    def pick(shapes, i):
        return shapes[i % len(shapes)]

    def f(x):
        shapes = [Circle(x), Box(x, 2.0)]
        by_name = {str(i): pick(shapes, i) for i in range(3)}
        held = [pick(shapes, 1)]
        held.append(pick(shapes, 0))
        pair = (pick(shapes, 0), x)
        held[0].weight = x * x
        first, _ = pair
        return np.sum(by_name["1"].area() * by_name["2"].area() + held[0].weight + held[1].area() + first.area())

    right(f, 0.7, np.array([0.3, 0.8]))


class Number:
    def __init__(self, value):
        self.value = value

    def eval(self, x):
        return self.value


class Variable:
    def eval(self, x):
        return x


class Sum:
    def __init__(self, *parts):
        self.parts = parts

    def eval(self, x):
        total = 0.0
        for part in self.parts:
            total = total + part.eval(x)
        return total


class Product:
    def __init__(self, left, right):
        self.left, self.right = left, right

    def eval(self, x):
        return self.left.eval(x) * self.right.eval(x)


def test_trees():
    def f(x):
        tree = Product(Sum(Variable(), Number(2.0), Variable()), Variable())
        for i in range(3):
            tree = Sum(Product(tree, Number(0.5)), Product(Variable(), tree))
        return np.sum(tree.eval(x))

    right(f, 0.7, np.array([0.3, -0.8]))

    tree = Sum(Product(Sum(Variable(), Number(2.0)), Variable()), Product(Variable(), Product(Variable(), Number(3.0))))
    right(lambda x: np.sum(tree.eval(x)), 0.7, np.array([0.3, -0.8]))


class Even:
    def __init__(self, other=None):
        self.other = other

    def go(self, x, n):
        return x if n == 0 else self.other.go(x * 1.1, n - 1)


class Odd:
    def __init__(self, other):
        self.other = other

    def go(self, x, n):
        return x * 2.0 if n == 0 else self.other.go(x * x, n - 1)


def test_objects_that_hold_each_other():
    def f(x):
        even = Even()
        odd = Odd(even)
        even.other = odd
        total = 0.0
        for one in [even, odd, even]:
            total = total + one.go(x, 3)
        return np.sum(total)

    right(f, 0.7, np.array([0.3, -0.8]))


def test_functions_that_captured():
    def f(x):
        def one(y):
            return y * x

        chosen = [one, lambda y: y + x * x, scaled, lambda y, k=x: y * k]
        y = x
        for i in range(8):
            y = chosen[i % 4](y) * 0.9
            chosen[0], chosen[1] = chosen[1], chosen[0]
        return np.sum(y)

    right(f, 0.7, np.array([0.3, -0.8]))


def test_one_that_is_refused_is_refused_when_it_is_met():
    def bad(x):
        return np.array(x.tolist())

    def f(x, i):
        return np.sum([np.tanh, bad][i](x) * 2.0)

    gradient = sg.grad(f)
    np.testing.assert_allclose(gradient(X, 0), 2.0 / np.cosh(X) ** 2)
    with pytest.raises(sg.UnsupportedError):
        gradient(X, 1)


def test_many_functions():
    def f(x):
        functions = [np.sin, np.cos, np.tanh, np.exp, np.square, np.arctan, np.sinh, np.cosh, np.expm1,
                     np.log1p, np.sqrt, np.abs, relu, scaled, np.negative, np.reciprocal, np.positive,
                     np.log2, np.cbrt]  # fmt: skip
        total = 0.0
        for function in functions:
            total = total + function(x)
        return np.sum(total)

    right(f, 0.7, np.array([0.3, 0.8]))


def test_second_derivatives():
    def f(x):
        y = x
        for function in [np.sin, scaled, Shift(x), Same()]:
            y = function(y) * x
        return y

    second = sg.grad(sg.grad(f))
    for _ in range(2):
        assert second(0.7) == pytest.approx(differences(sg.grad(f), 0.7), rel=1e-6)
    hessian = sg.hessian(lambda x: np.sum(network(x)))(X)
    np.testing.assert_allclose(hessian, np.swapaxes(hessian.reshape(6, 6), 0, 1).reshape(3, 2, 3, 2), atol=1e-12)


def test_starred_construction():
    def f(x, layers):
        return np.sum(Model(*layers)(x) ** 2)

    layers = [Dense(W1, np.tanh), Shift(1.0), Same()]
    right(lambda x: f(x, layers), X)


def test_shapes_differ_among_them():
    def column(x):
        return np.sum(x, axis=0)

    def row(x):
        return x * 2.0

    def number(x):
        return np.sum(x)

    def f(x):
        total = 0.0
        for function in [column, row, number, row]:
            total = total + np.sum(function(x) * x)
        return total

    right(f, X, X[:1], np.array([0.3, 0.8]))


class Cell:
    def __init__(self, w):
        self.w = w

    def __call__(self, x, state):
        state = np.tanh(state + x * self.w)
        return state * 2.0, state


class Skip:
    def __call__(self, x, state):
        return x, state * 0.5


def test_results_that_are_tuples():
    def f(x):
        cells = [Cell(0.3), Skip(), Cell(x), Skip()]
        state = x * 0.1
        for cell in cells:
            x, state = cell(x, state)
            pair = cell(x, state)
            x = pair[0] + 0.1 * pair[1]
        return np.sum(x * state)

    right(f, 0.7, np.array([0.3, -0.8]))


def listed(x):
    return [x, x * x]


def named(x):
    return {"a": x * 2.0, "b": x}


def boxed(x):
    return Box(x, x * x * x)


def test_results_that_are_containers_and_objects():
    def lists(x):
        total = 0.0
        for function in [listed, lambda v: [v * 3.0, v + 1.0]]:
            found = function(x)
            found.append(x * 5.0)
            total = total + found[0] * found[1] + found[2]
        return np.sum(total)

    def dicts(x):
        total = 0.0
        for function in [named, lambda v: {"a": v, "c": v * v}]:
            for value in function(x).values():
                total = total + value * value
        return np.sum(total)

    def objects(x):
        total = 0.0
        for function in [boxed, Circle, lambda v: Box(v, 1.0)]:
            total = total + function(x).area()
        return np.sum(total)

    def functions(x):
        total = 0.0
        for maker in [lambda v: lambda u: u * v, lambda v: np.sin, lambda v: scaled]:
            total = total + maker(x)(x)
        return np.sum(total)

    for f in (lists, dicts, objects, functions):
        right(f, 0.7, np.array([0.3, 0.8]))


class TooLarge(Exception):
    def __init__(self, value):
        super().__init__("too large")
        self.value = value


def careful(x):
    if np.sum(x) > 0.5:
        raise TooLarge(x * x)
    return x


def test_exceptions_from_them_are_refused():
    def f(x):
        total = 0.0
        for i, function in enumerate([scaled, careful, np.tanh]):
            try:
                total = total + function(x * (i + 0.5))
            except TooLarge as error:
                total = total + error.value * 3.0
        return np.sum(total)

    right(f, 0.1, np.array([-0.3, 0.1]))
    with pytest.raises(sg.UnsupportedError, match="catch it inside the function that is called"):
        sg.grad(f)(0.7)


def nothing(x):
    return None


def whole(x):
    return 3


def test_results_that_may_be_none_or_integers():
    def f(x):
        total = x
        for function in [scaled, nothing, whole, np.sum]:
            found = function(x)
            if found is not None:
                total = total + found * x
        return np.sum(total)

    right(f, 0.7, np.array([0.3, 0.8]))


def test_methods_found_by_name():
    def f(x):
        shapes, total = [Circle(x), Box(x, x * 2.0)], 0.0
        for shape in shapes:
            for name in ["area", "grown"]:
                found = getattr(shape, name)
                total = total + (found() if name == "area" else found(x))
        return np.sum(total)

    right(f, 0.7, np.array([0.3, 0.8]))


def test_single_precision():
    def f(x):
        for layer in [Shift(np.float32(0.5)), Same(), np.tanh, scaled]:
            x = layer(x)
        return np.sum(x)

    x = np.array([0.3, -0.8], np.float32)
    found = sg.grad(f)(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, differences(f, x.astype(float)), rtol=1e-4)


def test_functions_replaced_between_calls():
    table = {"a": scaled, "b": np.tanh}

    def f(x, names):
        for name in names:
            x = table[name](x)
        return np.sum(x)

    gradient = sg.grad(f)
    x = np.array([0.3, 0.8])
    for functions in ((scaled, np.tanh), (np.exp, relu), (lambda v: v, np.sin), (scaled, Shift(2.0))):
        table["a"], table["b"] = functions
        for _ in range(3):
            found = gradient(x, ["a", "b", "a"])
            np.testing.assert_allclose(found, differences(lambda v: f(v, ["a", "b", "a"]), x), rtol=1e-6)


def test_a_method_replaced_between_calls(monkeypatch):
    def f(x):
        total = 0.0
        for shape in [Circle(x), Box(x, 2.0 * x)]:
            total = total + shape.area()
        return np.sum(total)

    gradient = right(f, 0.7)
    monkeypatch.setattr(Box, "area", lambda self, n=1: self.a**3)
    for _ in range(3):
        assert gradient(0.7) == pytest.approx(6.0 * 0.7 + 3.0 * 0.7**2)


class Updates:
    """Optimizers keep what they need from step to step."""

    def __init__(self, rate):
        self.rate, self.velocity = rate, None

    def step(self, w, g):
        self.velocity = g if self.velocity is None else 0.9 * self.velocity + g
        return w - self.rate * self.velocity


class Plain:
    def __init__(self, rate):
        self.rate = rate

    def step(self, w, g):
        w -= self.rate * g
        return w


def test_optimizers_chosen_by_name():
    def f(w, name):
        optimizer = {"momentum": Updates(0.1), "plain": Plain(0.2)}[name]
        u = w * 1.0
        for _ in range(4):
            u = optimizer.step(u, 2.0 * u + 0.3)
        return np.sum(u * w)

    for name in ("momentum", "plain"):
        right(lambda w, name=name: f(w, name), np.array([0.3, 0.8]))

    def both(w):
        u = w * 1.0
        for optimizer in [Updates(0.1), Plain(0.2), Updates(0.05)]:
            for _ in range(3):
                u = optimizer.step(u, 2.0 * u + 0.3)
        return np.sum(u * w)

    right(both, np.array([0.3, 0.8]))


class Counted(type):
    """A metaclass: classes that can be asked for an object by an index, and kept in a list."""

    kept = []

    def __init__(cls, *args):
        super().__init__(*args)
        Counted.kept.append(cls)

    def __getitem__(cls, w):
        return cls(w)


class Line(metaclass=Counted):
    offset = 0.5

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w * x + self.offset


class Parabola(Line):
    def __call__(self, x):
        return super().__call__(x) * x

    @property
    def offset(self):
        return self.w**2


class Squared:
    def __class_getitem__(cls, w):
        return w * w


def test_classes_of_classes():
    def chain(p):
        out = 1.0
        for cls, w in zip(Counted.kept, p):
            out = cls(w)(out)
        return out * p[2]

    point = np.array([0.5, -0.3, 0.8])
    for _ in range(2):
        right(chain, point)
    right(lambda p: Parabola[p[0]](p[1]) * Squared[p[2]], point)
