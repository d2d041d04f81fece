"""Optimizers that update leaf tensors in place: `SGD` and `Adam`.

opt = sg.optim.SGD([w, b], lr=0.1)
opt.zero_grad()
loss(w, b).backward()
opt.step()
"""

from __future__ import annotations

import copy
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from srcgrad.errors import a_type
from srcgrad.tensors.arrays import memory
from srcgrad.tensors.base import Base
from srcgrad.tensors.state import enable_grad
from srcgrad.tensors.writes import note_write


class Optimizer:
    """What optimizers share: parameters in groups with options of their own, and state by parameter.

    `params` are tensors, or dicts with the tensors of a group under "params" and what differs there from the options
    of all: `[{"params": [w]}, {"params": [b], "lr": 0.01}]`.  Options are read at every step: to change one, write
    `opt.param_groups[0]["lr"] = 0.001`.  What was gathered for a parameter is `opt.state[w]`, under PyTorch's names.

    Raises TypeError for what is no tensor, ValueError for tensors that were computed or require no gradient, for no
    parameters, for one that is given twice, and for options out of range.
    """

    def __init__(self, params: Iterable[Any], options: dict[str, Any]) -> None:
        self.defaults = options
        self.param_groups: list[dict[str, Any]] = []
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        given = [params] if isinstance(params, (Base, dict)) else in_order(params)
        if not given:
            raise ValueError("an optimizer needs parameters; got none")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])

    @property
    def params(self) -> list[Any]:
        """The parameters of all groups, in order."""
        return [param for group in self.param_groups for param in group["params"]]

    def add_param_group(self, group: dict[str, Any]) -> None:
        """Have more parameters updated, with options of their own: `{"params": [w], "lr": 0.01}`.

        Raises what the constructor raises.
        """
        unknown = set(group) - {"params", *self.defaults}
        if unknown:
            raise ValueError(f"{type(self).__name__} has no options {sorted(unknown)}")
        tensors = group["params"]
        tensors = [tensors] if isinstance(tensors, Base) else in_order(tensors)
        for param in tensors:
            if not isinstance(param, Base):
                raise TypeError(f"parameters are tensors, sg.tensor(w, requires_grad=True); got {a_type(param)}")
            if not param.is_leaf or not param.requires_grad:
                how = "one was computed from others" if not param.is_leaf else "one does not require gradients"
                raise ValueError(f"parameters are made by sg.tensor(..., requires_grad=True); {how}")
        if len({id(param) for param in (*self.params, *tensors)}) != len(self.params) + len(tensors):
            raise ValueError("a parameter was given twice")
        group = {**self.defaults, **group, "params": tensors}
        self.check(group)
        self.param_groups.append(group)

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
        state = {i: copy.deepcopy(self.state[param]) for i, param in enumerate(self.params) if param in self.state}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on with options and state that `state_dict()` gave; arrays take the precision of their parameters.

        ValueError where they are of another optimizer, of other groups, or of parameters of other shapes.
        """
        groups, params = saved["param_groups"], self.params
        if [len(group["params"]) for group in groups] != [len(group["params"]) for group in self.param_groups]:
            raise ValueError("the state is of an optimizer with other groups of parameters")
        unknown = {name for group in groups for name in group} - {"params", *self.defaults}
        if unknown:
            raise ValueError(
                f"the state is of another optimizer: {type(self).__name__} has no options {sorted(unknown)}"
            )
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for i, found in saved["state"].items():
            state[params[i]] = {name: fitting(name, value, params[i]) for name, value in found.items()}
        self.state = state
        for group, other in zip(self.param_groups, groups):
            group.update({name: value for name, value in other.items() if name != "params"})

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; with `set_to_none=False` they become zeros in the tensors that they are."""
        for param in self.params:
            if set_to_none:
                param.grad = None
            elif param.grad is not None:
                if param.grad.requires_grad:
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
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    array, slope = memory(param), param.grad._a
                    note_write(array, by)
                    self.update(array, -slope if group["maximize"] else slope, self.state[param], group)
        return loss

    def update(self, x: Any, g: Any, state: dict[str, Any], options: dict[str, Any]) -> None:
        """Update one parameter's array in place."""
        raise NotImplementedError


