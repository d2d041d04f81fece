"""What operations on lists, dicts, tuples and objects do to kinds: references move, no number changes.

    rows.append(y)          the lists made there hold y's kind too
    for k, v in d.items()   v: the join of what d holds
    a, b = pair             the kinds of its items
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import INT, Inert, Kind, Known, Never, Num, Ref, Seq, Site, Tup, Unknown
from srcgrad.analysis.meaning import Dynamic, Meaning, Moves, Plain
from srcgrad.analysis.split import SplitStore
from srcgrad.analysis.versions import contents, escape, generalise, hold, is_active, join

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Env, Inference

Result = tuple[Kind, Meaning]


def held_in(inf: Inference, site: Site, kind: Kind, key: Any = None) -> None:
    """Record that the objects of `site` hold such a value."""
    if hold(site, kind, key):
        inf.world.heap += 1


def forget_positions(inf: Inference, site: Site) -> None:
    """The exact contents are no longer known, only what kinds there may be."""
    if site.items is not None and issubclass(site.type, (list, dict, set)):
        site.elem = contents(site)
        site.items = None
        inf.world.heap += 1
    site.mutated = True


def element(inf: Inference, kind: Kind) -> Kind:
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
        case Inert(type=cls):
            return INT if cls is range else Inert(str) if cls is str else Unknown()
        case Num() as num:
            from srcgrad.analysis.resolve import row_kind

            return row_kind(num)
        case _:
            return Unknown(is_active(kind))


def join_all(kinds: Any) -> Kind:
    """The join of several kinds; Never of none."""
    result: Kind = Never()
    for kind in kinds:
        result = generalise(kind) if isinstance(result, Never) else join(result, generalise(kind))
    return result


def key_kind(site: Site) -> Kind:
    """The kind of a dict's keys."""
    kinds = [generalise(Known(k)) for k in site.items] if site.items is not None else []
    if site.key is not None:
        kinds.append(site.key)
    return join_all(kinds)


def active_operands(inf: Inference, atoms: Any, env: Env) -> tuple[Any, ...]:
    """The operands that carry derivatives, starred ones by their sequence."""
    plain = [a.value if isinstance(a, ir.Star) else a for a in atoms]
    return tuple(a for a in plain if is_active(inf.atom(a, env)))


# ------------------------------------------------------------------------------------------------------- displays


def build(inf: Inference, stmt: Any, kind: str, items: tuple[Any, ...], env: Env) -> Result:
    """A tuple, list or set display."""
    from srcgrad.analysis.resolve import need_rows

    kinds: list[Kind] | None = []
    loose: Kind = Never()
    for entry in items:
        if isinstance(entry, ir.Star):
            inner = inf.atom(entry.value, env)
            need_rows(stmt, entry.value, inner)
            if isinstance(inner, Tup) and kinds is not None:
                kinds.extend(inner.items)
            else:
                loose = join(loose, element(inf, inner))
                loose = join(loose, join_all(kinds or []))
                kinds = None
        elif kinds is not None:
            kinds.append(inf.atom(entry, env))
        else:
            loose = join(loose, generalise(inf.atom(entry, env)))
    moved = Moves(active_operands(inf, items, env))
    if kind == "tuple" and kinds is not None:
        if all(isinstance(k, Known) for k in kinds):
            return Known(tuple(k.value for k in kinds)), Plain()  # type: ignore[union-attr]
        return Tup(tuple(kinds)), moved
    cls = {"tuple": tuple, "list": list, "set": set}[kind]
    site = inf.sites.get(stmt)
    if site is None:
        exact = kinds is not None and kind == "list"
        site = inf.sites[stmt] = Site(cls, {i: generalise(k) for i, k in enumerate(kinds or [])} if exact else None)
    for i, inner in enumerate(kinds or []):
        held_in(inf, site, inner, i)
    if not isinstance(loose, Never):
        held_in(inf, site, loose)
    return Ref(site), moved


def build_dict(inf: Inference, stmt: Any, pairs: tuple[tuple[Any, Any], ...], env: Env) -> Result:
    """A dict display."""
    keys = [None if k is None else inf.atom(k, env) for k, _ in pairs]
    exact = all(isinstance(k, Known) for k in keys)
    site = inf.sites.get(stmt)
    if site is None:
        site = inf.sites[stmt] = Site(dict, {} if exact else None)
        if exact:
            site.items = {k.value: generalise(inf.atom(v, env)) for k, (_, v) in zip(keys, pairs)}  # type: ignore[union-attr]
    for key, (_, atom) in zip(keys, pairs):
        value = inf.atom(atom, env)
        if key is None:
            if isinstance(value, Ref):
                held_in(inf, site, contents(value.site) or Never())
                site.key = join(site.key or Never(), key_kind(value.site))
            else:
                held_in(inf, site, Unknown(is_active(value)))
                site.key = Unknown()
            continue
        held_in(inf, site, value, key.value if isinstance(key, Known) else None)
        if not isinstance(key, Known):
            site.key = join(site.key or Never(), generalise(key))
    return Ref(site), Moves(active_operands(inf, [v for _, v in pairs], env))


