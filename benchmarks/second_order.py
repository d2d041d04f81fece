"""Cost of second derivatives: prints, asserts nothing.

A Hessian-vector product against its gradient, for large arrays.  The gradient of a loop with a gradient inside against
that of the same loop with the inner gradient written out.

Run:  python benchmarks/second_order.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import srcgrad as sg


def elementwise(x: Any) -> Any:
    return np.sum(np.tanh(x) ** 2 * np.exp(-x * x))


def layers(x: Any) -> Any:
    h = x
    for _ in range(3):
        h = np.tanh(h @ h)
    return np.sum(h * h)


def stencil(u: Any) -> Any:
    for _ in range(10):
        u = u + 0.1 * (np.roll(u, 1) + np.roll(u, -1) - 2.0 * u) * u
    return np.sum(u**3)


A = np.array([[1.0, 0.5, 0.0], [0.2, 2.0, 0.1], [0.3, -1.0, 1.5]])


def loss(w: Any, a: Any) -> Any:
    return np.sum((A @ w - a) ** 2) + np.sum(w**4)


def descent(a: Any) -> Any:
    slope, w = sg.grad(loss), np.zeros(3)
    for _ in range(200):
        w = w - 0.02 * slope(w, a)
    return np.sum(w * w)


def descent_written_out(a: Any) -> Any:
    w = np.zeros(3)
    for _ in range(200):
        w = w - 0.02 * (2.0 * (A.T @ (A @ w - a)) + 4.0 * w**3)
    return np.sum(w * w)


def energy(x: Any) -> Any:
    return 0.5 * x * x + 0.1 * x**4


def particle(x: Any) -> Any:
    v = 0.1
    for _ in range(200):
        v = v - 0.01 * sg.grad(energy)(x)
        x = x + 0.01 * v
    return x


def particle_written_out(x: Any) -> Any:
    v = 0.1
    for _ in range(200):
        v = v - 0.01 * (x + 0.4 * x**3)
        x = x + 0.01 * v
    return x


def best(run: Callable[[], Any], times: int = 7) -> float:
    """The least time of several, in seconds."""
    run()
    run()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def compare(f: Any, x: Any, v: Any) -> None:
    """Time a gradient and a Hessian-vector product."""
    gradient, product = sg.grad(f), sg.hvp(f)
    once, twice = best(lambda: gradient(x)), best(lambda: product(x, v))
    print(f"{f.__name__:12s} gradient {1e3 * once:8.2f} ms   hvp {1e3 * twice:8.2f} ms   ratio {twice / once:.2f}")


def compare_nested(f: Any, written_out: Any, x: Any) -> None:
    """Time the gradient of a loop with inner gradients and that of the loop without, in turns."""
    nested, plain = sg.grad(f), sg.grad(written_out)
    np.testing.assert_allclose(nested(x), plain(x), rtol=1e-9)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(15):
        for gradient, times in zip((nested, plain), found):
            start = time.perf_counter()
            gradient(x)
            times.append(time.perf_counter() - start)
    inner, outer = (1e6 * statistics.median(times) / 200 for times in found)
    print(f"{f.__name__:12s} a step {inner:8.2f} us   written out {outer:8.2f} us   ratio {inner / outer:.1f}")


def main() -> None:
    rng = np.random.default_rng(0)
    for f, x in ((elementwise, rng.normal(size=1_000_000)), (layers, rng.normal(size=(400, 400)) / 20),
                 (stencil, 0.1 * rng.normal(size=1_000_000))):  # fmt: skip
        compare(f, x, rng.normal(size=x.shape))
    compare_nested(descent, descent_written_out, np.array([0.3, -0.2, 1.0]))
    compare_nested(particle, particle_written_out, 0.7)


if __name__ == "__main__":
    main()
