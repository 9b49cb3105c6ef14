/** The cells lru and rglru as modules of an exported script, see src/core/cells/lru.ts and rglru.ts. */

/** In each of the two classes: an input that has not as many numbers as the layer has units is projected. */
function projection(bias: boolean): string[] {
  return [
    "        self.projects = inputs != hidden",
    "        if self.projects:",
    "            self.weight_ih_l0 = nn.Parameter(torch.zeros(hidden, inputs))",
    ...(bias ? ["            self.bias_ih_l0 = nn.Parameter(torch.zeros(hidden))"] : []),
  ];
}

const projected = (bias: boolean): string =>
  `        u = nn.functional.linear(x, self.weight_ih_l0${bias ? ", self.bias_ih_l0" : ""}) if self.projects else x`;

export function lruModule(bias: boolean): string[] {
  return [
    "class LRU(nn.Module):  # linear recurrent unit (Orvieto et al., 2023), parameters as in lrnnx",
    "    def __init__(self, inputs, hidden):",
    "        super().__init__()",
    ...projection(bias),
    '        for name in "nu_log", "theta_log", "gamma_log", "D":',
    '            self.register_parameter(f"{name}_l0", nn.Parameter(torch.zeros(hidden)))',
    '        for name in "B_re", "B_im", "C_re", "C_im":',
    '            self.register_parameter(f"{name}_l0", nn.Parameter(torch.zeros(hidden, hidden)))',
    "",
    "    def forward(self, x, state):  # state: real and imaginary part, [1, batch, hidden] each",
    projected(bias),
    "        factor = torch.exp(torch.complex(-self.nu_log_l0.exp(), self.theta_log_l0.exp()))",
    "        written = self.gamma_log_l0.exp() * torch.complex(u @ self.B_re_l0.T, u @ self.B_im_l0.T)",
    "        z = torch.zeros_like(written[:, 0]) if state is None else torch.complex(state[0][0], state[1][0])",
    "        states = []",
    "        for t in range(x.shape[1]):",
    "            z = factor * z + written[:, t]",
    "            states.append(z)",
    "        states = torch.stack(states, dim=1)",
    "        y = states.real @ self.C_re_l0.T - states.imag @ self.C_im_l0.T + self.D_l0 * u",
    "        return y, (z.real[None], z.imag[None])",
    "",
    "",
  ];
}

export function rglruModule(bias: boolean): string[] {
  return [
    "class CappedSqrt(torch.autograd.Function):  # the derivative is at most 1000, as in recurrentgemma",
    "    @staticmethod",
    "    def forward(ctx, x):",
    "        ctx.save_for_backward(x)",
    "        return torch.sqrt(x)",
    "",
    "    @staticmethod",
    "    def backward(ctx, gradient):",
    "        (x,) = ctx.saved_tensors",
    "        return gradient / torch.sqrt(torch.clip(4 * x, min=1e-6))",
    "",
    "",
    "class RGLRU(nn.Module):  # real-gated linear recurrent unit (De et al., 2024), as in recurrentgemma",
    "    def __init__(self, inputs, hidden, heads):",
    "        super().__init__()",
    ...projection(bias),
    "        self.heads = heads",
    "        self.a_param_l0 = nn.Parameter(torch.zeros(hidden))",
    '        for name in "input_gate", "a_gate":',
    '            self.register_parameter(f"{name}_weight_l0", nn.Parameter(torch.zeros(hidden, hidden // heads)))',
    ...(bias ? ['            self.register_parameter(f"{name}_bias_l0", nn.Parameter(torch.zeros(hidden)))'] : []),
    "",
    "    def gate(self, u, name):",
    '        weight = getattr(self, f"{name}_weight_l0").reshape(self.heads, -1, u.shape[-1] // self.heads)',
    "        blocks = u.reshape(*u.shape[:-1], self.heads, -1)",
    `        sums = torch.einsum("bthi,hoi->btho", blocks, weight).reshape(u.shape)`,
    `        return torch.sigmoid(sums${bias ? ' + getattr(self, f"{name}_bias_l0")' : ""})`,
    "",
    "    def forward(self, x, h):",
    projected(bias),
    '        log_a = -8 * self.gate(u, "a_gate") * nn.functional.softplus(self.a_param_l0)',
    "        a = torch.exp(log_a)",
    '        written = CappedSqrt.apply(-torch.expm1(2 * log_a)) * self.gate(u, "input_gate") * u',
    "        h = torch.zeros_like(u[:, 0]) if h is None else h[0]",
    "        states = []",
    "        for t in range(x.shape[1]):",
    "            h = a[:, t] * h + written[:, t]",
    "            states.append(h)",
    "        return torch.stack(states, dim=1), h[None]",
    "",
    "",
  ];
}
