"""A training step of tensors beside PyTorch's, both eager and on one thread; what one operation costs beside NumPy's.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/tensors.py [rounds]
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/tensors.py operations [rounds]

The task: softmax cross-entropy of a network 64 -> 64 (tanh) -> 10 on 32 rows, float64; a step sets gradients to None,
computes the loss, runs `backward()` and updates four parameters by SGD.  Rounds are interleaved, so that both see the
same machine; medians of wall time per call are printed, and the ratio.  Without PyTorch only this side is timed.

The operations: on arrays of 3 x 3 and tensors that require gradients, in turns; what is printed first is what recording
costs beyond NumPy's own time, the dearest operation first.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import srcgrad as sg

CALLS = 30  # in a round


def data() -> tuple[np.ndarray[Any, Any], ...]:
    """Weights, biases, inputs and one-hot labels."""
    random = np.random.default_rng(0)
    labels = np.eye(10)[random.integers(0, 10, 32)]
    weights = random.normal(size=(64, 64)) / 8, random.normal(size=64) / 10, random.normal(size=(64, 10)) / 8
    return *weights, random.normal(size=10) / 10, random.normal(size=(32, 64)), labels


def loss(w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> Any:
    """Mean cross-entropy, in NumPy."""
    z = np.tanh(x @ w1 + b1) @ w2 + b2
    top = np.max(z, axis=1, keepdims=True)
    norm = top + np.log(np.sum(np.exp(z - top), axis=1, keepdims=True))
    return -np.sum(y * (z - norm)) / 32.0


def ours() -> dict[str, Callable[[], Any]]:
    """What is timed of this side, by name."""
    *weights, x, y = data()
    params = [sg.tensor(weight, requires_grad=True) for weight in weights]
    optimizer = sg.optim.SGD(params, lr=1e-3)

    def step() -> None:
        optimizer.zero_grad()
        loss(*params, x, y).backward()
        optimizer.step()

    def gradients() -> list[Any]:
        leaves = [sg.tensor(weight, requires_grad=True) for weight in weights]
        loss(*leaves, x, y).backward()
        return [leaf.grad.numpy() for leaf in leaves]

    return {"forward": lambda: loss(*params, x, y), "gradients": gradients, "training step": step}


def theirs(torch: Any) -> dict[str, Callable[[], Any]]:
    """The same in PyTorch."""
    torch.set_num_threads(1)
    *weights, x, y = (torch.tensor(array) for array in data())
    params = [weight.clone().requires_grad_() for weight in weights]
    optimizer = torch.optim.SGD(params, lr=1e-3)

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        z = torch.tanh(x @ w1 + b1) @ w2 + b2
        top = torch.amax(z, 1, keepdim=True)
        norm = top + torch.log(torch.sum(torch.exp(z - top), 1, keepdim=True))
        return -torch.sum(y * (z - norm)) / 32.0

    def step() -> None:
        optimizer.zero_grad()
        loss(*params).backward()
        optimizer.step()

    def gradients() -> list[Any]:
        leaves = [weight.clone().requires_grad_() for weight in weights]
        loss(*leaves).backward()
        return [leaf.grad.numpy() for leaf in leaves]

    return {"forward": lambda: loss(*params), "gradients": gradients, "training step": step}


# one operation each; `x`, `y` (3 x 3), `v` (3), `s` (a number) and `z` are tensors, the others are arrays
OPERATIONS = """
    x + y; x - 2.0; 2.0 * x; x / y; x ** 2; x * c; c * x; -x; abs(x); x @ y; x @ v; x > 0.5; s * s; s + 1.0
    np.tanh(x); np.exp(s); np.add(x, y); np.multiply(x, c); np.maximum(x, 0.0); np.logaddexp(x, y); np.isfinite(x)
    np.sum(x); np.sum(x, axis=0); np.mean(x); np.mean(x, axis=1, keepdims=True); np.max(x, axis=0); np.prod(x)
    np.std(x); np.var(x, axis=0); np.cumsum(x); np.argmax(x); np.any(x); np.sort(x); np.trace(x); np.diff(v)
    x.sum(); x.sum(axis=0); x.mean(); x.max(); x.std(); x.argmax(); x.clip(0.0, 1.0); x.dot(v); x.copy()
    x.T; x.reshape(9); x.reshape((9,)); x.reshape(-1); x.ravel(); x.flatten(); x.squeeze(); x.transpose(1, 0)
    x.swapaxes(0, 1); x.diagonal(); x.astype(np.float32)
    np.where(m, x, y); np.where(m, x, 0.0); np.clip(x, 0.0, 1.0); np.reshape(x, 9); np.reshape(x, (9,)); np.ravel(x)
    np.transpose(x); np.swapaxes(x, 0, 1); np.squeeze(x); np.expand_dims(x, 0); np.broadcast_to(v, (3, 3))
    np.flip(v); np.roll(v, 1); np.tile(v, 2); np.repeat(v, 2); np.take(v, i); np.pad(v, 1); np.diag(v)
    np.concatenate([x, y]); np.concatenate((x, y), axis=1); np.stack([v, v]); np.stack([x, y], axis=1)
    np.hstack([v, v]); np.vstack([v, v]); np.zeros_like(x); np.ones_like(x)
    np.dot(x, v); np.matmul(x, y); np.outer(v, v); np.vdot(v, v); np.tensordot(x, y, 1)
    np.einsum('ij,jk->ik', x, y); np.linalg.solve(x, v); np.linalg.inv(x); np.linalg.det(x); np.linalg.norm(v)
    np.add.reduce(v); np.multiply.outer(v, v)
    v[0]; v[1:]; v[::-1]; x[0]; x[0, 1]; x[:, 1]; x[1:, :2]; x[..., 0]; x[None]; x[i]; x[m]; x[i, i]
    z += y; z -= c; z *= 1.0; z[0] = v; z[1:] = 0.0; z[0, 1] = 1.0; np.add(x, y, out=z)
