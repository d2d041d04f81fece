"""Derivatives inside derivatives: from a gradient and the arguments of a call to the function that computes it.

    grad(f), called with x        def f_gradient(x):
                                      u = np.tanh(x)             what f's forward says
                                      value = np.sum(u)
                                      u_bar = 1.0 - u * u        what its reverse says, for every path
                                      return u_bar

What is differentiated again is this function: emitted text like any other, registered like any other, in the language
that the front end reads.  It carries all arms, so that one text serves every path and the paths are again the business
of whoever differentiates it.

A function that returns from several places keeps its forward and its reverse as two functions, which a third one calls.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any

from srcgrad import arguments, ir
from srcgrad.analysis.calls import name_of
from srcgrad.dispatch import dispatcher_of
from srcgrad.emit.python import bound_names, print_function
from srcgrad.emit.register import bind, note_user_lines
from srcgrad.entries import Entry, cells_of, rebound
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.gradient import Gradient
from srcgrad.locking import compiling
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.simplify.one_function import after, joined

# by entry: the functions that were made of it, by what they return
_made: weakref.WeakKeyDictionary[Entry, dict[Any, Any]] = weakref.WeakKeyDictionary()
Values = tuple[Any, ...]


def function_for(gradient: Gradient, args: Values, keywords: dict[str, Any]) -> tuple[Callable[..., Any], Values, Any]:
    """A function that computes what `gradient(*args, **keywords)` gives, and the arguments to call it with.

    It is found by the kinds of the arguments; calls of one kind get the same one.  Raises what the gradient would raise
    before any user code ran, UnsupportedError for gradients with options, and for an argument that holds one object
    at two places.
    """
    if type(gradient)._call is not Gradient._call:
        raise UnsupportedError(
            f"a derivative of {gradient!r}, which has options",
            "differentiate sg.grad(f) without wrt=, holomorphic= or debug=",
        )
    entry, values, active = entry_for(gradient, args, keywords)
    form = (tuple(active), isinstance(gradient._argnums, tuple), gradient._with_value, gradient._has_aux)
    found = _made.setdefault(entry, {})
    made = found.get(form)
    if made is None:
        with compiling:
            made = found[form] = gradient_function(entry, gradient._function, *form)
    given, named = entry.dispatcher.call_form(values)
    return with_cells(made, gradient._function), given, named


def entry_for(gradient: Gradient, args: Values, keywords: dict[str, Any]) -> tuple[Entry, dict[str, Any], list[str]]:
    """The entry that serves a call of a gradient, its arguments by name, and those that it is taken for."""
    function, dispatcher = gradient._function, gradient._dispatcher
    values = dispatcher.bind(function, (*gradient._bound, *args), {**gradient._keywords, **keywords})
    active = gradient._active(values)
    for name in active:
        arguments.check_active(values[name], name, function)
    modes = arguments.modes_for(values, active)
    entry = dispatcher.entry(function, values, modes, "aux" if gradient._has_aux else "grad")
    gradient._check_kind(entry)
    arguments.refuse_overlaps(values, entry.written, function)
    taken: set[int] = set()
    for name in active:
        if entry.modes[name] == "i" and arguments.told_apart(values[name], taken) is not values[name]:
            raise UnsupportedError(
                f"argument '{name}' of {name_of(function)}(), which holds one object at two places, in a derivative "
                f"that is differentiated again",
                "put copies in the places",
            )
    return entry, values, active


def with_cells(made: Any, function: Any) -> Any:
    """The function with the captured variables of this function object; its code is the same for all of them."""
    if not made.__closure__ or not function.__closure__:
        return made
    return rebound(made, function)


def gradient_function(
    entry: Entry, function: Any, active: tuple[str, ...], several: bool, with_value: bool, has_aux: bool
) -> Any:
    """The function of one entry, compiled, and known to the front end."""
    form = Form(entry, active, several, with_value, has_aux)
    built = form.one_function()
    cells = cells_of(function)
    if built is not None:
        keep = frozenset(entry.assembly.remember.keep)
        text, lines = print_function(built, keep, entry.assembly.own)
        made = bind(text, built.name, bound_names(built), entry.program.namespace, cells)[built.name]
        note_user_lines(made.__code__.co_filename, entry.program.source.filename, lines)
    else:
        made = form.two_functions(function)
    captures = programs.active_captures(function.__code__)
    programs.register(made.__code__, programs.program_of(made), captures)
    return made


class Form:
    """What a function made of an entry returns: the gradients of `active`, alone or with the value."""

    def __init__(self, entry: Entry, active: Values, several: bool, with_value: bool, has_aux: bool) -> None:
        self.entry, self.active, self.several = entry, active, several
        self.with_value, self.has_aux = with_value, has_aux
        self.name = entry.forward.__name__.rpartition("_")[0] + ("_value_and_grad" if with_value else "_gradient")
        # arguments whose gradients are gathered in their structure
        self.structures = [name for name in active if entry.modes[name] == "i"]

    # ------------------------------------------------------------------------------------------- as one function

    def one_function(self) -> ir.Function | None:
        """Forward and reverse, one after the other; None where the forward returns from several places."""
        entry = self.entry
        forward = entry.assembly.forward
        if entry.alone:
            given = forward.body[-2].value.items
            body, value = list(forward.body[:-2]), given[0]
            gradients = self.parts(body, given[1])
            function = after(forward, body)
        else:
            reverse = entry.assembly.reverse(None)
            found = joined(forward, reverse, self.seed())
            if found is None:
                return None
            function, value, given = found
            gradients = self.parts(function.body, given)
            self.gather(function, gradients)
        function.name = self.name
        self.give(function, value, gradients)
        return function

    def seed(self) -> Callable[[ir.Atom, ir.Block, ir.Span], ir.Expr | None]:
        """What writes the cotangent of the value; None where it goes by identity, and was given to `bars`."""
        protocol = self.entry.protocol
        has_aux = self.has_aux

        def write(value: ir.Atom, out: ir.Block, span: ir.Span) -> ir.Expr | None:
            if self.structures or self.entry.uses_bars or protocol == "bars":
                out.append(ir.Let("bars", ir.Call(ir.Bound("Adjoints", Adjoints), ()), span))
            if protocol == "value":
                return ir.Build("tuple", (ir.Const(1.0),)) if False else None
            return None

        del has_aux
        return write
