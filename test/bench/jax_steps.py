"""Runs training steps of JAX on request: one jitted function with lax.scan over time. Lines as for torch_steps.py.

XLA takes its number of threads from the processors that the process may use, so the argument limits these.
"""
import json
import os
import sys
import time

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-int(sys.argv[1]) :])

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)


def lstm(p, carry, x):
    h, c = carry
    i, f, g, o = jnp.split(x + h @ p["w_hh"].T + p["b_hh"], 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), None


def gru(p, carry, x):
    (h,) = carry
    x_r, x_z, x_n = jnp.split(x, 3, axis=-1)
    h_r, h_z, h_n = jnp.split(h @ p["w_hh"].T + p["b_hh"], 3, axis=-1)
    z = jax.nn.sigmoid(x_z + h_z)
    n = jnp.tanh(x_n + jax.nn.sigmoid(x_r + h_r) * h_n)
    return ((1 - z) * n + z * h,), None


def rnn(p, carry, x):
    return (jnp.tanh(x + carry[0] @ p["w_hh"].T + p["b_hh"]),), None


def linear(p, carry, x):
    return (x + carry[0] @ p["w_hh"].T,), None


CELLS = {"lstm": (lstm, 4, 2), "gru": (gru, 3, 1), "rnn": (rnn, 1, 1), "linear": (linear, 1, 1)}


def training_step(cell, shape, dtype):
    inputs, hidden, batch, steps = shape
    function, gates, parts = CELLS[cell]
    keys = iter(jax.random.split(jax.random.PRNGKey(1), 8))

    def uniform(*size):
        bound = hidden**-0.5
        return jax.random.uniform(next(keys), size, dtype, -bound, bound)

    if cell == "linear":
        parameters = {"w_ih": jnp.full((hidden, inputs), 0.9, dtype), "w_hh": jnp.full((hidden, hidden), 0.9, dtype)}
    else:
        parameters = {
            "w_ih": uniform(gates * hidden, inputs),
            "w_hh": uniform(gates * hidden, hidden),
            "b_ih": uniform(gates * hidden),
            "b_hh": uniform(gates * hidden),
            "w_out": uniform(1, hidden),
            "b_out": uniform(1),
        }
    data = jax.random.normal(next(keys), (steps, batch, inputs), dtype)
    target = jax.random.normal(next(keys), (batch, hidden if cell == "linear" else 1), dtype)
    start = tuple(jnp.zeros((batch, hidden), dtype) for _ in range(parts))

    def loss_of(p):
        # The product with the inputs of all steps at once, as everybody writes it.
        x = data @ p["w_ih"].T
        if cell != "linear":
            x = x + p["b_ih"]
        carry, _ = jax.lax.scan(lambda carry, x: function(p, carry, x), start, x)
        output = carry[0] if cell == "linear" else carry[0] @ p["w_out"].T + p["b_out"]
        return jnp.mean((output - target) ** 2)

    def adam(p, g, m, v, t):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        return p - 1e-3 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v

    @jax.jit
    def update(p, m, v, t):
        loss, g = jax.value_and_grad(loss_of)(p)
        norm = jnp.sqrt(sum(jnp.sum(x * x) for x in g.values()))
        scale = jnp.minimum(1.0, 1.0 / (norm + 1e-6)).astype(dtype)
        new = {name: adam(p[name], g[name] * scale, m[name], v[name], t) for name in p}
        return *({name: new[name][part] for name in p} for part in range(3)), t + 1, loss

    zeros = {name: jnp.zeros_like(value) for name, value in parameters.items()}
    state = [parameters, zeros, zeros, jnp.asarray(1.0, dtype)]

    def step():
        *state[:], loss = update(*state)
        jax.block_until_ready(state)
        return float(loss)

    return step


print(json.dumps({"version": jax.__version__, "library": "xla"}), flush=True)
step = None
for line in sys.stdin:
    request = json.loads(line)
    if isinstance(request, dict):
        step = training_step(request["cell"], request["shape"], request["dtype"])
        print('"ready"', flush=True)
        continue
    times = []
    for _ in range(request):
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1000)
    print(json.dumps(times), flush=True)
