"""Logistic regression with a ridge penalty, fitted with BFGS.

The model that made the data is known, so the fitted weights can be compared with it, and the optimum satisfies an
equation that needs no gradient of ours: X.T @ (sigmoid(X w) - y) + ridge * w = 0.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

import srcgrad as sg

RIDGE = 0.1


def negative_log_likelihood(weights, features, labels):
    """Of labels 0 and 1; `logaddexp` keeps large margins from overflowing."""
    margins = features @ weights
    misfit = np.sum(np.logaddexp(0.0, margins) - labels * margins)
    return misfit + 0.5 * RIDGE * np.sum(weights**2)


def make_data(count: int = 4000, seed: int = 1):
    """Features, labels drawn from a logistic model, and the weights of that model."""
    rng = np.random.default_rng(seed)
    weights = np.array([2.0, -1.0, 0.5, 0.0, -0.25])
    features = rng.normal(size=(count, weights.size))
    chance = 1.0 / (1.0 + np.exp(-features @ weights))
    labels = (rng.uniform(size=count) < chance).astype(float)
    return features, labels, weights


def main() -> None:
    features, labels, true_weights = make_data()
    start = np.zeros(true_weights.size)
    sg.check_grads(negative_log_likelihood, (start + 0.1, features[:50], labels[:50]), argnums=0)

    fit = minimize(
        sg.value_and_grad(negative_log_likelihood), start, args=(features, labels), jac=True, method="BFGS",
        options={"gtol": 1e-6},
    )  # fmt: skip

    sigmoid = 1.0 / (1.0 + np.exp(-features @ fit.x))
    residual = np.max(np.abs(features.T @ (sigmoid - labels) + RIDGE * fit.x))
    accuracy = np.mean((features @ fit.x > 0) == (labels == 1.0))
    print("true weights  ", np.round(true_weights, 3))
    print("fitted weights", np.round(fit.x, 3))
    print(f"{fit.nfev} gradients, residual of the optimality equation {residual:.1e}, accuracy {100 * accuracy:.1f} %")
    assert residual < 1e-4, residual
    assert np.max(np.abs(fit.x - true_weights)) < 0.2


if __name__ == "__main__":
    main()
