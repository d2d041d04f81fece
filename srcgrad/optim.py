"""Optimizers that update leaf tensors in place: `SGD` and `Adam`.

opt = sg.optim.SGD([w, b], lr=0.1)
opt.zero_grad()
loss(w, b).backward()
opt.step()
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import memory
from srcgrad.tensors.base import Base
from srcgrad.tensors.state import enable_grad
from srcgrad.tensors.writes import note_write


class Optimizer:
    """What optimizers share: parameters, and state by parameter.

    Raises TypeError for what is no tensor, ValueError for tensors that were computed or require no gradient, for no
    parameters, and for numbers out of range.
    """

    def __init__(self, params: Iterable[Any]) -> None:
        self.params: list[Any] = [params] if isinstance(params, Base) else list(params)
        if not self.params:
            raise ValueError("an optimizer needs parameters; got none")
        for param in self.params:
            if not isinstance(param, Base):
                raise TypeError(f"parameters are tensors; got {type(param).__name__}")
            if not param.is_leaf or not param.requires_grad:
                raise ValueError("parameters are leaves that require gradients: sg.tensor(..., requires_grad=True)")
        self.state: list[dict[str, Any]] = [{} for _ in self.params]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; with `set_to_none=False` they become zeros in the tensors that they are."""
        for param in self.params:
            if set_to_none:
                param.grad = None
            elif param.grad is not None:
                param.grad = param.grad.detach()
                param.grad.zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; `closure` computes the loss anew, which is given back."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        frame = sys._getframe(1)
        by = f"{type(self).__name__}.step()", frame.f_code, frame.f_lasti
        for param, state in zip(self.params, self.state):
            if param.grad is not None:
                array = memory(param)
                note_write(array, by)
                self.update(array, param.grad._a, state)
        return loss

    def update(self, x: Any, g: Any, state: dict[str, Any]) -> None:
        """Update one parameter's array in place."""
        raise NotImplementedError


def checked(name: str, value: float, low: float = 0.0, high: float = np.inf) -> float:
    """The number, or ValueError where it is out of range."""
    if not low <= value < high:
        raise ValueError(f"{name}={value} is out of range")
    return value


class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

        g = g + weight_decay * x;   v = momentum * v + (1 - dampening) * g;   x = x - lr * v

    with `v = g` at the first step, and `g + momentum * v` in place of `v` with `nesterov`.  I. Sutskever et al., On the
    importance of initialization and momentum in deep learning (2013), in the form that PyTorch uses (the learning rate
    multiplies the velocity).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params)
        self.lr, self.momentum = checked("lr", lr), checked("momentum", momentum)
        self.dampening, self.weight_decay, self.nesterov = dampening, checked("weight_decay", weight_decay), nesterov
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("nesterov needs a momentum, and no dampening")

    def update(self, x: Any, g: Any, state: dict[str, Any]) -> None:
        """One step for one parameter."""
        if self.weight_decay:
            g = g + self.weight_decay * x
        if self.momentum:
            v = state.get("velocity")
            if v is None:
                v = state["velocity"] = np.array(g)
            else:
                v *= self.momentum
                v += (1.0 - self.dampening) * g
            g = g + self.momentum * v if self.nesterov else v
        x -= self.lr * g


class Adam(Optimizer):
    """Adam: D. P. Kingma and J. Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.

        m = beta1 * m + (1 - beta1) * g;   v = beta2 * v + (1 - beta2) * |g|**2
        x = x - lr * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + eps)

    `weight_decay` adds `weight_decay * x` to the gradient.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params)
        self.lr, self.eps = checked("lr", lr), checked("eps", eps)
        self.betas = checked("betas[0]", betas[0], high=1.0), checked("betas[1]", betas[1], high=1.0)
        self.weight_decay = checked("weight_decay", weight_decay)

    def update(self, x: Any, g: Any, state: dict[str, Any]) -> None:
        """One step for one parameter."""
        first, second = self.betas
        if self.weight_decay:
            g = g + self.weight_decay * x
        if not state:
            state.update(t=0, m=np.zeros_like(x), v=np.zeros_like(x.real))
        m, v = state["m"], state["v"]
        state["t"] += 1
        m *= first
        m += (1.0 - first) * g
        v *= second
        v += (1.0 - second) * np.real(g * np.conj(g))
        scale = self.lr / (1.0 - first ** state["t"])
        x -= scale * m / (np.sqrt(v / (1.0 - second ** state["t"])) + self.eps)