"""


def operations(rounds: int) -> None:
    """Time each operation on tensors and on arrays in turns, and print what recording adds."""
    random = np.random.default_rng(0)
    x, y, c = (random.uniform(0.5, 1.5, (3, 3)) for _ in range(3))
    arrays = {"x": x, "y": y, "v": x[0].copy(), "s": np.float64(0.7)}
    others = {"np": np, "c": c, "m": x > 1.0, "i": np.array([0, 2])}
    leaves = {name: sg.tensor(value, requires_grad=True) for name, value in arrays.items()}
    texts = [text.strip() for text in OPERATIONS.replace("\n", ";").split(";") if text.strip()]
    pairs = []
    for text in texts:
        sides: list[Any] = []
        for names in (arrays, leaves):
            scope = {**names, **others}
            exec(f"def run():\n    z = x * 1.0\n    for _ in range({CALLS}):\n        {text}\n", scope)
            sides.append(scope["run"])
        pairs.append(sides)
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in texts]
    for number in range(rounds + 1):
        for runs, found in zip(pairs, times):
            for run, into in zip(runs, found):
                run()  # not timed: it finds the caches as the operation before left them
                start = time.perf_counter()
                run()
                if number:
                    into.append((time.perf_counter() - start) / CALLS * 1e6)
    print("beyond NumPy   NumPy  tensor   (microseconds)")
    medians = [(statistics.median(plain), statistics.median(mine)) for plain, mine in times]
    for (plain, mine), text in sorted(zip(medians, texts), key=lambda each: each[0][0] - each[0][1]):
        print(f"{mine - plain:12.2f} {plain:7.2f} {mine:7.2f}   {text}")


def main(rounds: int) -> None:
    """Check that both give the same gradients, time them in turns, and print the medians."""
    sides = {"srcgrad": ours()}
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        print("PyTorch is not installed: only this side is timed")
    else:
        sides[f"torch {torch.__version__}"] = theirs(torch)
        for mine, other in zip(*(side["gradients"]() for side in sides.values())):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, one thread, microseconds a call")
    for task in sides["srcgrad"]:
        runs = {name: side[task] for name, side in sides.items()}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(rounds + 1):
            for name, run in runs.items():
                start = time.perf_counter()
                for _ in range(CALLS):
                    run()
                if number:  # the first round warms up
                    times[name].append((time.perf_counter() - start) / CALLS * 1e6)
        medians = {name: statistics.median(found) for name, found in times.items()}
        line = "   ".join(f"{name} {median:7.1f}" for name, median in medians.items())
        first, *rest = medians.values()
        print(f"{task:14s}   {line}" + "".join(f"   ratio {first / other:.2f}" for other in rest))


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.isdigit()]
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    (operations if words == ["operations"] else main)(numbers[0] if numbers else 40)
