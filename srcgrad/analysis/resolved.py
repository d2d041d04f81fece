"""Which of srcgrad's own functions and objects mean more than their text says: calls of them are resolved when they
run."""

from __future__ import annotations

from typing import Any

# functions and classes, by identity
RESOLVED: dict[int, Any] = {}


def resolve_when_run(*functions: Any) -> None:
    """Note functions whose calls are resolved when they run."""
    RESOLVED.update({id(function): function for function in functions})


def is_ours(function: Any) -> bool:
    """Whether a callable is one of srcgrad's own objects: a gradient, a method of adjoints by identity."""
    owner = getattr(function, "__self__", function)
    # the types of extension modules may have something else than a name there
    module = str(type(owner).__module__)
    return id(function) in RESOLVED or (module.startswith("srcgrad.") and not module.startswith("srcgrad.written."))
