"""Train the network on scikit-learn's handwritten digits and report what came of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from scipy.optimize import minimize
from sklearn.datasets import load_digits

import srcgrad as sg
from srcgrad.demo.measure import median_times, relative_error
from srcgrad.demo.network import CLASSES, SIZE, Array, hand_gradient, loss, predict, start
from srcgrad.show import highlight

ITERATIONS = 120
DECAY = 1e-3
TEST_IMAGES = 360
WANTED_ACCURACY = 0.95
ALLOWED_ERROR = 1e-6


def main() -> int:
    """Check, train, report; 0 when the gradient is right and the accuracy is reached."""
    console = Console(highlight=False)
    train_images, train_classes, test_images, test_classes = split_digits()
    targets = np.eye(CLASSES)[train_classes]
    theta = start()
    value_and_grad = sg.value_and_grad(loss)

    few = (train_images[:100], targets[:100], DECAY)
    _, gradient = value_and_grad(theta, *few)
    print("The derivative that srcgrad emitted for `loss`:\n")
    print(highlight(value_and_grad.source))
    error = relative_error(lambda x: loss(x, *few), gradient, theta)
    print(f"gradient of {SIZE} parameters against central differences: largest relative error {error:.1e}")

    theta = train(value_and_grad, theta, (train_images, targets, DECAY), console)
    accuracy = float(np.mean(predict(theta, test_images) == test_classes))
    print(f"test accuracy: {100 * accuracy:.1f} % of {len(test_classes)} images")

    emitted, by_hand = median_times(
        [
            lambda: value_and_grad(theta, train_images, targets, DECAY),
            lambda: hand_gradient(theta, train_images, targets, DECAY),
        ]
    )
    print(
        f"time a gradient: emitted {1e3 * emitted:.2f} ms, by hand {1e3 * by_hand:.2f} ms, "
        f"ratio {emitted / by_hand:.2f}"
    )
    return 0 if error < ALLOWED_ERROR and accuracy >= WANTED_ACCURACY else 1


def split_digits() -> tuple[Array, Array, Array, Array]:
    """Images and classes for training and for testing, in an order that is always the same."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    images, classes = digits.data[order] / 16.0, digits.target[order]
    return images[TEST_IMAGES:], classes[TEST_IMAGES:], images[:TEST_IMAGES], classes[:TEST_IMAGES]


def train(value_and_grad: Any, theta: Array, data: tuple[Any, ...], console: Console) -> Array:
    """The parameters after L-BFGS."""
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=ITERATIONS)
        result = minimize(
            value_and_grad,
            theta,
            args=data,
            jac=True,
            method="L-BFGS-B",
            callback=lambda _: progress.advance(task),
            options={"maxiter": ITERATIONS},
        )
        progress.update(task, completed=ITERATIONS)
    print(f"L-BFGS: {result.nit} iterations, {result.nfev} gradients, loss {result.fun:.4f}")
    trained: Array = result.x
    return trained
