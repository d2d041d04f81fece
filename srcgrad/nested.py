"""Derivatives inside derivatives: from a gradient and the arguments of a call to the function that computes it.

    grad(f), called with x        def f_gradient(x):
                                      u = np.tanh(x)             what f's forward says
                                      value = np.sum(u)
                                      u_bar = 1.0 - u * u        what its reverse says, for every path
                                      return u_bar

What is differentiated again is this function: emitted text like any other, registered like any other, in the language
that the front end reads.  It carries all arms, so that one text serves every path, and the paths are again the business
of whoever differentiates it.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from srcgrad import arguments, ir
from srcgrad.dispatch import dispatcher_of, short_way
from srcgrad.emit.python import bound_names, print_function
from srcgrad.emit.register import bind, note_user_lines
from srcgrad.entries import Entry, Path, cells_of, rebound
from srcgrad.fastpath import Use
from srcgrad.flatten import flattened
from srcgrad.frontend import programs
from srcgrad.functions import plain_function
from srcgrad.gradient import Gradient
from srcgrad.locking import compiling
from srcgrad.nested_text import GradientText
from srcgrad.report import Uses
from srcgrad.runtime.operations import MAX_KNOWN, kinds_of

# by entry: the functions that were made of it, by what they return
_made: weakref.WeakKeyDictionary[Entry, dict[Any, Any]] = weakref.WeakKeyDictionary()
# by code, the gradient's form and the kinds of the arguments: the code, the entry and the function
_known: dict[Any, tuple[Any, Entry, Any]] = short_way({})
Values = tuple[Any, ...]


class Resolved(NamedTuple):
    """What computes a gradient: a function, what is bound to it in front, and the arguments to call it with.

    entry   the one that it was made of; None for the gradient of a gradient
    """

    function: Any
    bound: Values
    args: Values
    keywords: dict[str, Any]
    entry: Entry | None


def function_for(
    gradient: Gradient, args: Values, keywords: dict[str, Any], tell_apart: Any = arguments.tell_apart
) -> tuple[Callable[..., Any], Values, dict[str, Any]]:
    """A function that computes what `gradient(*args, **keywords)` gives, and the arguments to call it with."""
    found = resolved(gradient, args, keywords, tell_apart)
    function = functools.partial(found.function, *found.bound) if found.bound else found.function
    return function, found.args, found.keywords


def resolved(
    gradient: Gradient, args: Values, keywords: dict[str, Any], tell_apart: Any = arguments.tell_apart,
    copied: tuple[str, ...] = (),
) -> Resolved:  # fmt: skip
    """What computes `gradient(*args, **keywords)`.

    It is found by the kinds of the arguments; calls of one kind get the same function.  Raises what the gradient would
    raise before any user code ran.  `tell_apart` sees to it that no object stands at two places of an argument.
    Arguments that are `copied` the function copies first, so that nothing that it makes lies in their memory.
    """
    if isinstance(gradient, NestedGradient):
        inner, args, keywords = function_for(gradient.inner, args, keywords, tell_apart)
        return resolved(gradient.delegate(inner), args, keywords, tell_apart, copied)._replace(entry=None)
    program = programs.program_of(gradient._function)
    entry, values, active = gradient._entry(args, keywords, dispatcher_of(flattened(program)))
    tell_apart(entry, values, active, gradient._function)
    given, named = entry.dispatcher.call_form(values)
    form = (tuple(active), isinstance(gradient._argnums, tuple), gradient._with_value, gradient._has_aux, copied)
    found = _made.setdefault(entry, {})
    made = found.get(form)
    if made is None:
        with compiling:
            made = found[form] = gradient_function(entry, gradient._function, GradientText(entry, *form))
    function = made(gradient._function)
    if not (keywords or copied or entry.written or "i" in entry.modes.values()) and len(args) == len(values):
        note_function(gradient, entry, args, function)
    function, bound = plain_function(function)
    if gradient._bound and gradient._unbound is None:
        # `argnums` counts the arguments that are still to be given
        count = len(gradient._bound)
        bound, given = (*bound, *given[:count]), given[count:]
    return Resolved(function, bound, given, named, entry)


def key_for(gradient: Gradient, args: Values) -> Any:
    """What finds the function for a gradient of a function that captured nothing."""
    form = gradient._argnums, gradient._with_value, gradient._has_aux
    return id(gradient._function.__code__), form, kinds_of(args)


def function_known(gradient: Gradient, args: Values) -> Any:
    """The function for a call that came before with arguments of the same kinds, or None."""
    if gradient._bound or gradient._keywords:
        return None
    found = _known.get(key_for(gradient, args))
    if found is None:
        return None
    code, entry, function = found
    own = gradient._function
    same = own.__code__ is code and own.__globals__ is entry.program.namespace
    return function if same and entry.valid() else None


def note_function(gradient: Gradient, entry: Entry, args: Values, function: Any) -> None:
    """Note the function for arguments of these kinds, where nothing but they says which one it is."""
    simple = type(gradient)._call is Gradient._call and entry.dispatcher.simple and not gradient._function.__closure__
    if simple and not gradient._bound and not gradient._keywords:
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        _known[key_for(gradient, args)] = gradient._function.__code__, entry, function


def gradient_function(entry: Entry, function: Any, text: GradientText) -> Callable[[Any], Any]:
    """What gives the compiled function for a function object of this entry: the code is the same for all of them."""
    built = text.one_function()
    if built is not None:
        made = compiled(entry, built, function)
        return lambda function: rebound(made, function) if made.__closure__ and function.__closure__ else made
    path = general_path(entry)
    reverse = ir.Bound(path.function.__name__, path.function)
    if not function.__closure__:
        forward: ir.Atom = ir.Bound(entry.forward.__name__, entry.forward)
        return always(compiled(entry, text.calling(entry.program.params, forward, reverse, path.wants_seen), None))
    # the forward reads captured variables: which ones is said by the function object that is handed over
    name = text.fresh(entry.forward.__name__)
    params = (ir.Param(name, "posonly"), *entry.program.params)
    made = compiled(entry, text.calling(params, ir.Var(name), reverse, path.wants_seen), None)
    return lambda function: functools.partial(made, entry.bound_forward(function))


def general_path(entry: Entry) -> Path:
    """The reverse that serves every path of an entry."""
    if not entry.has_sites:
        return entry.path(0)
    found = entry.paths.get(-1)
    if found is None:
        with compiling:
            found = entry.paths.setdefault(-1, Path(entry, None))
    return found


def always(made: Any) -> Callable[[Any], Any]:
    """What gives the same function for every function object."""
    return lambda function: made


def compiled(entry: Entry, built: ir.Function, function: Any) -> Any:
    """A function, compiled in the user's namespace and known to the front end."""
    built.params = tuple(ir.Param(p.name, p.kind) for p in built.params)
    keep = frozenset(entry.assembly.remember.keep)
    text, lines = print_function(built, keep, entry.assembly.own)
    made = bind(text, built.name, bound_names(built), entry.program.namespace, cells_of(function))[built.name]
    note_user_lines(made.__code__.co_filename, entry.program.source.filename, lines)
    if function is not None:
        programs.captures_like(made.__code__, function.__code__)
    return made


