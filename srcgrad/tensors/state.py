"""Whether operations on tensors are recorded: a switch of each thread's own.

with no_grad():                 @no_grad()                  set_grad_enabled(False)
    w -= rate * w.grad          def evaluate(x): ...
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any


class State(threading.local):
    """What a thread is doing: `enabled` while it records; `functional` while a reverse runs on tensors, in which
    `a += b` makes a new tensor; `closed` while a function or a reverse runs again in a backward that is recorded, and
    numbers taken out of tensors would have no history."""

    enabled = True
    functional = False
    closed = False


state = State()


def is_grad_enabled() -> bool:
    """Whether operations of this thread are recorded.

    >>> with sg.no_grad():
    ...     sg.is_grad_enabled()
    False
    """
    return state.enabled


class Mode:
    """A setting of the switch, as a context manager that may be nested, or as a decorator of a function.

    A decorated generator runs in the mode whenever it is resumed, and its caller does not.
    """

    wanted = True

    def __init__(self) -> None:
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(state.enabled)
        state.enabled = self.wanted

    def __exit__(self, *_: object) -> None:
        state.enabled = self._before.pop()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, run in this mode."""
        wanted = self.wanted

        @functools.wraps(function)
        def inside(*args: Any, **keywords: Any) -> Any:
            before, state.enabled = state.enabled, wanted
            try:
                return function(*args, **keywords)
            finally:
                state.enabled = before

        @functools.wraps(function)
        def resumed(*args: Any, **keywords: Any) -> Any:
            inner = function(*args, **keywords)
            step, sent = inner.send, None
            while True:
                before, state.enabled = state.enabled, wanted
                try:
                    value = step(sent)
                except StopIteration as end:
                    return end.value
                finally:
                    state.enabled = before
                try:
                    sent = yield value
                    step = inner.send
                except GeneratorExit:
                    inner.close()
                    raise
                except BaseException as error:
                    sent, step = error, inner.throw

        return resumed if inspect.isgeneratorfunction(function) else inside


class no_grad(Mode):
    """Nothing is recorded inside: `with no_grad(): ...` or `@no_grad()`.

    Used as `@no_grad`, without parentheses, it works as well.

    >>> w = sg.tensor(1.0, requires_grad=True)
    >>> (w**2).backward()
    >>> with sg.no_grad():
    ...     w -= 0.1 * w.grad
    >>> w.item()
    0.8
    """

    wanted = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        made = super().__new__(cls)
        if function is None:
            return made
        Mode.__init__(made)
        return made(function)

    def __init__(self, function: None = None) -> None:
        super().__init__()


class enable_grad(no_grad):
    """Operations are recorded inside, also within `no_grad`.

    >>> x = sg.tensor(1.0, requires_grad=True)
    >>> with sg.no_grad(), sg.enable_grad():
    ...     y = 2 * x
    >>> y.requires_grad
    True
    """

    wanted = True


class set_grad_enabled(Mode):
    """Sets the switch at once; as a context manager it also sets it back.

    >>> x = sg.tensor(1.0, requires_grad=True)
    >>> with sg.set_grad_enabled(False):
    ...     y = 2 * x
    >>> y.requires_grad
    False
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self._first: bool | None = state.enabled
        self.wanted = state.enabled = bool(mode)

    def __enter__(self) -> None:
        self._before.append(state.enabled if self._first is None else self._first)
        self._first = None
        state.enabled = self.wanted

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, run in this mode; the switch is as it was before."""
        if self._first is not None:
            state.enabled, self._first = self._first, None
        return super().__call__(function)
