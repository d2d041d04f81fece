"""Products of transposed matrices: written as one would by hand, whatever the order."""

import numpy as np
import pytest

import srcgrad as sg

W, X, B = (np.random.default_rng(k).normal(size=shape) for k, shape in enumerate(((4, 3), (5, 3), (4, 5))))


def dense(w, x, b):
    return np.sum(np.tanh(x @ w.T + b.T) ** 2)


def twice(w, x, b):
    return np.sum((w @ x.T) ** 2) + np.sum(np.sin((x @ w.T).T @ b.T))


def in_a_loop(w, x, b):
    total = 0.0
    for _ in range(2):
        y = np.tanh(x @ w.T)
        total += np.sum((y.T @ x) ** 2) + np.sum(b.T * y)
        w = w + 0.1 * (x.T @ y).T
    return total


def written_since(w, x, b):
    w = w * 1.0
    turned = w.T
    y = x @ w.T
    z = x @ turned
    w[0] = 2.0
    return np.sum(y**2) + np.sum(z**3) + np.sum(x @ turned) + np.sum(w.T @ b)


def a_vector(w, x, b):
    v = x[0]
    return np.sum((v @ w.T) ** 2) + np.sum((w.T @ b[:, 0]) ** 2) + np.sum((v.T @ w.T.T.T) ** 2)


def symmetric(w, x, b):
    gram = w.T @ (w + b[:, :3])
    return np.sum(np.tanh((gram + gram.T) @ x.T)) + np.sum((gram.T - gram) @ x.T * b[:3])


PROGRAMS = [dense, twice, in_a_loop, written_since, a_vector, symmetric]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients(program):
    for argnum, changed in enumerate((W, X, B)):
        args = [W, X, B]

        def of_one(value, at=argnum, args=args):
            return program(*args[:at], value, *args[at + 1 :])

        sg.check_grads(of_one, (changed,), modes=("rev", "fwd"))
    sg.check_grads(lambda w: program(w, X, B), (W,), order=2, rtol=1e-4)
    found = sg.grad(program, argnums=(0, 1, 2))(W, X, B)
    assert [bar.shape for bar in found] == [W.shape, X.shape, B.shape]


def test_the_text_of_a_dense_layer():
    gradient = sg.grad(dense, argnums=(0, 1, 2))
    gradient(W, X, B)
    assert "w_bar = value_arg_bar.T @ x" in gradient.source
    assert "x_bar = value_arg_bar @ w" in gradient.source


def test_a_transpose_is_not_remembered():
    gradient = sg.grad(in_a_loop)
    gradient(W, X, B)
    assert "transposed" not in gradient.source
