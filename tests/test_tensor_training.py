"""Programs as users of PyTorch write them: what they compute is what PyTorch 2.13 computes.

Each gives some arrays; their sums with generic weights are compared with those of the same program in PyTorch.
"""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import srcgrad as sg


def numbers(*shape, start=0.0):
    """Generic numbers."""
    return np.sin(1.3 * np.arange(float(np.prod(shape))) + start).reshape(shape)


A, B, W, V = numbers(4, 3), numbers(3, 2, start=1.0), numbers(3, 3, start=2.0), numbers(3, start=3.0)
X, Y = numbers(5, 3, start=4.0), numbers(5, start=5.0)


def t(value):
    return sg.tensor(np.array(value), requires_grad=True)


def quasi_newton_with_a_closure():
    w = t(V)

    def closure():
        if w.grad is not None:
            w.grad.zero_()
        loss = ((X @ w - Y) ** 2).mean()
        loss.backward()
        return loss

    losses, before = [], None
    for _ in range(5):
        losses.append(closure().item())
        g = w.grad.clone()
        with sg.no_grad():
            rate = 0.1
            if before is not None:
                s, y = w - before[0], g - before[1]
                rate = (s @ y) / (y @ y)
            before = w.detach().clone(), g
            w -= rate * g
    return [losses, w]


def gradient_penalty():
    w, v, x = t(W), t(V), t(X)
    out = np.tanh(x @ w) @ v
    (g,) = sg.autograd.grad(out.sum(), x, create_graph=True)
    penalty = ((np.linalg.norm(g, 2, axis=1) - 1) ** 2).mean()
    (out.mean() + 10 * penalty).backward()
    return [w.grad, v.grad, x.grad]


def learning_to_learn():
    w, b = t(V), t(0.1)
    total = 0
    for task in range(3):
        fast_w, fast_b = w, b
        for _ in range(2):
            loss = ((X @ fast_w + fast_b - Y * (task + 1)) ** 2).mean()
            gw, gb = sg.autograd.grad(loss, (fast_w, fast_b), create_graph=True)
            fast_w, fast_b = fast_w - 0.1 * gw, fast_b - 0.1 * gb
        total = total + ((X[::-1] @ fast_w + fast_b - Y) ** 2).mean()
    total.backward()
    return [total, w.grad, b.grad]


def hooks_that_replace_and_go():
    x, seen = t(V), []
    y = x * 2
    y.register_hook(lambda g: seen.append(g.numpy().copy()))
    handle = y.register_hook(lambda g: g * 3)
    x.register_hook(lambda g: g.clip(-5, 5))
    z = (y**2).sum()
    z.backward(retain_graph=True)
    handle.remove()
    z.backward()
    return [x.grad, *seen]


def hooks_in_a_long_loop():
    w, y, seen = t(0.9), t(0.1), []
    for i in range(130):
        y = np.sin(y * w + 0.3)
        if i % 40 == 0:
            y.register_hook(lambda g: (seen.append(g.item()), g * 1.01)[1])
    y.backward()
    return [y, w.grad, seen]


def clipped_gradients():
    params = [t(W), t(V)]
    np.exp(params[0] @ params[1]).sum().backward()
    norm = np.sqrt(sum((p.grad**2).sum() for p in params))
    for p in params:
        p.grad.mul_(np.minimum(1.0 / (norm + 1e-6), 1.0))
    return [norm, *[p.grad for p in params]]


def tied_weights():
    embedding, words = t(W), np.array([0, 2, 2, 1])
    logits = np.tanh(embedding[words]) @ embedding.T
    z = logits - logits.max(axis=1, keepdims=True)
    (-(z[np.arange(4), words] - np.log(np.exp(z).sum(1)))).mean().backward()
    return [embedding.grad]


def truncated_backpropagation():
    wh, wx, h, losses = t(W), t(W.T * 0.5), sg.tensor(np.zeros(3)), []
    for chunk in range(3):
        h, loss = h.detach(), 0
        for k in range(4):
            h = np.tanh(wh @ h + wx @ X[(chunk + k) % 5])
            loss = loss + (h**2).sum()
        loss.backward()
        losses.append(loss.item())
    return [losses, wh.grad, wx.grad]


def hessian_times_vector():
    x = t(V)
    f = (np.sin(x) * x.prod()).sum() + x[0] * x[1] ** 2
    (g,) = sg.autograd.grad(f, x, create_graph=True)
    (hv,) = sg.autograd.grad(g, x, grad_outputs=sg.tensor([1.0, -1.0, 2.0]), retain_graph=True)
    return [hv, *[sg.autograd.grad(g[i], x, retain_graph=True)[0] for i in range(3)]]