def fresh_list(inf: Inference, key: Any, held: Kind | None, cls: type = list) -> Ref:
    """A list (or set, or tuple of unknown length) made by an operation, holding such values."""
    site = inf.sites.setdefault(key, Site(cls, None))
    if held is not None and not isinstance(held, Never):
        held_in(inf, site, held)
    return Ref(site)


def operator(inf: Inference, stmt: Any, expr: ir.Prim, kinds: list[Kind]) -> Result | None:
    """`+` and `*` on tuples and lists; None when it is something else."""
    if expr.op == "add" and len(kinds) == 2:
        a, b = (as_tuple(k) for k in kinds)
        if isinstance(a, Tup) and isinstance(b, Tup):
            return Tup(a.items + b.items), Moves()
        if all(isinstance(k, Ref) and k.site.type is list for k in kinds):
            return fresh_list(inf, stmt, join_all([element(inf, k) for k in kinds])), Moves()
    if expr.op == "or_" and all(isinstance(k, Ref) and k.site.type is dict for k in kinds):
        sites = [k.site for k in kinds]  # type: ignore[union-attr]
        merged = inf.sites.setdefault(stmt, Site(dict, None))
        held_in(inf, merged, join_all([contents(site) or Never() for site in sites]))
        merged.key = join_all([merged.key or Never(), *(key_kind(site) for site in sites)])
        return Ref(merged), Moves()
    if expr.op == "mul" and len(kinds) == 2:
        for one, other in (kinds, kinds[::-1]):
            if isinstance(other, Num) or (isinstance(other, Known) and isinstance(other.value, int)):
                if isinstance(one, Ref) and one.site.type is list:
                    return fresh_list(inf, stmt, element(inf, one)), Moves()
                if isinstance(one, Tup):
                    if isinstance(other, Known) and isinstance(other.value, int):
                        return Tup(one.items * other.value), Moves()
                    return fresh_list(inf, stmt, join_all(one.items), tuple), Moves()
    if all(isinstance(k, (Inert, Known)) for k in kinds):
        if all(isinstance(k, Known) and isinstance(k.value, str) for k in kinds) and expr.op == "add":
            return Known(kinds[0].value + kinds[1].value), Plain()  # type: ignore[union-attr]
        return Inert(printed=any(isinstance(k, Inert) and k.printed for k in kinds)), Plain()
    if expr.op == "mod" and isinstance(kinds[0], (Inert, Known)) and is_text(kinds[0]):
        return Inert(str, any(is_active(k) for k in kinds)), Plain()
    return None


def is_text(kind: Kind) -> bool:
    """Whether a value is known to be a string."""
    return kind.type is str if isinstance(kind, Inert) else isinstance(kind, Known) and isinstance(kind.value, str)


def as_tuple(kind: Kind) -> Kind:
    """A known tuple as a tuple of kinds."""
    if isinstance(kind, Known) and isinstance(kind.value, tuple):
        return Tup(tuple(Known(v) for v in kind.value))
    return kind


# ----------------------------------------------------------------------------------------------------- subscripts


def item(inf: Inference, stmt: Any, obj: ir.Atom, index: ir.Atom, kind: Kind, key: Kind, env: Env) -> Result:
    """`obj[index]` where obj is no array."""
    from srcgrad.analysis import calls
    from srcgrad.analysis.resolve import class_attribute

    kind = as_tuple(kind)
    sliced = isinstance(key, Inert) or (isinstance(key, Known) and isinstance(key.value, slice))
    match kind:
        case Tup(items=items):
            if isinstance(key, Known) and isinstance(key.value, int):
                if -len(items) <= key.value < len(items):
                    return items[key.value], Moves()
                return Never(), Plain()
            if isinstance(key, Known) and isinstance(key.value, slice):
                return Tup(items[key.value]), Moves()
            if sliced:
                return fresh_list(inf, stmt, join_all(items), tuple), Moves()
            return join_all(items), Moves()
        case Ref(site=site) if site.type in (list, tuple):
            if sliced:
                return fresh_list(inf, stmt, contents(site), site.type), Moves()
            if isinstance(key, Known) and isinstance(key.value, int) and site.items:
                position = key.value + len(site.items) if key.value < 0 else key.value
                if position in site.items:
                    return site.items[position], Moves()
            return contents(site) or Never(), Moves()
        case Ref(site=site) if site.type is dict:
            if isinstance(key, Known) and site.items is not None and hashable(key.value) and key.value in site.items:
                return site.items[key.value], Moves()
            return contents(site) or Never(), Moves()
        case Ref(site=site):
            found = class_attribute(site.type, "__getitem__")
            if found is not None:
                return calls.call_function(inf, stmt, found, None, (obj, index), (), env)
        case Seq(elem=elem):
            return elem, Moves()
        case Inert() | Known():
            return Unknown(), Plain()
    if is_active(kind) or is_active(key):
        return Unknown(True), Dynamic(getitem, (obj, index))
    return Unknown(), Moves()


