"""Attributes and items whose owner is seen when they are read or stored."""

from __future__ import annotations

import functools
import operator
import types
from typing import Any

import numpy as np

from srcgrad.analysis import constants, entry, lookups
from srcgrad.analysis.lookups import class_attribute, descriptor, own_setattr
from srcgrad.analysis.resolved import is_tensor
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import is_constant_attr, lookup_attr
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.asked import NUMBERS, active_inside, is_array, is_number
from srcgrad.runtime.records import NOTHING, Several
from srcgrad.runtime.resolving import Resolving


class Places(Resolving):
    """Reads and stores of attributes and items; what a user's class does there is a call."""

    def attribute_path(self, obj: Any, path: str) -> tuple[Any, Any]:
        """`obj.a.b` and its record."""
        records = []
        for name in path.split("."):
            obj, record = self.attribute(obj, name)
            records.append(record)
        return obj, Several(records)

    def attribute(self, obj: Any, name: str, *default: Any) -> tuple[Any, Any]:
        """`obj.name`, or `getattr(obj, name, default)`, and its record."""
        if default:
            try:
                return self.attribute(obj, name)
            except AttributeError:
                return default[0], NOTHING
        cls = type(obj)
        if cls not in NUMBERS and name in getattr(obj, "__dict__", ()) and lookups.stored(cls, name) is None:
            # nothing of its class has a say
            return getattr(obj, name), NOTHING
        if is_tensor(obj):
            return getattr(obj, name, *default), NOTHING
        if is_number(obj):
            if lookup_attr(name) is not None:
                return self.one_operation(("attribute", name), (obj,), {})
            if carries(obj) and not is_constant_attr(name) and not callable(getattr(obj, name, len)):
                raise UnsupportedError(f"the array attribute .{name}", "compute it from the array's values")
        found = class_attribute(type(obj), name)
        if isinstance(found, functools.cached_property) and name not in vars(obj):
            value, record = self.call(found.func, obj)
            vars(obj)[name] = value
            return value, record
        if isinstance(found, property) and isinstance(found.fget, types.FunctionType):
            return self.function(found.fget)(obj)
        get = descriptor(found, "__get__")
        if get is not None and (descriptor(found, "__set__") is not None or name not in entry.attributes_of(obj)):
            return self.call(get, found, obj, type(obj))
        special = class_attribute(type(obj), "__getattr__")
        if isinstance(special, types.FunctionType) and found is None and name not in entry.attributes_of(obj):
            return self.call(special, obj, name)
        return getattr(obj, name), NOTHING

    def item(self, obj: Any, index: Any) -> tuple[Any, Any]:
        """`obj[index]` and its record."""
        if is_number(obj):
            return self.one_operation(("item",), (obj, index), {})
        special = getattr(type(obj), "__getitem__", None)
        if isinstance(special, types.FunctionType):
            return self.call(special, obj, index)
        if isinstance(obj, dict) and index not in obj:
            return self.missing(obj, index)
        return obj[index], NOTHING

    def missing(self, obj: Any, key: Any) -> tuple[Any, Any]:
        """`obj[key]` where a dict does not have the key, and the record."""
        special = getattr(type(obj), "__missing__", None)
        if isinstance(special, types.FunctionType):
            return self.call(special, obj, key)
        make = getattr(obj, "default_factory", None)
        if make is None:
            return obj[key], NOTHING
        value, record = self.call(make)
        obj[key] = value
        return value, record

    def set_attribute(self, obj: Any, name: str, value: Any) -> tuple[Any, Any]:
        """`obj.name = value` and its record."""

        found = class_attribute(type(obj), name)
        if isinstance(found, property) and isinstance(found.fset, types.FunctionType):
            return self.call(found.fset, obj, value)
        put = descriptor(found, "__set__")
        if put is not None:
            return self.call(put, found, obj, value)
        own = own_setattr(type(obj))
        if own is not None:
            return self.call(own, obj, name, value)
        if is_array(obj):
            raise UnsupportedError(f"assigning to the attribute .{name} of an array", "build a new array")
        if isinstance(obj, (type, types.ModuleType)) and active_inside(value):
            raise UnsupportedError(
                "assigning a value that depends on the input to an attribute of a class or module",
                "keep it in an instance, or return it",
            )
        if constants.is_sparse(type(obj)) and active_inside(value):
            raise UnsupportedError(*constants.WRITTEN)
        setattr(obj, name, value)
        return None, NOTHING

    def set_item(self, obj: Any, index: Any, value: Any) -> tuple[Any, Any]:
        """`obj[index] = value` and its record."""
        if is_array(obj):
            return self.one_operation(("store",), (obj, index, value), {})
        if constants.is_sparse(type(obj)) and active_inside(value):
            raise UnsupportedError(*constants.WRITTEN)
        special = getattr(type(obj), "__setitem__", None)
        if isinstance(special, types.FunctionType):
            return self.call(special, obj, index, value)
        if isinstance(obj, np.void) and active_inside(value):
            raise UnsupportedError("writing into an array with fields", "keep the fields in arrays of their own")
        if isinstance(obj, list) and isinstance(index, slice):
            return self.by_items(operator.setitem, (obj, index, value), {})
        obj[index] = value
        return None, NOTHING
