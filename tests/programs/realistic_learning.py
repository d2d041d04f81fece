"""Programs of machine learning and statistics as people write them."""

import math

import numpy as np

from programs.data import array, positive


def relu(x):
    return np.maximum(x, 0.0)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def mlp(params, x, y):
    h = x
    for w, b in params[:-1]:
        h = np.tanh(h @ w + b)
    w, b = params[-1]
    return np.mean((h @ w + b - y) ** 2)


def mlp_relu_dict(params, x):
    h = relu(x @ params["w1"] + params["b1"])
    return np.sum(relu(h @ params["w2"] + params["b2"]) ** 2)


def rnn(params, inputs):
    wx, wh, b = params["wx"], params["wh"], params["b"]
    h = np.zeros(wh.shape[0])
    outputs = []
    for x in inputs:
        h = np.tanh(wx @ x + wh @ h + b)
        outputs.append(h)
    return np.sum(np.stack(outputs)[-2:] ** 2)


def lstm_cell(w, x, h, c):
    z = np.concatenate([x, h]) @ w
    i, f, o, g = np.split(z, 4)
    c = sigmoid(f + 1.0) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def lstm(w, inputs):
    h, c = np.zeros(2), np.zeros(2)
    for x in inputs:
        h, c = lstm_cell(w, x, h, c)
    return np.sum(h * h) + np.sum(c)


def gru_with_mask(w, inputs, mask):
    h = np.zeros(2)
    for x, use in zip(inputs, mask):
        if not use:
            continue
        z = sigmoid(w[0] @ x + w[1] @ h)
        candidate = np.tanh(w[2] @ x + w[3] @ (h * z))
        h = (1.0 - z) * h + z * candidate
    return np.sum(h)


