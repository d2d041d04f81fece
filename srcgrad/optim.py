"""Optimizers that update leaf tensors in place: `SGD` and `Adam`.

opt = sg.optim.SGD([w, b], lr=0.1)
opt.zero_grad()
loss(w, b).backward()
opt.step()
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import memory
from srcgrad.tensors.base import Base
from srcgrad.tensors.state import enable_grad
from srcgrad.tensors.writes import note_write


class Optimizer:
    """What optimizers share: parameters in groups with options of their own, and state by parameter.

    `params` are tensors, or dicts with the tensors of a group under "params" and what differs there from the options
    of all: `[{"params": [w]}, {"params": [b], "lr": 0.01}]`.  Options are read at every step: to change one, write
    `opt.param_groups[0]["lr"] = 0.001`.

    Raises TypeError for what is no tensor, ValueError for tensors that were computed or require no gradient, for no
    parameters, for one that is given twice, and for options out of range.
    """

    def __init__(self, params: Iterable[Any], options: dict[str, Any]) -> None:
        given = [params] if isinstance(params, (Base, dict)) else list(params)
        groups = given if given and isinstance(given[0], dict) else [{"params": given}]
        self.param_groups: list[dict[str, Any]] = []
        for group in groups:
            tensors = group["params"]
            self.param_groups.append(
                {**options, **group, "params": [tensors] if isinstance(tensors, Base) else list(tensors)}
            )
            unknown = set(group) - {"params", *options}
            if unknown:
                raise ValueError(f"{type(self).__name__} has no options {sorted(unknown)}")
            self.check(self.param_groups[-1])
        params = self.params
        if not params:
            raise ValueError("an optimizer needs parameters; got none")
        for param in params:
            if not isinstance(param, Base):
                raise TypeError(f"parameters are tensors; got {type(param).__name__}")
            if not param.is_leaf or not param.requires_grad:
                raise ValueError("parameters are leaves that require gradients: sg.tensor(..., requires_grad=True)")
        if len({id(param) for param in params}) != len(params):
            raise ValueError("a parameter was given twice")
        self.state: list[dict[str, Any]] = [{} for _ in params]

    @property
    def params(self) -> list[Any]:
        """The parameters of all groups, in order."""
        return [param for group in self.param_groups for param in group["params"]]

    def check(self, options: dict[str, Any]) -> None:
        """ValueError for options out of range."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """The options and the state, copied, with numbers in place of parameters: to be saved, and loaded again."""
        groups, count = [], 0
        for group in self.param_groups:
            end = count + len(group["params"])
            groups.append({**group, "params": list(range(count, end))})
            count = end
        return {"state": {i: copy.deepcopy(state) for i, state in enumerate(self.state)}, "param_groups": groups}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on with options and state that `state_dict()` gave.

        ValueError where they are of other groups, or of parameters of other shapes.
        """
        groups, params = saved["param_groups"], self.params
        if [len(group["params"]) for group in groups] != [len(group["params"]) for group in self.param_groups]:
            raise ValueError("the state is of an optimizer with other groups of parameters")
        state = [copy.deepcopy(saved["state"].get(i, {})) for i in range(len(params))]
        for param, found in zip(params, state):
            for name, value in found.items():
                if isinstance(value, np.ndarray) and value.shape != param.shape:
                    raise ValueError(f"{name} has shape {value.shape}; the parameter has shape {param.shape}")
        self.state = state
        for group, other in zip(self.param_groups, groups):
            group.update({name: value for name, value in other.items() if name != "params"})

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
        states = iter(self.state)
        for group in self.param_groups:
            for param in group["params"]:
                state = next(states)
                if param.grad is not None:
                    array = memory(param)
                    note_write(array, by)
                    self.update(array, param.grad._a, state, group)
        return loss

    def update(self, x: Any, g: Any, state: dict[str, Any], options: dict[str, Any]) -> None:
        """Update one parameter's array in place."""
        raise NotImplementedError


def checked(name: str, value: float, low: float = 0.0, high: float = np.inf) -> None:
    """ValueError where a number is out of range."""
    if not low <= value < high:
        raise ValueError(f"{name}={value} is out of range")


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
        options = {"lr": lr, "momentum": momentum, "dampening": dampening}
        super().__init__(params, {**options, "weight_decay": weight_decay, "nesterov": nesterov})

    def check(self, options: dict[str, Any]) -> None:
        """ValueError for options out of range."""
        for name in ("lr", "momentum", "weight_decay"):
            checked(name, options[name])
        if options["nesterov"] and (options["momentum"] <= 0 or options["dampening"] != 0):
            raise ValueError("nesterov needs a momentum, and no dampening")

    def update(self, x: Any, g: Any, state: dict[str, Any], options: dict[str, Any]) -> None:
        """One step for one parameter."""
        momentum = options["momentum"]
        if options["weight_decay"]:
            g = g + options["weight_decay"] * x
        if momentum:
            v = state.get("velocity")
            if v is None:
                v = state["velocity"] = np.array(g)
            else:
                v *= momentum
                v += (1.0 - options["dampening"]) * g
            g = g + momentum * v if options["nesterov"] else v
        x -= options["lr"] * g


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
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def check(self, options: dict[str, Any]) -> None:
        """ValueError for options out of range."""
        for name in ("lr", "eps", "weight_decay"):
            checked(name, options[name])
        for i, beta in enumerate(options["betas"]):
            checked(f"betas[{i}]", beta, high=1.0)

    def update(self, x: Any, g: Any, state: dict[str, Any], options: dict[str, Any]) -> None:
        """One step for one parameter."""
        first, second = options["betas"]
        if options["weight_decay"]:
            g = g + options["weight_decay"] * x
        if not state:
            state.update(t=0, m=np.zeros_like(x), v=np.zeros_like(x.real))
        m, v = state["m"], state["v"]
        state["t"] += 1
        m *= first
        m += (1.0 - first) * g
        v *= second
        v += (1.0 - second) * np.real(g * np.conj(g))
        scale = options["lr"] / (1.0 - first ** state["t"])
        x -= scale * m / (np.sqrt(v / (1.0 - second ** state["t"])) + options["eps"])
