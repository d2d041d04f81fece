"""What operations on lists, dicts, tuples and objects do to kinds: references move, no number changes.

By example, for an active `y`:

    rows.append(y)          the lists made there hold y's kind too
    for k, v in d.items()   v: the join of what d holds
    a, b = pair             the kinds of its items
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.by_rows import row_kind
from srcgrad.analysis.kinds import INT, Inert, Kind, Known, Never, Num, Ref, Seq, Site, Tup, Unknown
from srcgrad.analysis.texts import holds_text
from srcgrad.analysis.versions import add_key, contents, forget_items, hold, join, key_kind

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def held_in(inf: Inference, site: Site, kind: Kind, key: Any = None) -> None:
    """Record that the objects of `site` hold such a value."""
    if hold(site, kind, key):
        inf.world.heap += 1


def forget_positions(inf: Inference, site: Site) -> None:
    """The exact contents are no longer known, only what kinds there may be."""
    if site.items is not None and issubclass(site.type, (list, dict, set)):
        forget_items(site)
        inf.world.heap += 1
    site.mutated = True


def element(kind: Kind) -> Kind:
    """The kind of what iterating gives."""
    match kind:
        case Tup(items=items):
            return join_all(items)
        case Ref(site=site):
            if site.type is dict:
                return key_kind(site)
            if site.type in (list, set, tuple):
                return contents(site) or Never()
            return Unknown(is_active(kind))
        case Seq(elem=elem):
            return elem
        case Known(value=value) if isinstance(value, (tuple, list)):
            return join_all([generalise(Known(v)) for v in value])
        case Known(value=value) if isinstance(value, str):
            return Inert(str)
        case Known(value=dict() as value):
            return join_all([generalise(Known(v)) for v in value])
        case Inert(type=cls, printed=printed):
            return INT if cls is range else Inert(str, printed) if cls is str else Unknown(printed=printed)
        case Num() as num:
            return row_kind(num)
        case _:
            return Unknown(is_active(kind), holds_text(kind))


def join_all(kinds: Any) -> Kind:
    """The join of several kinds; Never of none."""
    result: Kind = Never()
    for kind in kinds:
        result = generalise(kind) if isinstance(result, Never) else join(result, generalise(kind))
    return result


def active_operands(inf: Inference, atoms: Any, env: Env) -> tuple[Any, ...]:
    """The operands that carry derivatives, starred ones by their sequence."""
    plain = [a.value if isinstance(a, ir.Star) else a for a in atoms]
    return tuple(a for a in plain if is_active(inf.whole(a, env)))


def fresh_list(inf: Inference, key: Any, held: Kind | None, cls: type = list) -> Ref:
    """A list (or set, or tuple of unknown length) made by an operation, holding such values."""
    site = inf.sites.setdefault(key, Site(cls, None))
    if held is not None and not isinstance(held, Never):
        held_in(inf, site, held)
    return Ref(site)


def is_text(kind: Kind) -> bool:
    """Whether a value is known to be a string."""
    return kind.type is str if isinstance(kind, Inert) else isinstance(kind, Known) and isinstance(kind.value, str)


def as_tuple(kind: Kind) -> Kind:
    """A known tuple as a tuple of kinds."""
    if isinstance(kind, Known) and isinstance(kind.value, tuple):
        return Tup(tuple(Known(v) for v in kind.value))
    return kind


def hashable(value: Any) -> bool:
    """Whether a value can be a dict key."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def extend(inf: Inference, site: Site, value: Kind) -> None:
    """`xs += value`, `xs.extend(value)`."""
    forget_positions(inf, site)
    held_in(inf, site, element(value))


def fresh_dict(inf: Inference, key: Any, site: Site) -> Ref:
    """A copy of a dict."""
    new = inf.sites.get(key)
    if new is None:
        new = inf.sites[key] = Site(dict, dict(site.items) if site.items is not None else None)
    held_in(inf, new, contents(site) or Never())
    add_key(new, key_kind(site))
    if new.items is not None and (site.items is None or new.items.keys() != site.items.keys()):
        forget_positions(inf, new)
    return Ref(new)