class NestedGradient(Gradient):
    """The gradient of a gradient: which function is differentiated is found by the arguments of each call."""

    def __init__(self, f: Gradient, argnums: Any, has_aux: bool, with_value: bool, unbound: Any = None) -> None:
        super().__init__(f, argnums, has_aux, with_value, unbound)
        self.inner = f
        # by the code of the function that `f` comes to
        self._delegates: dict[Any, Gradient] = {} if unbound is None else unbound._delegates
        self._uses = Together(self._delegates)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The gradient (or value and gradient) for these arguments."""
        return self._call(args, keywords)

    def _call(self, args: Values, keywords: dict[str, Any]) -> Any:
        made, args, keywords = function_for(self.inner, args, keywords)
        return self.delegate(made)(*args, **keywords)

    def delegate(self, made: Any) -> Gradient:
        """The gradient of one of the functions that `f` comes to."""
        code = plain_function(made)[0].__code__
        found = self._delegates.get(code)
        if found is None or found.__wrapped__ is not made:
            fresh = Gradient(made, self._argnums, self._has_aux, self._with_value)
            if found is not None:
                fresh._uses = found._uses
            found = self._delegates[code] = fresh
        return found

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        return NestedGradient(self.__wrapped__.__get__(instance), self._argnums, self._has_aux, self._with_value, self)


class Together(Uses):
    """What the gradients used that a gradient of a gradient came to."""

    def __init__(self, delegates: dict[Any, Gradient]) -> None:
        self.delegates = delegates
        super().__init__()

    def __iter__(self) -> Iterator[Use]:
        return iter([use for gradient in list(self.delegates.values()) for use in gradient._uses])
