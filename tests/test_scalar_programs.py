"""Programs with inner loops over numbers, objects and small containers: gradients against central differences."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

import srcgrad as sg


class Body:
    def __init__(self, mass, x, y, vx, vy):
        self.mass, self.x, self.y, self.vx, self.vy = mass, x, y, vx, vy

    def kick(self, fx, fy, dt):
        self.vx += fx / self.mass * dt
        self.vy += fy / self.mass * dt

    def drift(self, dt):
        self.x += self.vx * dt
        self.y += self.vy * dt


def orbit(m, v0):
    bodies = [Body(m, 0.0, 0.0, 0.0, 0.0), Body(1.0, 1.0, 0.0, 0.0, v0), Body(0.1, 0.0, 2.0, -v0, 0.0)]
    dt = 0.01
    for _ in range(30):
        for i, a in enumerate(bodies):
            fx = fy = 0.0
            for j, b in enumerate(bodies):
                if i != j:
                    dx, dy = b.x - a.x, b.y - a.y
                    r2 = dx * dx + dy * dy + 1e-3
                    f = a.mass * b.mass / (r2 * math.sqrt(r2))
                    fx += f * dx
                    fy += f * dy
            a.kick(fx, fy, dt)
        for body in bodies:
            body.drift(dt)
    return sum(0.5 * b.mass * (b.vx**2 + b.vy**2) for b in bodies)


def lotka(t, s, p):
    x, y = s
    a, b, c, d = p
    return a * x - b * x * y, c * x * y - d * y


def rk4_step(f, t, s, h, p):
    k1 = f(t, s, p)
    k2 = f(t + h / 2, tuple(a + h / 2 * k for a, k in zip(s, k1)), p)
    k3 = f(t + h / 2, tuple(a + h / 2 * k for a, k in zip(s, k2)), p)
    k4 = f(t + h, tuple(a + h * k for a, k in zip(s, k3)), p)
    return tuple(a + h / 6 * (u + 2 * v + 2 * w + z) for a, u, v, w, z in zip(s, k1, k2, k3, k4))


def rk4(x0, p):
    s = (x0, 0.5)
    t, h = 0.0, 0.02
    for _ in range(50):
        s = rk4_step(lotka, t, s, h, p)
        t += h
    return s[0] ** 2 + s[1]


class Resistor:
    def __init__(self, r):
        self.r = r

    def impedance(self, w):
        return complex(self.r, 0.0)


class Inductor:
    def __init__(self, l):
        self.l = l

    def impedance(self, w):
        return 1j * w * self.l


class Capacitor:
    def __init__(self, c):
        self.c = c

    def impedance(self, w):
        return 1 / (1j * w * self.c)


class Series:
    def __init__(self, *parts):
        self.parts = parts

    def impedance(self, w):
        z = 0.0
        for p in self.parts:
            z = z + p.impedance(w)
        return z


class Parallel:
    def __init__(self, *parts):
        self.parts = parts

    def impedance(self, w):
        y = 0.0
        for p in self.parts:
            y = y + 1 / p.impedance(w)
        return 1 / y


def circuit(r, l, c):
    net = Series(Resistor(r), Parallel(Inductor(l), Series(Resistor(2.0 * r), Capacitor(c))))
    total = 0.0
    for w in (1.0, 2.0, 3.0, 5.0, 8.0):
        z = net.impedance(w)
        total = total + abs(z) ** 2
    return total


def thomas_lists(a, b, c, d):
    n = len(d)
    cp, dp = [c[0] / b[0]], [d[0] / b[0]]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp.append(c[i] / m)
        dp.append((d[i] - a[i] * dp[i - 1]) / m)
    x = [0.0] * n
    x[-1] = dp[-1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return sum(v * v for v in x)


def tree(s0, k, r, sigma, t, n):
    dt = t / n
    u = np.exp(sigma * np.sqrt(dt))
    d = 1 / u
    p = (np.exp(r * dt) - d) / (u - d)
    disc = np.exp(-r * dt)
    values = [max(k - s0 * u**j * d ** (n - j), 0.0) for j in range(n + 1)]
    for i in range(n - 1, -1, -1):
        values = [
            max(disc * (p * values[j + 1] + (1 - p) * values[j]), k - s0 * u**j * d ** (i - j)) for j in range(i + 1)
        ]
    return values[0]


def kinetics(rates, conc0):
    reactions = {
        "f": (rates[0], ("A", "B"), ("C",)),
        "b": (rates[1], ("C",), ("A", "B")),
        "d": (rates[2], ("C",), ("D",)),
    }
    conc = {"A": conc0[0], "B": conc0[1], "C": 0.0, "D": 0.0}
    dt = 0.05
    for _ in range(20):
        change = {s: 0.0 for s in conc}
        for name, (k, ins, outs) in reactions.items():
            rate = k
            for s in ins:
                rate = rate * conc[s]
            for s in ins:
                change[s] -= rate
            for s in outs:
                change[s] += rate
        for s in conc:
            conc[s] += dt * change[s]
    return conc["D"]


@dataclass
class Reaction:
    k: float
    ins: tuple
    outs: tuple

    def rate(self, conc):
        r = self.k
        for s in self.ins:
            r = r * conc[s]
        return r


def kinetics_objects(k1, k2):
    reactions = {"f": Reaction(k1, ("A", "B"), ("C",)), "d": Reaction(k2, ("C",), ("D",))}
    conc = {"A": 1.0, "B": 0.7, "C": 0.0, "D": 0.0}
    for _ in range(20):
        change = dict.fromkeys(conc, 0.0)
        for reaction in reactions.values():
            r = reaction.rate(conc)
            for s in reaction.ins:
                change[s] -= r
            for s in reaction.outs:
                change[s] += r
        conc = {s: c + 0.05 * change[s] for s, c in conc.items()}
    return conc["D"]


def burgers_loop(u, nu):
    n = len(u)
    dt, dx = 0.001, 0.1
    for _ in range(5):
        new = u.copy()
        for i in range(1, n - 1):
            new[i] = u[i] - dt / dx * u[i] * (u[i] - u[i - 1]) + nu * dt / dx**2 * (u[i + 1] - 2 * u[i] + u[i - 1])
        u = new
    return np.sum(u**2)


def dtw(a, b):
    n, m = len(a), len(b)
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[n, m]


@dataclass
class Joint:
    length: float
    angle: float


@dataclass(frozen=True)
class Pose:
    x: float
    y: float
    heading: float

    def forward(self, joint):
        heading = self.heading + joint.angle
        return replace(
            self,
            x=self.x + joint.length * math.cos(heading),
            y=self.y + joint.length * math.sin(heading),
            heading=heading,
        )


def arm(angles, scale):
    joints = [Joint(scale * 0.9**i, a) for i, a in enumerate(angles)]
    pose = Pose(0.0, 0.0, 0.0)
    for joint in joints:
        pose = pose.forward(joint)
    return (pose.x - 1.0) ** 2 + (pose.y - 2.0) ** 2


def arm_ctor(angles, scale):
    joints = [Joint(scale * 0.9**i, a) for i, a in enumerate(angles)]
    pose = Pose(0.0, 0.0, 0.0)
    for j in joints:
        h = pose.heading + j.angle
        pose = Pose(pose.x + j.length * math.cos(h), pose.y + j.length * math.sin(h), h)
    return (pose.x - 1.0) ** 2 + (pose.y - 2.0) ** 2


def energies_bound(k, d, xs):
    pot = Potential(k, d)
    total = 0.0
    for x in xs:
        for name in ("spring", "quartic"):
            total += getattr(pot, name)(x)
    return total


class Potential:
    def __init__(self, k, d):
        self.k, self.d = k, d

    def spring(self, x):
        return 0.5 * self.k * x * x

    def quartic(self, x):
        return self.d * x**4


@dataclass
class State:
    s: float
    i: float
    r: float


class SIR:
    def __init__(self, beta, gamma):
        self.beta, self.gamma = beta, gamma

    def deriv(self, st):
        inf = self.beta * st.s * st.i
        rec = self.gamma * st.i
        return State(-inf, inf - rec, rec)

    def step(self, st, dt):
        d = self.deriv(st)
        return State(st.s + dt * d.s, st.i + dt * d.i, st.r + dt * d.r)


def sir(beta, gamma):
    model = SIR(beta, gamma)
    st = State(0.99, 0.01, 0.0)
    for _ in range(50):
        st = model.step(st, 0.1)
    return st.r


def newton_solve(f, df, x, p):
    while abs(f(x, p)) > 1e-10:
        x = x - f(x, p) / df(x, p)
    return x


def cubic(x, p):
    return x**3 - p * x - 1.0


def dcubic(x, p):
    return 3.0 * x**2 - p


def newton(p):
    total = 0.0
    for i in range(10):
        total += newton_solve(cubic, dcubic, 2.0, p + 0.1 * i)
    return total


def garch(omega, alpha, beta, ret):
    s2 = np.var(ret)
    ll = 0.0
    for x in ret:
        ll += math.log(s2) + x * x / s2
        s2 = omega + alpha * x * x + beta * s2
    return ll


def numbers(count, start=0.0):
    return [start + float(v) for v in np.random.default_rng(count).random(count)]


def array(count):
    return np.random.default_rng(count).random(count)


PROGRAMS = [
    (orbit, (3.0, 0.9), 2),
    (rk4, (1.0, (1.1, 0.4, 0.1, 0.4)), 2),
    (circuit, (1.0, 0.3, 0.2), 3),
    (thomas_lists, (numbers(8), numbers(8, 3.0), numbers(8), numbers(8)), 4),
    (tree, (100.0, 105.0, 0.03, 0.2, 1.0, 6), 4),
    (kinetics, ([1.0, 0.5, 0.3], (1.0, 0.7)), 2),
    (kinetics_objects, (1.0, 0.5), 2),
    (burgers_loop, (array(8), 0.1), 2),
    (dtw, (array(5), array(4)), 2),
    (arm, ([0.1, 0.2, 0.3, -0.2], 1.2), 2),
    (arm_ctor, ([0.1, 0.2, 0.3, -0.2], 1.2), 2),
    (energies_bound, (1.2, 2.0, [0.1, 0.5, 0.9]), 2),
    (sir, (1.2, 0.3), 2),
    (newton, (1.5,), 1),
    (garch, (0.1, 0.2, 0.7, array(12) - 0.5), 3),
]


@pytest.mark.parametrize("program, args, active", PROGRAMS, ids=lambda value: getattr(value, "__name__", ""))
def test_gradient(program, args, active):
    argnums = tuple(range(active))
    # once the long way, then by the guarded functions
    gradient = sg.value_and_grad(program, argnums=argnums)
    first, *others = [gradient(*args) for _ in range(4)]
    assert first[0] == program(*args)
    assert all(repr(other) == repr(first) for other in others)
    sg.check_grads(program, args, argnums=argnums)
    sg.check_grads(program, args, argnums=argnums, modes=("fwd",))


# what methods make of a NumPy scalar is a number: an augmented assignment gives it a new value, and writes nowhere
def of_copy(x):
    y = np.sum(x).copy()
    z = y
    z += np.sum(x)
    return z * y


def of_astype(x):
    y = np.sum(x).astype(float)
    z = y
    z *= x[0]
    return z + y * y


def of_transpose(x):
    y = np.mean(x).transpose()
    z = y
    z *= x[0]
    return z + y * x[1]


def of_flip(x):
    y = np.flip(np.sum(x))
    z = y
    z *= x[0]
    return z * y


@pytest.mark.parametrize("program", [of_copy, of_astype, of_transpose, of_flip], ids=lambda f: f.__name__)
def test_methods_of_numpy_scalars_give_numbers(program):
    sg.check_grads(program, (np.array([1.3, -0.4, 0.8]),), modes=("rev", "fwd"), order=2)
