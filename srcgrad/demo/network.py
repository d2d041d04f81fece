"""A network of 64 inputs, 32 tanh units and 10 softmax outputs, written as NumPy users write it.

Nothing here knows of srcgrad: `loss` is differentiated as it stands, `hand_gradient` is what one would write instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

PIXELS, HIDDEN, CLASSES = 64, 32, 10
END_W1 = PIXELS * HIDDEN
END_B1 = END_W1 + HIDDEN
END_W2 = END_B1 + HIDDEN * CLASSES
SIZE = END_W2 + CLASSES


def loss(theta: Array, images: Array, targets: Array, decay: float) -> Any:
    """Mean cross entropy of a softmax over the classes, plus weight decay; `theta` holds all parameters."""
    w1 = theta[:END_W1].reshape(PIXELS, HIDDEN)
    b1 = theta[END_W1:END_B1]
    w2 = theta[END_B1:END_W2].reshape(HIDDEN, CLASSES)
    b2 = theta[END_W2:]
    hidden = np.tanh(images @ w1 + b1)
    scores = hidden @ w2 + b2
    top = np.max(scores, axis=1, keepdims=True)
    log_norm = top + np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True))
    entropy = -np.sum(targets * (scores - log_norm)) / len(images)
    return entropy + 0.5 * decay * (np.sum(w1**2) + np.sum(w2**2))


def hand_gradient(theta: Array, images: Array, targets: Array, decay: float) -> tuple[Any, Array]:
    """Value and gradient of `loss`, derived on paper."""
    w1 = theta[:END_W1].reshape(PIXELS, HIDDEN)
    b1 = theta[END_W1:END_B1]
    w2 = theta[END_B1:END_W2].reshape(HIDDEN, CLASSES)
    b2 = theta[END_W2:]
    hidden = np.tanh(images @ w1 + b1)
    scores = hidden @ w2 + b2
    top = np.max(scores, axis=1, keepdims=True)
    weights = np.exp(scores - top)
    norm = np.sum(weights, axis=1, keepdims=True)
    entropy = -np.sum(targets * (scores - (top + np.log(norm)))) / len(images)
    value = entropy + 0.5 * decay * (np.sum(w1**2) + np.sum(w2**2))

    gradient = np.empty_like(theta)
    scores_bar = (weights / norm - targets) / len(images)
    gradient[END_B1:END_W2] = (hidden.T @ scores_bar + decay * w2).ravel()
    gradient[END_W2:] = scores_bar.sum(axis=0)
    inner_bar = (scores_bar @ w2.T) * (1.0 - hidden * hidden)
    gradient[:END_W1] = (images.T @ inner_bar + decay * w1).ravel()
    gradient[END_W1:END_B1] = inner_bar.sum(axis=0)
    return value, gradient


def predict(theta: Array, images: Array) -> Array:
    """The most probable class of each image."""
    w1 = theta[:END_W1].reshape(PIXELS, HIDDEN)
    w2 = theta[END_B1:END_W2].reshape(HIDDEN, CLASSES)
    hidden = np.tanh(images @ w1 + theta[END_W1:END_B1])
    classes: Array = np.argmax(hidden @ w2 + theta[END_W2:], axis=1)
    return classes


def start(seed: int = 0) -> Array:
    """Parameters to start from: small random weights, no biases."""
    rng = np.random.default_rng(seed)
    theta = np.zeros(SIZE)
    theta[:END_W1] = rng.normal(size=END_W1) / np.sqrt(PIXELS)
    theta[END_B1:END_W2] = rng.normal(size=HIDDEN * CLASSES) / np.sqrt(HIDDEN)
    return theta
