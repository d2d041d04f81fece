"""Every entry of the table through `sg.grad`: what is emitted for a call gives what the entry's own text says."""

from __future__ import annotations

import itertools
import linecache

import numpy as np
import pytest
from rule_support import calls, contributions, flat, is_active

import srcgrad as sg
from srcgrad.rules.language import all_rules


def is_draw(function):
    """Whether a function draws random numbers: two calls would not give the same."""
    owner = getattr(function, "__self__", None)
    home = type(owner).__module__
    return getattr(function, "__qualname__", "").startswith(("Generator.", "RandomState.")) or home in (
        "random",
        "numpy.random.mtrand",
    )


def is_word(rule):
    return any("srcgrad" in (getattr(f, "__module__", "") or "") for f in rule.functions)


RULES = [r for r in all_rules() if not is_word(r) and not any(map(is_draw, r.functions))]
NUMBERS = itertools.count()


def targets(rule):
    """The ways to call an entry: the function for test calls, and the text of a call."""
    for function in rule.functions:
        if getattr(function, "__objclass__", None) is not np.ndarray:
            yield function, "function({all})"
    for name in rule.methods:
        yield (lambda self, *args, _n=name, **kw: getattr(self, _n)(*args, **kw)), f"{{first}}.{name}({{rest}})"
    if rule.attribute:
        yield (lambda self: getattr(self, rule.attribute)), f"{{first}}.{rule.attribute}"


def parameters(rule, call):
    """The rule's parameter of each argument of a call, with its place among several."""
    marks = list(range(len(call.args)))
    found = {}
    for name, mark in rule.bind(marks, {key: key for key in call.kwargs}).items():
        if isinstance(mark, tuple):
            found.update({m: (name, i) for i, m in enumerate(mark)})
        else:
            found[mark] = (name, None)
    return found


class Program:
    """A function of the active arguments of a call: its results summed with weights."""

    def __init__(self, rule, call, text):
        self.space = {"np": np, "function": call.function}
        self.values, self.owners, written = [], [], []
        params = parameters(rule, call)
        for key, value in [*enumerate(call.args), *call.kwargs.items()]:
            if is_active(value) and params[key][0] in rule.formulas:
                shown = f"x{len(self.values)}"
                self.values.append(value)
                self.owners.append(params[key])
            elif type(value) in (int, str, bool, type(None)):
                shown = repr(value)
            else:
                shown = self.named(value)
            written.append(shown if isinstance(key, int) else f"{key}={shown}")
        whole = text.format(all=", ".join(written), first=written[0], rest=", ".join(written[1:]))
        self.rng = np.random.default_rng(3)
        self.terms = []
        self.cotangent = self.weigh(call.function(*call.args, **call.kwargs), "y")
        xs = ", ".join(f"x{i}" for i in range(len(self.values)))
        self.source = f"def f({xs}):\n    y = {whole}\n    return {' + '.join(self.terms)}\n"
        filename = f"<rule test {next(NUMBERS)}>"
        linecache.cache[filename] = (len(self.source), None, self.source.splitlines(keepends=True), filename)
        exec(compile(self.source, filename, "exec"), self.space)

    def named(self, value):
        name = f"s{len(self.space)}"
        self.space[name] = value
        return name

    def weigh(self, part, path):
        """Weights for a result, in its structure, which make the cotangent of their sum."""
        if isinstance(part, (tuple, list)):
            return [self.weigh(item, f"{path}[{i}]") for i, item in enumerate(part)]
        dtype = np.asarray(part).dtype
        if dtype.kind not in "fc":
            return None
        w = np.asarray(self.rng.uniform(0.5, 1.5, np.shape(part))).astype(np.real(np.asarray(part)).dtype)
        self.terms.append(f"np.sum(np.real({self.named(w)} * {path}))")
        g = w + 0j if dtype.kind == "c" else w
        return g if isinstance(part, np.ndarray) else g[()] if isinstance(part, np.generic) else g[()].item()


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{r.name}" for i, r in enumerate(RULES)])
def test_emitted_gradients(rule):
    for shown, text in targets(rule):
        for case, call in calls(rule, shown):
            program = Program(rule, call, text.replace("function", "function"))
            if not program.values:
                continue
            with np.errstate(all="ignore"):
                got = sg.grad(program.space["f"], argnums=tuple(range(len(program.values))))(*program.values)
            wanted = contributions(rule, call, program.cotangent)[1]
            for (name, place), value, gradient in zip(program.owners, program.values, got):
                line = wanted.get(name)
                if line is None or name in rule.zero:
                    expected = np.zeros(flat(value).size)
                else:
                    expected = flat(line if place is None else line[place])
                np.testing.assert_allclose(
                    flat(gradient), expected, rtol=1e-9, atol=1e-12, err_msg=f"{rule.name}: {case}\n{program.source}"
                )
