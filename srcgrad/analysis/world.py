"""What the interpretations of one function and of those it calls share: globals, values that are there, a budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srcgrad.analysis.entry import is_store, kind_of
from srcgrad.analysis.kinds import Kind, without_extents
from srcgrad.analysis.places import changes

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


# globals, by the identity of their namespace and name, and containers that classes hold, by their own identity, in
# which some differentiated function keeps active values
ACTIVE_GLOBALS: set[tuple[int, str] | int] = set()
ABSENT = object()  # what a module does not define: the builtin of that name is meant


@dataclass
class World:
    """What the inferences of one function and its callees share."""

    # another function that is differentiated calls this one
    within: bool = False
    active_calls: dict[Any, list[Inference]] = field(default_factory=dict)
    budget: int = 60_000
    opaque: bool = False
    # code of the user's runs that is not seen, without what depends on the input
    unseen: bool = False
    # some array is written in place
    writes: bool = False
    # something that may be any array that unknown code holds is written
    writes_unknown: bool = False
    # values that depend on the input are written into texts; into texts that reach what cannot be seen
    texts: bool = False
    texts_lost: bool = False
    # it is asked whether two objects are one
    identities: bool = False
    # attributes of classes or modules are set
    sets_outside: bool = False
    depth: int = 0
    # some function calls itself
    recursive: bool = False
    globals_used: dict[tuple[int, str], tuple[dict[str, Any], str, Any, Kind]] = field(default_factory=dict)

    # the cells, by identity, of functions that are called
    cells_read: set[int] = field(default_factory=set)
    values: dict[int, tuple[Any, Kind]] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    # what was read off classes and modules
    lookups: dict[tuple[int, str], Any] = field(default_factory=dict)

    def kind_of(self, value: Any) -> Kind:
        """The kind of a value that is there already (a class attribute, a default); the same one for the same value."""
        found = self.values.get(id(value))
        if found is None:
            active = id(value) in ACTIVE_GLOBALS and is_store(value)
            found = self.values[id(value)] = (value, without_extents(kind_of(value, active, self.memo)))
        return found[1]

    def loosen_globals(self) -> bool:
        """Where code runs that is not seen, a global number may become another one meanwhile; whether that is news."""
        before = dict(self.globals_used)
        if self.opaque or self.unseen:
            for key, (namespace, name, value, kind) in before.items():
                self.globals_used[key] = (namespace, name, value, without_extents(kind))
        return any(kind != self.globals_used[key][3] for key, (*_, kind) in before.items())

    @property
    def heap(self) -> int:
        """A number that is another one as soon as what objects hold is known otherwise."""
        return changes.count

    @heap.setter
    def heap(self, value: int) -> None:
        changes.count = value
