"""Which of srcgrad's own functions and objects mean more than their text says: calls of them are resolved when they
run, or refused, as those of what records operations on tensors: derivatives go another way there."""

from __future__ import annotations

import types
from typing import Any

from srcgrad.errors import UnsupportedError
from srcgrad.homes import is_written, package_of

# functions and classes, by identity
RESOLVED: dict[int, Any] = {}


# classes of adjoints and tangents that go by identity, with those of their methods that call what the program calls
TABLES: dict[type, frozenset[str]] = {}


def resolve_when_run(*functions: Any) -> None:
    """Note functions whose calls are resolved when they run."""
    RESOLVED.update({id(function): function for function in functions})


def is_ours(function: Any) -> bool:
    """Whether a callable is one of srcgrad's own objects: a gradient, a method of adjoints by identity."""
    owner = getattr(function, "__self__", function)
    return id(function) in RESOLVED or (package_of(owner) == "srcgrad" and not is_written(type(owner)))


RECORDING = "srcgrad.tensors."
# classes whose blocks and functions are not recorded, or are again
SWITCHES = ("no_grad", "enable_grad", "set_grad_enabled")


def is_recording(function: Any) -> bool:
    """Whether a function or class is of those that record operations on tensors; a function that was decorated by one
    is, whatever it is called."""
    made_here = isinstance(function, types.FunctionType)
    module = function.__globals__.get("__name__") if made_here else getattr(function, "__module__", None)
    return str(module).startswith(RECORDING) or module == RECORDING.rstrip(".")


def is_tensor(value: Any) -> bool:
    """Whether a value is a tensor."""
    return is_recording(type(value))


def refuse_recording(function: Any, active: bool) -> None:
    """Refuse a call of what records operations on tensors: with values that depend on the input, and of the switches
    wherever they are, as what their blocks compute is differentiated here."""
    name = str(getattr(function, "__name__", ""))
    if name in SWITCHES or hasattr(function, "__wrapped__"):
        raise UnsupportedError(
            "no_grad() in a function that is differentiated from its source",
            "write sg.stop_gradient(value) for what counts as a constant",
        )
    if active:
        raise tensor_refused("sg.tensor()" if name == "tensor" else "a tensor")


def tensor_refused(what: str) -> UnsupportedError:
    """The error for tensors among values that are differentiated from source."""
    return UnsupportedError(
        f"{what} among values that a function is differentiated by from its source",
        "give it arrays (x.detach().numpy()); or call it on tensors, with those that it reads as arguments, globals of "
        "its own or attributes of self, and write backward()",
    )
