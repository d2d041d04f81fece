"""What `isinstance` leaves of one of several objects: nothing behind it is resolved when it runs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from test_one_of_several import right


class Circle:
    def __init__(self, r):
        self.r = r


class Square:
    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a**2


class Box(Square):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b


def shapes(x):
    return [Circle(x), Box(x, 2.0), Square(3.0 * x), Circle(2.0), Box(1.5, x * x)]


def known(f, *points):
    """The function is right, and all of it is known before it runs."""
    gradient = right(f, *points)
    assert "dynamic" not in gradient.source
    return gradient


def test_returns_one_after_the_other():
    def area(shape):
        if isinstance(shape, Circle):
            return math.pi * shape.r**2
        if isinstance(shape, Box):
            return shape.a * shape.b
        return shape.a**2

    known(lambda x: sum(area(shape) for shape in shapes(x)), 0.7)


def test_elif_not_tuples_and_else():
    def f(x):
        total = 0.0
        for shape in shapes(x):
            if not isinstance(shape, (Circle, Box)):
                total = total + shape.area()
            elif isinstance(shape, Circle):
                shape.r = shape.r * x
                total = total * shape.r
            else:
                total = total + shape.b * shape.a
        return total

    known(f, 0.7)


def test_continue_break_and_conjunctions():
    def f(x):
        total = 0.0
        for shape in [*shapes(x), Circle(9.0 * x), Box(x, x)]:
            if isinstance(shape, Circle) and shape.r > 5.0:
                break
            if isinstance(shape, Circle):
                total = total + math.sin(shape.r)
                continue
            if isinstance(shape, Box):
                total = total + shape.b * x
            total = total + shape.a
        return total

    known(f, 0.7)


def test_a_name_bound_again_is_another_value():
    def f(x):
        shape = shapes(x)[0]
        total = 0.0
        for other in shapes(x):
            shape = other
            if isinstance(shape, Circle):
                total = total + shape.r
                shape = Square(total)
                total = total + shape.a
            else:
                total = total * x
        return total

    known(f, 0.7)


def test_a_value_that_may_be_none():
    def f(x):
        total = 0.0
        for shape in [Circle(x), None, Box(x, x), None]:
            if isinstance(shape, Circle):
                total = total + shape.r**2
            elif isinstance(shape, Square):
                total = total + shape.a * shape.b
            else:
                total = total * 2.0
        return total

    right(f, 0.7)


@dataclass
class Number:
    value: object


@dataclass
class Name:
    name: str


@dataclass
class Sum:
    left: object
    right: object


@dataclass
class Product:
    left: object
    right: object


def value_of(tree, names):
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Name):
        return names[tree.name]
    if isinstance(tree, Sum):
        return value_of(tree.left, names) + value_of(tree.right, names)
    return value_of(tree.left, names) * value_of(tree.right, names)


TREE = Sum(Product(Name("x"), Name("x")), Product(Number(3.0), Sum(Name("y"), Number(1.0))))


def test_an_interpreter_of_trees():
    gradient = right(lambda x: sum(value_of(TREE, {"x": x, "y": x * i}) for i in range(3)), 0.7)
    assert "dynamic(sum" not in gradient.source

    def f(x):
        tree = Product(Sum(Number(x), Number(2.0)), Name("x"))
        return value_of(tree, {"x": np.sin(x)})

    right(f, 0.7)


def test_match_on_classes():
    def area(shape):
        match shape:
            case Circle(r=r):
                return math.pi * r**2
            case Box(a=a, b=b):
                return a * b
            case Square():
                return shape.a * 2.0

    right(lambda x: sum(area(shape) for shape in shapes(x)), 0.7)
