"""What a gradient object offers: name, pickling, source, paths, counts, printing; and that its calls do not mix."""

from __future__ import annotations

import inspect
import pickle

import numpy as np
import pytest
from support import frozen

import srcgrad as sg

V = np.array([0.3, -0.7, 1.1])


def product(w, b, x=2.0):
    """The product of its arguments."""
    return np.sum(w * x) * b


@sg.grad
def decorated(w):
    """Doc of decorated."""
    return np.sum(w**3)


@sg.grad(argnums=("w", "b"))
def decorated_with_names(w, b):
    return np.sum(w) * b


@sg.value_and_grad(argnums=1)
def decorated_value(w, b):
    return np.sum(w) * b * b


def test_name_documentation_and_signature():
    for made in (sg.grad(product), sg.value_and_grad(product)):
        assert made.__name__ == "product"
        assert made.__qualname__ == "product"
        assert made.__doc__ == "The product of its arguments."
        assert made.__module__ == __name__
        assert inspect.signature(made) == inspect.signature(product)
        assert made.__wrapped__ is product
        assert "product" in repr(made)
    assert decorated.__doc__ == "Doc of decorated."


def test_pickling():
    for made in (sg.grad(product, argnums=("w", "b")), decorated, decorated_with_names, decorated_value):
        for warm in (False, True):
            if warm:
                made(V, 0.5) if made is not decorated else made(V)
            again = pickle.loads(pickle.dumps(made))
            args = (V,) if made is decorated else (V, 0.5)
            assert frozen(again(*args)) == frozen(made(*args))


def branching(x, n):
    y = x
    for i in range(n):
        if y > 1.0:
            y = y * 0.5
        else:
            y = y * x + i
    if n == 0:
        return x * x
    return y


def test_cache_info():
    gradient = sg.grad(branching)
    before = gradient.cache_info()
    assert (before.hits, before.misses, before.emissions, before.signatures) == (0, 0, 0, 0)
    gradient(0.7, 0)
    first = gradient.cache_info()
    assert first.misses >= 1 and first.emissions >= 1 and first.signatures == 1
    for _ in range(3):
        gradient(0.8, 0)
    second = gradient.cache_info()
    assert second.hits == first.hits + 3
    assert (second.misses, second.emissions, second.signatures) == (first.misses, first.emissions, first.signatures)
    gradient(0.7, 3)
    third = gradient.cache_info()
    assert third.misses == second.misses + 1
    assert third.signatures == 2 and third.emissions > second.emissions
    assert "miss" in repr(third)


def test_signatures_do_not_grow_with_trip_counts_or_orders():
    gradient = sg.grad(branching)
    for n in range(1, 40):
        gradient(0.7, n)
        gradient(1.7, n)
    signatures = gradient.cache_info().signatures
    assert signatures <= 4
    for n in range(1, 80):
        gradient(0.9, n)
        gradient(1.4, n)
    assert gradient.cache_info().signatures <= 4
    assert len(gradient.source) < 20_000


def test_shapes_do_not_grow_the_cache():
    gradient = sg.grad(lambda v: np.sum(np.tanh(v) * v))
    for n in range(2, 30):
        gradient(np.linspace(0.1, 0.9, n))
    info = gradient.cache_info()
    assert info.signatures == 1 and info.misses <= 2


def test_paths():
    gradient = sg.grad(branching)
    assert len(gradient.paths()) == 0
    gradient(0.7, 0)
    gradient(0.8, 0)
    gradient(0.7, 3)
    paths = gradient.paths()
    assert len(paths) == 2
    assert sorted(path.calls for path in paths) == [1, 2]
    assert len({path.description for path in paths}) == 2
    for path in paths:
        assert isinstance(path.description, str) and path.description
        assert path.source in gradient.source or path.source.splitlines()[0] in gradient.source
        compile(path.source, "path", "exec")


def test_source_is_what_ran():
    gradient = sg.grad(branching)
    assert isinstance(gradient.source, str)
    gradient(0.7, 3)
    source = gradient.source
    compile(source, "source", "exec")
    assert "branching" in source and "_bar" in source
    gradient(0.7, 0)
    assert len(gradient.source) >= len(source)


