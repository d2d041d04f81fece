"""What a program says about its own derivative: where it stops, and what happens to adjoints on their way.

    h = sg.stop_gradient(h)             the derivative ends here
    sg.on_adjoint(h, clip)              the adjoint of h is what clip makes of it
    with sg.adjoint_of(h) as h_bar:     these statements run in the reverse, on the adjoint of h
        print(h_bar)

In plain Python none of them does anything: `stop_gradient(x)` is `x`, a function given to `on_adjoint` is not called,
and the block of `adjoint_of` is left before its first statement.  Of tensors, `backward()` does what they say.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, TypeVar

from srcgrad.runtime.helpers import in_form_of

T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """`x` itself, through which no derivative flows: in a derivative it is a constant.

    Takes a number, an array, or a tuple of them; the result has the same shape and dtype.  Other containers are refused
    where they carry derivatives (UnsupportedError): stop their items instead.

    >>> sg.grad(lambda x: sg.stop_gradient(x) * x)(3.0)
    3.0
    """
    if isinstance(x, tuple) and any(is_tensor(part) for part in x):
        return in_form_of(x, [stop_gradient(part) for part in x])  # type: ignore[no-any-return]
    return x.detach() if is_tensor(x) else x  # type: ignore[attr-defined]


def is_tensor(x: Any) -> bool:
    """Whether this is a tensor that requires a gradient."""
    return getattr(x, "requires_grad", False) is True and hasattr(x, "_node")


def on_adjoint(h: Any, fn: Any) -> None:
    """Have `fn` called with the adjoint of the variable `h` when the reverse gets to this line.

    h    the name of a variable that holds a number or an array
    fn   takes the adjoint: an array of h's shape, in memory of its own, or a number.  What it returns takes the
         adjoint's place and has the same shape; None leaves the adjoint as it is (with what `fn` wrote into it)

    The adjoint is complete as far as the lines below this one go; what lines between the definition of `h` and this
    one contribute is added after it.  Directly below its definition the adjoint is therefore all of it.  In plain
    Python nothing happens.

    Of a tensor that requires a gradient, `fn` sees and gives tensors; a leaf's adjoint is all of it, wherever the line
    stands.

    >>> def clipped(x):
    ...     h = np.exp(x)
    ...     sg.on_adjoint(h, lambda h_bar: np.clip(h_bar, -1.0, 1.0))
    ...     return 5.0 * h
    >>> print(sg.grad(clipped)(0.0))
    1.0
    """
    if is_tensor(h):
        from srcgrad.tensors.hooks import at_adjoint

        at_adjoint(h, fn, sys._getframe(1))


class adjoint_of:
    """`with sg.adjoint_of(h) as h_bar:` the block runs in the reverse, at this line, on the adjoint of `h`.

    `h` is the name of a variable that holds a number or an array; `h_bar` has its shape and memory of its own.  Writing
    into `h_bar` or assigning it changes the adjoint.  Other variables have in the block the values that they have at
    this line; what the block assigns is its own.  In plain Python the block is not run, and on a tensor that requires a
    gradient in `backward()`.

    >>> def doubled(x):
    ...     h = x**2
    ...     with sg.adjoint_of(h) as h_bar:
    ...         h_bar = 2.0 * h_bar
    ...     return 5.0 * h
    >>> sg.grad(doubled)(1.0)
    20.0
    """

    def __init__(self, h: Any) -> None:
        self._tensor = h if is_tensor(h) else None
        self._before: Any = None
        self._frame: FrameType | None = None

    def __enter__(self) -> None:
        # A block that is not to run can only be left by an exception, and only a trace function can raise it there.
        frame = sys._getframe(1)
        if self._tensor is not None:
            from srcgrad.tensors.hooks import at_adjoint, block_of

            at_adjoint(self._tensor, block_of(frame, adjoint_of), frame)
            self._tensor = None
        self._before = sys.gettrace(), frame.f_trace, frame.f_trace_opcodes
        self._frame = frame
        sys.settrace(_no_trace)
        frame.f_trace, frame.f_trace_opcodes = self._leave, True

    def _leave(self, frame: FrameType, event: str, arg: Any) -> Any:
        raise _LeftOut

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        # the interpreter drops a trace function that raises: what was there is put back only now
        assert self._frame is not None
        before, own, opcodes = self._before
        sys.settrace(before)
        self._frame.f_trace, self._frame.f_trace_opcodes = own, opcodes
        self._frame = self._before = None
        return kind is _LeftOut


def _no_trace(frame: FrameType, event: str, arg: Any) -> None:
    """A trace function that traces nothing: one has to be set for a frame's own to be looked at."""


class _LeftOut(BaseException):
    """Raised at the first statement of a block that only a reverse runs; `adjoint_of` takes it back."""
