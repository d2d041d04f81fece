"""`jvp`: the value of a function and its derivative along a direction, by forward mode."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import attributes_of, is_cupy, is_named_tuple
from srcgrad.arguments import arrays_in, may_share, on_device
from srcgrad.dispatch import MAX_BUILT, Dispatcher, dispatcher_of
from srcgrad.errors import UnsupportedError
from srcgrad.fasttangent import Shortcuts, can_be_fast, fast_jvp, writes_arguments
from srcgrad.frontend import programs
from srcgrad.functions import bound_keywords, plain_function
from srcgrad.gradient import Gradient
from srcgrad.guards import MISS
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import like
from srcgrad.runtime.results import refuse_stand_in
from srcgrad.runtime.tangent_operations import Dots
from srcgrad.runtime.tangents import zero_of
from srcgrad.show import highlight
from srcgrad.tangent.entry import TangentEntry, called

SIGNATURE = inspect.signature(lambda primals, tangents: None)


class Jvp:
    """A function that returns the value of `f` and its tangent.

    Made by `jvp(f)`.  Called with the arguments of `f` as a tuple, and a tuple of their tangents: one an argument, in
    the argument's structure, shapes and dtypes; None for an argument, or a part of one, that is held fixed.

    Raises ValueError or TypeError where a tangent does not fit its argument, UnsupportedError where `f` uses what
    srcgrad does not differentiate in forward mode.
    """

    gives_derivatives = True

    def __init__(self, f: Callable[..., Any], has_aux: bool = False) -> None:
        self.__wrapped__ = f
        self._has_aux = has_aux
        functools.update_wrapper(self, f, updated=())
        self.__signature__ = SIGNATURE
        self._function, self._bound = plain_function(f)
        self._keywords = bound_keywords(f)
        self._entries: list[TangentEntry] = []
        # only plain arguments by position have a short way
        self._shortcuts = None if has_aux or self._bound or self._keywords else Shortcuts()

    @property
    def _dispatcher(self) -> Dispatcher:
        return dispatcher_of(programs.program_of(self._function))

    def __call__(self, primals: Any, tangents: Any) -> Any:
        """(value, tangent) in the structure of the result; with `has_aux`, (value, tangent, aux)."""
        for what, given in (("arguments", primals), ("tangents", tangents)):
            if not isinstance(given, (tuple, list)):
                raise TypeError(
                    f"jvp of {name_of(self._function)}() takes its {what} as a tuple, one an argument; "
                    f"got {arguments.describe(given)}"
                )
        if len(tangents) != len(primals):
            name = name_of(self._function)
            raise ValueError(f"jvp of {name}() got {len(primals)} arguments and {len(tangents)} tangents")
        if self._shortcuts is not None:
            for fast in self._shortcuts.fast:
                if fast.__code__.co_argcount == 2 * len(primals):
                    result = fast(*primals, *tangents)
                    if result is not MISS:
                        return result
        return self.along(primals, {}, self._by_parameter(self._dispatcher, tangents))

    def along(self, args: Any, keywords: Mapping[str, Any], tangents: Mapping[str, Any]) -> Any:
        """What a call gives, for arguments by position and name, and tangents by the name of the parameter.

        A parameter without a tangent is held fixed.
        """
        dispatcher = self._dispatcher
        values = dispatcher.bind(self._function, (*self._bound, *args), {**self._keywords, **keywords})
        modes, given = self.directions(values, tangents)
        entry = dispatcher.entry(self._function, values, modes, "jvp")
        assert isinstance(entry, TangentEntry)
        shortcuts = self._shortcuts
        if entry not in self._entries:
            self._entries.append(entry)
        elif shortcuts is not None and shortcuts.built < MAX_BUILT and can_be_fast(entry, values):
            shortcuts.add(fast_jvp(entry, self._function, values, finished))
        self._refuse_overlaps(entry, values)
        dots, taken = Dots(), set[int]()
        for name, mode in modes.items():
            if mode == "i":
                values[name] = arguments.told_apart(values[name], taken, True, entry.refusal(name))
        for name, mode in entry.modes.items():
            if mode == "i" and name in given:
                dots.set_items(values[name], given[name])
        value, tangent = entry.run(self._function, values, given, dots)
        if not self._has_aux:
            return value, finished(tangent, value, {})
        if not isinstance(value, tuple) or len(value) != 2:
            got = arguments.describe(value)
            name = name_of(self._function)
            raise TypeError(f"{name}() must return (value, aux) with has_aux=True; it returned {got}")
        return value[0], finished(tangent[0], value[0], {}), value[1]

    def directions(self, values: dict[str, Any], tangents: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
        """The modes of the parameters, and the tangents of those that have one, checked and in memory of their own."""
        modes = dict.fromkeys(values, "-")
        given: dict[str, Any] = {}
        for param, tangent in tangents.items():
            if not any_given(tangent):
                if tangent is not None:
                    self._checked(tangent, values[param], f"'{param}'")
                continue
            arguments.check_active(values[param], param, self._function)
            modes[param] = "v" if carries(values[param]) else "i"
            given[param] = self._checked(tangent, values[param], f"'{param}'")
        return modes, given

    def _refuse_overlaps(self, entry: TangentEntry, values: dict[str, Any]) -> None:
        """Refuse arguments that share memory, where the function writes it: their tangents do not share theirs."""
        written = writes_arguments(entry)
        if not written:
            return
        arrays = [(name, x) for name, value in values.items() for x in arrays_in(value) if x.dtype.kind in "fc"]
        for (a, x), (b, y) in itertools.combinations(arrays, 2):
            if (a in written or b in written) and may_share(x, y):
                raise UnsupportedError(
                    f"arguments of {name_of(self._function)}() that share memory ('{a}' and '{b}'), which is written",
                    "pass a copy of one of them",
                    self._dispatcher.program.source.filename,
                    self._dispatcher.program.span.line,
                )

    def _by_parameter(self, dispatcher: Dispatcher, tangents: Any) -> dict[str, Any]:
        """The tangents by parameter; those of `*args` together."""
        positional = dispatcher.positional[len(self._bound) :]
        found: dict[str, Any] = dict(zip(positional, tangents))
        rest = next((p.name for p in dispatcher.program.params if p.kind == "var"), None)
        if rest is not None:
            found[rest] = tuple(tangents[len(positional) :])
        return found

    def _checked(self, tangent: Any, value: Any, place: str) -> Any:
        """The tangent, once its structure, shapes and dtypes are those of the argument: in memory of its own."""
        name = name_of(self._function)
        if carries(value):
            if tangent is None:
                return zero_of(value)
            if is_cupy(value):
                return like(on_device(tangent, value, f"argument {place} of {name}()", "tangent"), value)
            shaped = tangent is not None and not isinstance(tangent, (str, tuple, dict))
            dtype = np.asarray(tangent).dtype if shaped else np.dtype(object)
            if dtype.kind not in "biufc":
                raise TypeError(
                    f"the tangent of argument {place} of {name}() is {arguments.describe(tangent)}; "
                    f"wanted {arguments.describe(value)}"
                )
            if np.shape(tangent) != np.shape(value):
                raise ValueError(
                    f"the tangent of argument {place} of {name}() has shape {np.shape(tangent)}; "
                    f"the argument has shape {np.shape(value)}"
                )
            if dtype.kind == "c" and not np.iscomplexobj(value):
                raise TypeError(f"the tangent of argument {place} of {name}() is complex; the argument is real")
            return like(np.asarray(tangent)[()], value)
        if tangent is None:
            return None
        parts = arguments.children(value)
        if not parts:
            if "." in place or (isinstance(value, (dict, list, tuple)) and not tangent):
                return None  # a part of a structure that has no derivative: what stands there does not matter
            raise TypeError(
                f"the tangent of argument {place} of {name}() has to be None: it is {arguments.describe(value)}, "
                f"which has no derivative"
            )
        return self._checked_parts(tangent, value, place)

    def _checked_parts(self, tangent: Any, value: Any, place: str) -> Any:
        """The tangent of a structure, checked part by part."""
        name = name_of(self._function)
        wrong = (
            f"the tangent of argument {place} of {name}() is {arguments.describe(tangent)}; "
            f"wanted the structure of {arguments.describe(value)}"
        )
        if isinstance(value, dict):
            if not isinstance(tangent, dict) or tangent.keys() != value.keys():
                raise ValueError(f"{wrong} with the keys {', '.join(map(repr, value))}")
            return {k: self._checked(tangent[k], v, f"{place[:-1]}.{k}'") for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            if not isinstance(tangent, (list, tuple)) or len(tangent) != len(value):
                raise ValueError(f"{wrong} of length {len(value)}")
            made = [self._checked(t, v, f"{place[:-1]}.{i}'") for i, (t, v) in enumerate(zip(tangent, value))]
            return type(value)(*made) if is_named_tuple(type(value)) else type(value)(made)
        attributes = attributes_of(value)
        own = tangent if isinstance(tangent, dict) else attributes_of(tangent) if has_parts(tangent) else {}
        if not set(own) <= set(attributes) or not own:
            raise ValueError(f"{wrong} with the attributes {', '.join(attributes)}")
        return {k: self._checked(own.get(k), v, f"{place[:-1]}.{k}'") for k, v in attributes.items()}

    # ------------------------------------------------------------------------------------------------ what was emitted

    @property
    def source(self) -> str:
        """The emitted text for every kind of call so far, and of the functions that it calls: exactly what ran."""
        entries = [*self._entries, *called(self._entries)]
        texts = dict.fromkeys(entry.forward_text.rstrip() for entry in entries)
        return "\n\n\n".join(texts) + "\n" if texts else ""

    def show(self) -> None:
        """Print the source."""
        print(highlight(self.source))

    def __repr__(self) -> str:
        return f"<srcgrad.jvp of {name_of(self.__wrapped__)}>"


def has_parts(value: Any) -> bool:
    """Whether a value is an object with attributes."""
    return dataclasses.is_dataclass(value) or hasattr(value, "__dict__") or hasattr(type(value), "__slots__")


def any_given(tangent: Any) -> bool:
    """Whether any part of a tangent is given."""
    if isinstance(tangent, (dict, list, tuple)):
        return any(any_given(part) for part in arguments.children(tangent))
    return tangent is not None


def finished(tangent: Any, value: Any, given: dict[int, Any]) -> Any:
    """The tangent of a result as the caller gets it: of its structure, shapes and dtypes; None where it has none.

    given  the arrays handed over so far, each of which is in memory of its own
    """
    if carries(value):
        if isinstance(value, np.ndarray):
            own = isinstance(tangent, np.ndarray) and tangent.base is None and id(tangent) not in given
            if own and tangent.shape == value.shape and tangent.dtype == value.dtype:
                given[id(tangent)] = tangent
                return tangent
        return like(tangent, value)
    if isinstance(value, dict):
        return {k: finished(tangent[k], v, given) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and tangent is not None:
        made = [finished(t, v, given) for t, v in zip(tangent, value)]
        return type(value)(*made) if is_named_tuple(type(value)) else type(value)(made)
    refuse_stand_in(value)
    return tangent if arguments.children(value) else None


def jvp(f: Any, primals: Any = None, tangents: Any = None, has_aux: bool = False) -> Any:
    """The value of `f(*primals)` and its derivative along `tangents`.

    primals   the arguments, a tuple
    tangents  a tuple with one tangent an argument, in its structure, shapes and dtypes; None for an argument, or a
              part of one, that is held fixed
    has_aux   `f` returns (value, aux); the result is then (value, tangent, aux)

    Returns (value, tangent), the tangent in the structure, shapes and dtypes of the value; None for parts of it that
    are no floating or complex numbers.  User code runs once.

    Without primals and tangents: a function of both, whose `.source` is the emitted text.

    >>> sg.jvp(lambda x: x**2, (np.array([1.0, 2.0]),), (np.array([0.0, 1.0]),))
    (array([1., 4.]), array([0., 4.]))
    """
    made = Jvp(f, has_aux)
    if isinstance(f, Gradient) and f.has_text:
        from srcgrad.nested_modes import NestedJvp  # it builds on this module

        made = NestedJvp(f, has_aux)
    if primals is None and tangents is None:
        return made
    return made(primals, tangents)
