"""A recurrent network, written as the loop that it is, learns to repeat its input two steps later.

The parameters are a dict of arrays; the gradient comes back as a dict with the same keys.
"""

from __future__ import annotations

import numpy as np

import srcgrad as sg

DELAY = 2
UNITS = 12


def loss(params, inputs, wanted):
    """Mean squared error of the outputs after the first `DELAY` steps; `inputs` has an axis for time and for batch."""
    hidden = np.zeros((inputs.shape[1], UNITS))
    total = 0.0
    for step in range(len(inputs)):
        seen = inputs[step][:, None] * params["inward"]
        hidden = np.tanh(hidden @ params["recurrent"] + seen + params["bias"])
        if step < DELAY:
            continue
        miss = hidden @ params["outward"] - wanted[step]
        total = total + np.mean(miss**2)
    return total / (len(inputs) - DELAY)


def start(seed: int = 0):
    rng = np.random.default_rng(seed)
    return {
        "recurrent": 0.9 * np.linalg.qr(rng.normal(size=(UNITS, UNITS)))[0],
        "inward": 0.5 * rng.normal(size=UNITS),
        "bias": np.zeros(UNITS),
        "outward": rng.normal(size=UNITS) / np.sqrt(UNITS),
    }


def sequences(rng, steps: int = 16, batch: int = 32):
    """Random inputs, and the same delayed."""
    inputs = rng.uniform(-1.0, 1.0, size=(steps, batch))
    return inputs, np.concatenate([np.zeros((DELAY, batch)), inputs[:-DELAY]])


def adam(value_and_grad, params, batches, rate: float = 0.01):
    """Adam on a dict of arrays."""
    mean = {name: np.zeros_like(value) for name, value in params.items()}
    square = {name: np.zeros_like(value) for name, value in params.items()}
    for turn, batch in enumerate(batches, start=1):
        _, gradient = value_and_grad(params, *batch)
        for name, slope in gradient.items():
            mean[name] = 0.9 * mean[name] + 0.1 * slope
            square[name] = 0.99 * square[name] + 0.01 * slope**2
            scaled = mean[name] / (1 - 0.9**turn) / (np.sqrt(square[name] / (1 - 0.99**turn)) + 1e-8)
            params = {**params, name: params[name] - rate * scaled}
    return params


def main(turns: int = 800) -> None:
    rng = np.random.default_rng(1)
    params = start()
    sg.check_grads(loss, (params, *sequences(rng, steps=5, batch=3)), argnums=0)

    test = sequences(rng)
    before = loss(params, *test)
    params = adam(sg.value_and_grad(loss), params, (sequences(rng) for _ in range(turns)))
    after = loss(params, *test)
    print(f"mean squared error on unseen sequences: {before:.4f} before training, {after:.5f} after")
    print(f"an output that ignores the input would score {np.mean(test[1] ** 2):.4f}")
    assert after < 0.01, after


if __name__ == "__main__":
    main()