def hashable(value: Any) -> bool:
    """Whether a value can be a dict key."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def getitem(obj: Any, index: Any) -> Any:
    """`obj[index]`."""
    return obj[index]


def setitem(obj: Any, index: Any, value: Any) -> None:
    """`obj[index] = value`."""
    obj[index] = value


def store_item(inf: Inference, stmt: ir.StoreItem, kind: Kind, value: Kind, env: Env) -> None:
    """`obj[index] = value`."""
    from srcgrad.analysis import calls
    from srcgrad.analysis.resolve import class_attribute, need_rows

    key = inf.atom(stmt.index, env)
    if isinstance(kind, Num):
        if is_active(kind) or is_active(value):
            raise inf.refuse(
                stmt,
                "writing into an array that carries derivatives",
                "build the array from its parts (np.concatenate, np.stack, np.where, a list and np.array)",
            )
        inf.writes_arrays = inf.mutates = True
        inf.meanings[stmt] = Plain()
        return
    inf.mutates = True
    inf.meanings[stmt] = Moves((stmt.value,) if is_active(value) else ())
    if isinstance(kind, Ref):
        site = kind.site
        if site.type is dict:
            known = isinstance(key, Known) and hashable(key.value)
            if not (known and site.items is not None and key.value in site.items):  # type: ignore[union-attr]
                forget_positions(inf, site)
                new = join(site.key or Never(), join_all([key_kind(site), generalise(key)]))
                site.key = new
            held_in(inf, site, value, key.value if known else None)  # type: ignore[union-attr]
            return
        if site.type is list:
            sliced = isinstance(key, Inert) or (isinstance(key, Known) and isinstance(key.value, slice))
            if sliced:
                need_rows(stmt, stmt.value, value)
                forget_positions(inf, site)
                held_in(inf, site, element(inf, value))
            elif isinstance(key, Known) and site.items is not None:
                position = key.value + len(site.items) if key.value < 0 else key.value
                held_in(inf, site, value, position)
            else:
                if site.items is not None:
                    for position in site.items:
                        held_in(inf, site, value, position)
                held_in(inf, site, value)
            return
        found = class_attribute(site.type, "__setitem__")
        if found is not None:
            place = (stmt.obj, stmt.index, stmt.value)
            _, inf.meanings[stmt] = calls.call_function(inf, stmt, found, None, place, (), env)
            return
    if is_active(value) or is_active(kind):
        inf.world.opaque = True
        inf.meanings[stmt] = Dynamic(setitem, (stmt.obj, stmt.index, stmt.value))
    elif isinstance(kind, (Unknown, Ref)):
        inf.writes_arrays = True


def augmented_store(inf: Inference, stmt: Any, kind: Kind, value: Kind, env: Env) -> None:
    """`obj[index] op= value` and `obj.name op= value`; written out where the target is no part of an array."""
    if isinstance(stmt, ir.StoreAttr) or not isinstance(kind, (Num, Never, Unknown)):
        raise SplitStore(stmt)
    if isinstance(kind, Unknown) and (is_active(kind) or is_active(value)):
        raise SplitStore(stmt)
    if is_active(kind) or is_active(value):
        raise inf.refuse(
            stmt,
            "writing into an array that carries derivatives",
            "build the array from its parts (np.concatenate, np.stack, np.where, a list and np.array)",
        )
    inf.writes_arrays = inf.mutates = True
    inf.meanings[stmt] = Plain()


def extend(inf: Inference, site: Site, value: Kind) -> None:
    """`xs += value`, `xs.extend(value)`."""
    forget_positions(inf, site)
    held_in(inf, site, element(inf, value))


def unpack_kinds(inf: Inference, stmt: Any, kind: Kind, count: int, star: int | None) -> list[Kind]:
    """The kinds of `a, *b, c = value`."""
    kind = as_tuple(kind)
    items: list[Kind] | None = None
    if isinstance(kind, Tup):
        items = list(kind.items)
    elif isinstance(kind, Ref) and kind.site.type is list and kind.site.items is not None:
        items = [kind.site.items[k] for k in sorted(kind.site.items)]
    if items is not None and star is None and len(items) == count:
        return items
    if items is not None and star is not None and len(items) >= count - 1:
        after = count - star - 1
        middle = items[star : len(items) - after]
        rest = fresh_list(inf, (stmt, "star"), join_all(middle))
        return [*items[:star], rest, *items[len(items) - after :]]
    elem = element(inf, kind)
    kinds: list[Kind] = [elem] * count
    if star is not None:
        kinds[star] = fresh_list(inf, (stmt, "star"), elem)
    return kinds


# -------------------------------------------------------------------------------------------------------- methods

LIST_FACTS = {"index": INT, "count": INT}


def method(inf: Inference, stmt: Any, kind: Kind, name: str, args: list[Kind], atoms: Any, env: Env) -> Result | None:
    """A method of a list, dict, set or tuple; None when it is not one of those known here."""
    from srcgrad.analysis.resolve import need_rows

    moved = Moves(active_operands(inf, atoms, env))
    none = Known(None)
    if isinstance(kind, Tup):
        return (INT, Plain()) if name in LIST_FACTS else None
    if not isinstance(kind, Ref):
        return None
    site = kind.site
    first: Kind = args[0] if args else Never()
    if site.type is list:
        inf.mutates |= name not in ("index", "count", "copy")
        match name:
            case "append":
                forget_positions(inf, site)
                held_in(inf, site, first)
                return none, moved
            case "extend":
                need_rows(stmt, atoms[0], first)
                extend(inf, site, first)
                return none, moved
            case "insert":
                forget_positions(inf, site)
                held_in(inf, site, args[1] if len(args) > 1 else Unknown(is_active(first)))
                return none, moved
            case "pop":
                forget_positions(inf, site)
                return contents(site) or Never(), Moves()
            case "remove" | "reverse" | "sort" | "clear":
                forget_positions(inf, site)
                return none, Moves()
            case "copy":
                return fresh_list(inf, stmt, contents(site)), Moves()
            case "index" | "count":
                return INT, Plain()
    if site.type is dict:
        inf.mutates |= name in ("pop", "setdefault", "update", "clear", "popitem")
        held = contents(site) or Never()
        match name:
            case "get" | "pop" | "setdefault":
                exact = None
                if isinstance(first, Known) and site.items is not None and hashable(first.value):
                    exact = site.items.get(first.value)
                default = args[1] if len(args) > 1 else Known(None)
                if name == "pop":
                    forget_positions(inf, site)
                if name == "setdefault":
                    forget_positions(inf, site)
                    held_in(inf, site, default)
                    site.key = join(site.key or Never(), generalise(first))
                    return contents(site) or Never(), moved
                if exact is not None:
                    return exact, moved
                if name == "pop" and len(args) < 2:
                    return held, moved
                return join(held, generalise(default) if not isinstance(default, Known) else default), moved
            case "items":
                return Seq(Tup((key_kind(site), held))), Moves()
            case "values":
                return Seq(held), Moves()
            case "keys":
                return Seq(key_kind(site)), Moves()
            case "copy":
                return fresh_dict(inf, stmt, site), Moves()
            case "clear":
                forget_positions(inf, site)
                return none, Moves()
            case "popitem":
                forget_positions(inf, site)
                return Tup((key_kind(site), held)), Moves()
            case "update":
                forget_positions(inf, site)
                for other in args:
                    if isinstance(other, Ref) and other.site.type is dict:
                        held_in(inf, site, contents(other.site) or Never())
                        site.key = join(site.key or Never(), key_kind(other.site))
                    else:
                        escape(other)
                        held_in(inf, site, Unknown(is_active(other)))
                        site.key = Unknown()
                return none, moved
    if site.type is set and name in ("add", "discard", "remove", "clear", "update"):
        inf.mutates = True
        if args:
            held_in(inf, site, first if name == "add" else element(inf, first) if name == "update" else Never())
        return none, moved
    return None


def fresh_dict(inf: Inference, key: Any, site: Site) -> Ref:
    """A copy of a dict."""
    new = inf.sites.get(key)
    if new is None:
        new = inf.sites[key] = Site(dict, dict(site.items) if site.items is not None else None)
    held_in(inf, new, contents(site) or Never())
    new.key = join(new.key or Never(), key_kind(site))
    if new.items is not None and (site.items is None or new.items.keys() != site.items.keys()):
        forget_positions(inf, new)
    return Ref(new)


def builtin(
    inf: Inference, stmt: Any, function: Any, kinds: list[Kind], args: tuple[Any, ...], keywords: Any, env: Env
) -> Result | None:
    """A builtin that hands references on: list, zip, enumerate, sorted ...; None for another function."""
    from srcgrad.analysis.resolve import need_rows

    if function in (max, min) and keywords:
        # one of the items, chosen by a key or a default: the very same object
        found = kinds[0] if len(kinds) == 1 else Never()
        items = [element(inf, found)] if len(kinds) == 1 else kinds
        named = [inf.atom(atom, env) for name, atom in keywords if name == "default"]
        atoms = [*args, *(atom for name, atom in keywords if name == "default")]
        return join_all([*items, *named]), Moves(active_operands(inf, atoms, env))
    if function in (max, min) and any(name == "key" for name, _ in keywords):
        if len(args) == 1 and not isinstance(args[0], ir.Star):
            need_rows(stmt, args[0], kinds[0])
        several = len(args) > 1 or isinstance(args[0], ir.Star)
        found = join_all(kinds) if several else element(inf, kinds[0])
        others = [inf.atom(atom, env) for name, atom in keywords if name == "default"]
        return join_all([found, *others]), Moves(active_operands(inf, [*args, *(a for _, a in keywords)], env))
    if function not in MOVERS:
        return None
    if any(isinstance(a, ir.Star) for a in args):
        if function is not zip:
            return Unknown(any(is_active(k) for k in kinds)), Moves(active_operands(inf, args, env))
        inner = join_all([element(inf, element(inf, k) if isinstance(a, ir.Star) else k) for k, a in zip(kinds, args)])
        if any(isinstance(k, Num) and k.active for k in kinds) or isinstance(inner, Num) and inner.box is None:
            return Seq(Unknown(any(is_active(k) for k in kinds))), Moves()
        return Seq(fresh_list(inf, stmt, inner, tuple)), Moves()
    for kind, atom in zip(kinds, args):
        if isinstance(atom, ir.Star):
            continue
        need_rows(stmt, atom, kind)
    held = [element(inf, k) for k in kinds]
    if any(isinstance(k, Num) and k.active and k.shape != () for k in held) and function is zip and False:
        return None
    first = held[0] if held else Never()
    match MOVERS[function]:
        case "list":
            return fresh_list(inf, stmt, first), Moves()
        case "set":
            return fresh_list(inf, stmt, first, set), Moves()
        case "tuple":
            if kinds and isinstance(as_tuple(kinds[0]), Tup):
                return as_tuple(kinds[0]), Moves()
            if kinds and isinstance(kinds[0], Ref) and kinds[0].site.items is not None and kinds[0].site.type is list:
                items = kinds[0].site.items
                return Tup(tuple(items[k] for k in sorted(items))), Moves()
            return fresh_list(inf, stmt, first, tuple), Moves()
        case "iter":
            return Seq(first), Moves()
        case "next":
            elem = kinds[0].elem if isinstance(kinds[0], Seq) else Unknown(is_active(kinds[0]))
            return (elem if len(kinds) == 1 else join(elem, generalise(kinds[1]))), Moves()
        case "zip":
            return Seq(Tup(tuple(held))), Moves()
        case "enumerate":
            return Seq(Tup((INT, first))), Moves()
        case "dict":
            if kinds and isinstance(kinds[0], Ref) and kinds[0].site.type is dict and not keywords:
                return fresh_dict(inf, stmt, kinds[0].site), Moves()
            if kinds:
                pair = as_tuple(first)
                site = inf.sites.setdefault(stmt, Site(dict, None))
                good = isinstance(pair, Tup) and len(pair.items) == 2
                value = pair.items[1] if good else Unknown(is_active(first))  # type: ignore[union-attr]
                site.key = join(site.key or Never(), generalise(pair.items[0]) if good else Unknown())  # type: ignore[union-attr]
                if not isinstance(value, Never):
                    held_in(inf, site, value)
                for name, atom in keywords:
                    held_in(inf, site, inf.atom(atom, env))
                return Ref(site), Moves(active_operands(inf, [a for _, a in keywords], env))
            pairs = tuple((ir.Const(name), atom) for name, atom in keywords)
            return build_dict(inf, stmt, pairs, env)
    return None


MOVERS: dict[Any, str] = {
    list: "list", sorted: "list", set: "set", frozenset: "set", tuple: "tuple", reversed: "iter", iter: "iter",
    next: "next", zip: "zip", enumerate: "enumerate", dict: "dict",
}  # fmt: skip