def in_order(params: Iterable[Any]) -> list[Any]:
    """Parameters as a list; TypeError for a set, in which they would stand in another order each time."""
    if isinstance(params, (set, frozenset)):
        raise TypeError("parameters need an order, which a set does not have: give a list")
    return list(params)


def fitting(name: str, value: Any, param: Any) -> Any:
    """A copy of what was saved of a parameter, in its precision; ValueError where its shape is another."""
    if not isinstance(value, np.ndarray):
        return copy.deepcopy(value)
    if value.shape != param.shape:
        raise ValueError(f"{name} has shape {value.shape}; the parameter has shape {param.shape}")
    real = param.dtype.type(0).real.dtype
    return np.array(value, dtype=param.dtype if value.dtype.kind == "c" else real)


def checked(name: str, value: float, low: float = 0.0, high: float = np.inf) -> None:
    """ValueError where a number is out of range."""
    if not low <= value < high:
        raise ValueError(f"{name}={value} is out of range")


class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

        g = g + weight_decay * x;   v = momentum * v + (1 - dampening) * g;   x = x - lr * v

    with `v = g` at the first step, `g + momentum * v` in place of `v` with `nesterov`, and `-g` in place of `g` with
    `maximize`.  I. Sutskever et al., On the importance of initialization and momentum in deep learning (2013), in the
    form that PyTorch uses (the learning rate multiplies the velocity).

    >>> w = sg.tensor([1.0, -2.0], requires_grad=True)
    >>> opt = sg.optim.SGD([w], lr=0.1)
    >>> np.sum(w**2).backward()
    >>> opt.step()
    >>> w.tolist()
    [0.8, -1.6]
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {**options, "nesterov": nesterov, "maximize": maximize})

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
            v = state.get("momentum_buffer")
            if v is None:
                v = state["momentum_buffer"] = np.array(g)
            else:
                v *= momentum
                v += (1.0 - options["dampening"]) * g
            g = g + momentum * v if options["nesterov"] else v
        x -= options["lr"] * g


class Adam(Optimizer):
    """Adam: D. P. Kingma and J. Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.

        m = beta1 * m + (1 - beta1) * g;   v = beta2 * v + (1 - beta2) * |g|**2
        x = x - lr * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + eps)

    `weight_decay` adds `weight_decay * x` to the gradient; with `decoupled_weight_decay`, x is first multiplied by
    `1 - lr * weight_decay` instead (I. Loshchilov and F. Hutter, Decoupled Weight Decay Regularization, 2019).
    `amsgrad` has the largest `v` so far in place of `v` (S. J. Reddi et al., On the Convergence of Adam and Beyond,
    2018).  `maximize` has `-g` in place of `g`.

    >>> w = sg.tensor(1.0, requires_grad=True)
    >>> opt = sg.optim.Adam([w], lr=0.1)
    >>> for _ in range(200):
    ...     opt.zero_grad()
    ...     (w**2).backward()
    ...     opt.step()
    >>> abs(w.item()) < 0.01
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        super().__init__(params, {**options, "maximize": maximize, "decoupled_weight_decay": decoupled_weight_decay})

    def check(self, options: dict[str, Any]) -> None:
        """ValueError for options out of range."""
        for name in ("lr", "eps", "weight_decay"):
            checked(name, options[name])
        for i, beta in enumerate(options["betas"]):
            checked(f"betas[{i}]", beta, high=1.0)

    def update(self, x: Any, g: Any, state: dict[str, Any], options: dict[str, Any]) -> None:
        """One step for one parameter."""
        first, second = options["betas"]
        decay = options["weight_decay"]
        if decay and options["decoupled_weight_decay"]:
            x *= 1.0 - options["lr"] * decay
        elif decay:
            g = g + decay * x
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(x), exp_avg_sq=np.zeros_like(x.real))
        state["step"] += 1
        step, m, v = state["step"], state["exp_avg"], state["exp_avg_sq"]
        m *= first
        m += (1.0 - first) * g
        v *= second
        v += (1.0 - second) * np.real(g * np.conj(g))
        if options["amsgrad"]:
            v = state["max_exp_avg_sq"] = np.maximum(state.get("max_exp_avg_sq", v), v)
        scale = options["lr"] / (1.0 - first**step)
        x -= scale * m / (np.sqrt(v / (1.0 - second**step)) + options["eps"])