def masks_and_parts_in_place():
    x = t(W)
    y = x.clone()
    y[np.abs(W) > 0.5] *= 3
    y[0] += y[1]
    y[:, 1] -= y[:, 0].clone()
    y[1:, ::2] = x[:2, 1:] ** 2
    (y**2).sum().backward()
    return [y, x.grad]


def complex_numbers():
    z = t(V + 1j * V[::-1])
    w = z * z.conj()
    r = np.abs(z**2 + 1).sum() + w.real.sum() + (z.imag**3).sum() + np.exp(z).real.sum()
    r.backward()
    return [r, z.grad.real, z.grad.imag]


def a_training_run_that_is_saved_and_loaded():
    w = t(V)
    optimizer = sg.optim.Adam([w], lr=0.1)

    def step(w, optimizer):
        optimizer.zero_grad()
        ((w - 1) ** 4).sum().backward()
        optimizer.step()

    for _ in range(3):
        step(w, optimizer)
    saved = pickle.dumps((w, optimizer.state_dict()))
    again, state = pickle.loads(saved)
    other = sg.optim.Adam([again], lr=0.5)
    other.load_state_dict(state)
    for _ in range(3):
        step(again, other)
    return [again, copy.deepcopy(w)]


def groups_and_schedules():
    a, b = t(V), t(V * 2)
    groups = [{"params": [a]}, {"params": [b], "lr": 0.01}]
    optimizer = sg.optim.SGD(groups, lr=0.1, momentum=0.5, weight_decay=0.1, nesterov=True)
    for _ in range(4):
        optimizer.zero_grad()
        ((a * b) ** 2).sum().backward()
        optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] *= 0.9
    return [a, b]


def masked_attention():
    q, k, v = (t(numbers(2, 4, 3, start=start)) for start in (0.0, 1.0, 2.0))
    s = q @ k.swapaxes(-1, -2) / np.sqrt(3)
    s = np.where(np.triu(np.ones((4, 4), bool), 1), -1e9, s)
    p = np.exp(s - s.max(-1, keepdims=True))
    o = p / p.sum(-1, keepdims=True) @ v
    (o**2).sum().backward()
    return [o, q.grad, k.grad, v.grad]


def lstm():
    wx, wh, b = t(numbers(3, 8)), t(numbers(2, 8, start=1.0)), t(numbers(8, start=2.0))
    h = c = np.zeros((1, 2))
    for k in range(5):
        z = X[k : k + 1] @ wx + h @ wh + b
        i, f, g, o = (z[:, 2 * j : 2 * j + 2] for j in range(4))
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
    (h**2).sum().backward()
    return [h, wx.grad, wh.grad, b.grad]


def running_means():
    scale, x, mean = t(V), t(X), sg.tensor(np.zeros(3))
    for _ in range(2):
        m = x.mean(0)
        y = (x - m) / (((x - m) ** 2).mean(0) + 1e-5) ** 0.5 * scale
        with sg.no_grad():
            mean.mul_(0.9).add_(m * 0.1)
    (y**3).sum().backward()
    return [mean, scale.grad, x.grad]


def scattered_sums():
    x, y = t(V), sg.tensor(np.zeros(2))
    np.add.at(y, [0, 0, 1], x**2)
    (y**2).sum().backward()
    return [y, x.grad]


def gradients_of_chosen_inputs():
    x, w = t(V), t(V * 2)
    y = x * w
    y.retain_grad()
    (y**2).sum().backward(inputs=[x, y])
    assert w.grad is None
    return [x.grad, y.grad]


def fingerprint(results):
    arrays = [r.detach().numpy() if isinstance(r, sg.Tensor) else np.asarray(r) for r in results]
    flat = np.concatenate([np.ravel(a) for a in arrays])
    return float(flat @ np.cos(0.7 * np.arange(flat.size)))


EXPECTED = {
    quasi_newton_with_a_closure: 1.862452803035,
    gradient_penalty: -6.908411363519,
    learning_to_learn: 3.575428047109,
    hooks_that_replace_and_go: -2.218288099004,
    hooks_in_a_long_loop: 1.410174425257,
    clipped_gradients: 5.585308193252,
    tied_weights: -0.06393215817091,
    truncated_backpropagation: -2.378616808546,
    hessian_times_vector: 4.009257368291,
    masks_and_parts_in_place: -8.963021104683,
    complex_numbers: 6.849780034609,
    a_training_run_that_is_saved_and_loaded: 1.081736237994,
    groups_and_schedules: 2.822523789868,
    masked_attention: -2.43178643009,
    lstm: 0.316950073459,
    running_means: 0.7559631341406,
    scattered_sums: 3.784336100757,
    gradients_of_chosen_inputs: -9.721210329962,
}


@pytest.mark.parametrize("program", EXPECTED, ids=lambda program: program.__name__)
def test_a_program_gives_what_pytorch_gives(program):
    assert fingerprint(program()) == pytest.approx(EXPECTED[program], rel=1e-9, abs=1e-11)