def attention(q, k, v):
    scores = q @ k.T / math.sqrt(q.shape[-1])
    scores = scores - np.max(scores, axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / np.sum(weights, axis=-1, keepdims=True)
    return weights @ v


def multi_head_attention(x, w, heads):
    n, d = x.shape
    qkv = (x @ w).reshape(n, 3, heads, d // heads).transpose(1, 2, 0, 3)
    q, k, v = qkv
    scores = np.einsum("hid,hjd->hij", q, k) / np.sqrt(d // heads)
    scores = np.where(np.tril(np.ones((n, n))) > 0.0, scores, -1e9)
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return np.sum(((e / e.sum(-1, keepdims=True)) @ v) ** 2)


def softmax_regression(w, b, x, labels):
    logits = x @ w + b
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels]) + 0.01 * np.sum(w * w)


def logistic_regression(w, x, y):
    margin = x @ w
    return np.sum(np.logaddexp(0.0, margin) - y * margin)


def huber(w, x, y, delta):
    total = 0.0
    for row, target in zip(x, y):
        miss = abs(row @ w - target)
        if miss <= delta:
            total += 0.5 * miss**2
        else:
            total += delta * (miss - 0.5 * delta)
    return total


def svm_hinge(w, x, y):
    return np.mean(np.maximum(0.0, 1.0 - y * (x @ w))) + 0.1 * np.dot(w, w)


def gaussian_mixture(weights, means, log_scales, data):
    scales = np.exp(log_scales)
    mix = np.exp(weights) / np.sum(np.exp(weights))
    z = (data[:, None] - means) / scales
    density = np.exp(-0.5 * z**2) / (scales * np.sqrt(2.0 * np.pi))
    return np.sum(np.log(density @ mix))


def normal_log_density(x, mean, covariance):
    centred = x - mean
    _, log_det = np.linalg.slogdet(covariance)
    return -0.5 * (centred @ np.linalg.solve(covariance, centred) + log_det + len(x) * np.log(2.0 * np.pi))


def layer_norm(x, gain, bias):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * gain + bias


def dropout(w, x, rng):
    mask = rng.random(w.shape) < 0.5
    return np.sum((x @ (w * mask)) ** 2)


def reparameterised_sample(mean, log_scale, rng):
    total = 0.0
    for _ in range(3):
        sample = mean + np.exp(log_scale) * rng.standard_normal(mean.shape)
        total += np.sum(sample**2)
    return total / 3.0


def metropolis_chain(x, rng):
    accepted = 0
    energy = x**2
    for _ in range(5):
        proposal = x + 0.3 * rng.normal()
        new_energy = proposal**2
        if rng.uniform() < math.exp(min(0.0, float(energy - new_energy))):
            x, energy = proposal, new_energy
            accepted += 1
    return x * energy + accepted


def gradient_descent_unrolled(rate, a, b):
    x = np.zeros(2)
    for _ in range(5):
        x = x - rate * (a @ x - b)
    return np.sum((a @ x - b) ** 2)


def adam_unrolled(x, steps):
    m, v = 0.0, 0.0
    for t in range(1, steps + 1):
        g = 2.0 * x + np.cos(x)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g * g
        x = x - 0.1 * (m / (1.0 - 0.9**t)) / (np.sqrt(v / (1.0 - 0.99**t)) + 1e-3)
    return x**2


def convolution_by_slices(image, kernel):
    kh, kw = kernel.shape
    out = 0.0
    for i in range(kh):
        for j in range(kw):
            out = out + kernel[i, j] * image[i : image.shape[0] - kh + i + 1, j : image.shape[1] - kw + j + 1]
    return np.sum(np.tanh(out))


def max_pooling(image):
    h, w = image.shape
    blocks = image.reshape(h // 2, 2, w // 2, 2)
    return np.sum(blocks.max(axis=(1, 3)) ** 2)


def embedding_bag(table, sentences):
    total = 0.0
    for words in sentences:
        vectors = table[words]
        total += np.sum(np.mean(vectors, axis=0) ** 2)
    return total


def hmm_forward(log_initial, log_transition, log_emission, observed):
    alpha = log_initial + log_emission[:, observed[0]]
    for symbol in observed[1:]:
        stacked = alpha[:, None] + log_transition
        top = stacked.max(axis=0)
        alpha = np.log(np.sum(np.exp(stacked - top), axis=0)) + top + log_emission[:, symbol]
    return np.log(np.sum(np.exp(alpha)))


def decision_tree_soft(node, x):
    if "value" in node:
        return node["value"]
    gate = sigmoid(x @ node["w"] + node["b"])
    return gate * decision_tree_soft(node["left"], x) + (1.0 - gate) * decision_tree_soft(node["right"], x)


X = array(4, 3)
TREE = {"w": array(3), "b": 0.2, "left": {"value": 0.7}, "right": {"w": -array(3), "b": 0.1, "left": {"value": 0.1}, "right": {"value": -1.0}}}
CASES = [
    (mlp, ([(array(3, 2), array(2)), (array(2, 1), array(1))], X, array(4, 1)), 0),
    (mlp_relu_dict, ({"w1": array(3, 4), "b1": array(4), "w2": array(4, 2), "b2": array(2)}, X), None),
    (rnn, ({"wx": array(2, 3), "wh": array(2, 2), "b": array(2)}, X), None),
    (lstm, (array(5, 8), X), None),
    *[(gru_with_mask, ([array(2, 3), array(2, 2), array(2, 3, seed=1), array(2, 2, seed=1)], X, mask), 0)
      for mask in ([True, False, True, True], [False] * 4, [True] * 4)],
    (attention, (array(3, 2), array(4, 2), array(4, 3)), None),
    (multi_head_attention, (array(3, 4), array(4, 12), 2), (0, 1)),
    (softmax_regression, (array(3, 2), array(2), X, np.array([0, 1, 1, 0])), (0, 1)),
    (logistic_regression, (array(3), X, np.array([0.0, 1.0, 1.0, 0.0])), 0),
    *[(huber, (array(3), X, array(4), delta), 0) for delta in (0.5, 5.0, 0.01)],
    (svm_hinge, (array(3), X, np.array([1.0, -1.0, 1.0, -1.0])), 0),
    (gaussian_mixture, (array(2), array(2, seed=1), 0.1 * array(2), array(5)), (0, 1, 2)),
    (normal_log_density, (array(2), array(2, seed=1), np.array([[1.0, 0.3], [0.3, 0.7]])), None),
    (layer_norm, (X, positive(3), array(3)), None),
    (dropout, (array(3, 2), X, np.random.default_rng(3)), 0),
    (reparameterised_sample, (array(2), array(2, seed=1), np.random.default_rng(3)), (0, 1)),
    *[(metropolis_chain, (0.6, np.random.default_rng(seed)), 0) for seed in (3, 4, 5)],
    (gradient_descent_unrolled, (0.1, np.array([[2.0, 0.3], [0.3, 1.0]]), array(2)), None),
    (adam_unrolled, (0.6, 4), 0),
    (convolution_by_slices, (array(4, 4), array(2, 2)), None),
    (max_pooling, (array(4, 4),), None),
    (embedding_bag, (array(4, 2), [[0, 1, 1], [3]]), 0),
    (hmm_forward, (array(2), array(2, 2), array(2, 3), [0, 2, 1]), None),
    (decision_tree_soft, (TREE, array(3)), None),
]  # fmt: skip