def test_source_of_a_straight_function_reads_like_the_user():
    def layer(w, b, x, y):
        h = np.tanh(x @ w + b)
        return np.mean((h - y) ** 2)

    gradient = sg.grad(layer, argnums=("w", "b"))
    gradient(np.ones((3, 2)), np.ones(2), np.ones((4, 3)), np.ones((4, 2)))
    source = gradient.source
    for word in ("w_bar", "b_bar", "np.tanh(x @ w + b)"):
        assert word in source
    assert "x_bar" not in source and "y_bar" not in source


def test_emitted_functions_have_source():
    """What a debugger and `inspect.getsource` see of the emitted code is the printed text."""
    seen = []

    def spy(value):
        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        seen.append((frame.f_back.f_code.co_filename, inspect.getsource(frame.f_back.f_code)))

    def watched(x):
        y = x * x
        spy(1)
        return np.sin(y)

    gradient = sg.grad(watched)
    gradient(0.7)
    _, text = seen[-1]
    assert "watched" in text.splitlines()[0]
    assert "np.sin(y)" in text
    lines = set(gradient.source.splitlines())
    assert all(line in lines for line in text.splitlines() if line.strip())


def test_show(capsys):
    gradient = sg.grad(product)
    gradient(V, 0.5)
    gradient.show()
    printed = capsys.readouterr().out
    assert "np.sum(w * x) * b" in printed
    assert "w_bar" in printed
    assert "\x1b[" not in printed


def test_fits_scipy_minimize():
    optimize = pytest.importorskip("scipy.optimize")

    def rosenbrock(x, scale):
        return np.sum(scale * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    found = optimize.minimize(
        sg.value_and_grad(rosenbrock), np.zeros(4), args=(10.0,), jac=True, method="L-BFGS-B", options={"ftol": 1e-15}
    )
    assert found.success
    np.testing.assert_allclose(found.x, np.ones(4), atol=1e-4)


def test_grad_of_a_grad_object_used_inside_is_right_or_refused():
    slope = sg.grad(lambda x: x**3)

    def f(x):
        return slope(x) * x

    try:
        second = sg.grad(f)(2.0)
    except (sg.SrcgradError, TypeError):
        return
    assert float(second) == pytest.approx(36.0)


def test_two_objects_of_one_function_do_not_mix():
    w, b = sg.grad(product, argnums=0), sg.grad(product, argnums=1)
    for _ in range(2):
        np.testing.assert_allclose(w(V, 0.5), np.ones(3))
        np.testing.assert_allclose(b(V, 0.5), 2.0 * V.sum())


def test_kinds_of_arguments_may_change_from_call_to_call():
    gradient = sg.grad(product, argnums=(0, 1))
    arrays = (V, V.reshape(3, 1), np.ones((2, 3)), np.array(0.7), V.astype(np.float32), np.zeros(0))
    for w in (*arrays, 0.7, np.float64(0.7)):
        w_bar, b_bar = gradient(w, 0.5)
        np.testing.assert_allclose(w_bar, np.full(np.shape(w), 1.0))
        np.testing.assert_allclose(b_bar, 2.0 * np.sum(w), rtol=1e-6)
        for b in (np.float32(0.5), np.array(0.5)):
            assert np.shape(gradient(w, b)[1]) == ()


def scaled(x, k):
    return k * np.sin(x)


def calls_scaled(x, k):
    return np.sum(scaled(x, k) ** 2)


def test_the_source_has_the_reverses_of_calls_that_it_makes_and_no_others():
    first, both = sg.grad(calls_scaled), sg.grad(calls_scaled, argnums=(0, 1))
    both(np.ones(3), 2.0)
    first(np.ones(3), 2.0)
    assert both.source.count("def scaled_reverse(") == first.source.count("def scaled_reverse(") == 1
    assert "k_bar" in both.source
    assert "k_bar" not in first.source
