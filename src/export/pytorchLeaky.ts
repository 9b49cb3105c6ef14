/** The part of an exported script about leaky networks (ctrnn), which PyTorch has not: cell, noise and constraints. */
import { hasPenalties, type CtrnnNonlinearity, type CtrnnSpec } from "../shared/trace/ctrnnSpec";
import type { TrainingSource } from "../core/training/trainingSource";

type Spec = TrainingSource["spec"];

/** Stream of the seed, as src/core/numerics/random.ts numbers it. */
const CONNECTIONS = 6;

const FUNCTIONS: Readonly<Record<CtrnnNonlinearity, (a: string) => string>> = {
  tanh: (a) => `torch.tanh(${a})`,
  relu: (a) => `torch.relu(${a})`,
  softplus: (a) => `nn.functional.softplus(${a}, threshold=40)`,
  retanh: (a) => `torch.tanh(torch.relu(${a}))`,
  power: (a) => `torch.relu(${a}) ** 2`,
};

/** Lines of a step after `drive`, with `f` in place of the nonlinearity. */
const STEPS: Readonly<Record<CtrnnSpec["form"], (f: (a: string) => string) => readonly string[]>> = {
  rate: (f) => [`h = (1 - alpha) * h + alpha * ${f("drive")}`],
  current: (f) => ["state = (1 - alpha) * state + alpha * drive", `h = ${f("state")}`],
  "leak-inside": (f) => [`h = ${f("(1 - alpha) * h + alpha * drive")}`],
};

const FORMULAS: Readonly<Record<CtrnnSpec["form"], string>> = {
  rate: "h_t = (1 - alpha) h_(t-1) + alpha f(p_t)",
  current: "v_t = (1 - alpha) v_(t-1) + alpha p_t, h_t = f(v_t)",
  "leak-inside": "h_t = f((1 - alpha) h_(t-1) + alpha p_t)",
};

export function isNoisy({ ctrnn }: Spec): boolean {
  return ctrnn !== undefined && (ctrnn.noise > 0 || ctrnn.inputNoise > 0);
}

function isConstrained({ ctrnn }: Spec): boolean {
  return ctrnn !== undefined && (ctrnn.connections.excitatory !== null || ctrnn.connections.connectivity !== 1);
}

/** Before the model: how noise is drawn, which connections exist, and the cell. */
export function leakyCell(spec: Spec): string[] {
  const { ctrnn, bias } = spec;
  if (ctrnn === undefined) return [];
  const f = FUNCTIONS[ctrnn.nonlinearity];
  const isCurrent = ctrnn.form === "current";
  const biases = bias ? " + self.bias_ih_l0 + self.bias_hh_l0" : "";
  const weight = isConstrained(spec) ? "weight" : "self.weight_hh_l0";
  return [
    ...(isNoisy(spec) ? NORMALS : []),
    ...(isConstrained(spec) ? connectionLines(spec, ctrnn) : []),
    `class Leaky(nn.Module):  # ${FORMULAS[ctrnn.form]} with p_t = W x_t + U h_(t-1) + b`,
    "    def __init__(self, inputs, hidden):",
    "        super().__init__()",
    "        self.weight_ih_l0 = nn.Parameter(torch.zeros(hidden, inputs))",
    "        self.weight_hh_l0 = nn.Parameter(torch.zeros(hidden, hidden))",
    ...(bias
      ? [
          "        self.bias_ih_l0 = nn.Parameter(torch.zeros(hidden))",
          "        self.bias_hh_l0 = nn.Parameter(torch.zeros(hidden))",
        ]
      : []),
    ...(ctrnn.learnedTau ? ["        self.leak_l0 = nn.Parameter(torch.zeros(hidden))"] : []),
    "",
    `    def forward(self, x, state${ctrnn.noise > 0 ? ", xi" : ""}):`,
    "        state = x.new_zeros(1, x.shape[0], self.weight_hh_l0.shape[0]) if state is None else state",
    "        state, states = state[0], []",
    `        h = ${isCurrent ? f("state") : "state"}`,
    `        alpha = ${ctrnn.learnedTau ? "torch.sigmoid(self.leak_l0)" : ctrnn.alpha}`,
    ...(isConstrained(spec) ? ["        weight = self.weight_hh_l0 * self.exists"] : []),
    "        for t in range(x.shape[1]):",
    `            drive = x[:, t] @ self.weight_ih_l0.T + h @ ${weight}.T${biases}`,
    ...(ctrnn.noise > 0
      ? [
          "            if xi is not None:",
          `                drive = drive + (2 / alpha) ** 0.5 * ${ctrnn.noise} * xi[:, t]`,
        ]
      : []),
    ...STEPS[ctrnn.form](f).map((line) => `            ${line}`),
    "            states.append(h)",
    `        return torch.stack(states, dim=1), ${isCurrent ? "state" : "h"}[None]`,
    "",
    "",
  ];
}

const NORMALS = `def normals(*shape):  # as RNN Lab draws them (Box and Muller)
    pairs = draws.random_sample((math.prod(shape), 2))
    values = np.sqrt(-2 * np.log(1 - pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1])
    return torch.tensor(values, dtype=torch.get_default_dtype()).reshape(shape)


`.split("\n");

function connectionLines(
  { hiddenSize: H, numLayers: L }: Spec,
  { connections: { connectivity, excitatory, seed } }: CtrnnSpec,
): string[] {
  const exists =
    typeof connectivity === "number"
      ? `np.random.RandomState([${seed}, ${CONNECTIONS}]).random_sample((${L}, ${H}, ${H})) < ${connectivity}`
      : `np.array([${JSON.stringify(connectivity)}] * ${L})`;
  return [
    "# Recurrent connections by layer, receiving unit and sending unit: 1 where there is one.",
    `exists = torch.tensor(${exists}).to(torch.get_default_dtype())`,
    ...(excitatory === null ? [] : [`exists = exists * (1 - torch.eye(${H}))  # none from a unit to itself`]),
    "",
    "",
  ];
}

/** In the class of the model, after its layers. */
export function leakyLayers(spec: Spec): string[] {
  return isConstrained(spec)
    ? ["        for number, layer in enumerate(self.layers):", "            layer.exists = exists[number]"]
    : [];
}

/** In forward, before the layers: all that a step of training draws, in the order of RNN Lab, `dropped` among it. */
export function leakyDraws({ ctrnn, numLayers: L, hiddenSize: H }: Spec, dropped: number | null): string[] {
  if (ctrnn === undefined) return [];
  const scale = `(2 / ${ctrnn.alpha}) ** 0.5 * ${ctrnn.inputNoise}`;
  return [
    ...(ctrnn.inputNoise > 0 ? ["        if self.training:", `            x = x + ${scale} * normals(*x.shape)`] : []),
    "        noise, masks = [], []",
    `        for number in range(${L} if self.training else 0):`,
    ...(ctrnn.noise > 0 ? [`            noise.append(normals(x.shape[0], steps, ${H}))`] : []),
    ...(dropped === null
      ? []
      : [
          `            if number < ${L - 1}:`,
          `                kept = draws.random_sample((x.shape[0], steps, ${H})) >= ${dropped}`,
          `                masks.append(torch.tensor(kept / (1 - ${dropped}), dtype=x.dtype))`,
        ]),
  ];
}

/** The last argument of a layer's call. */
export function leakyArgument({ ctrnn }: Spec): string {
  return ctrnn === undefined || ctrnn.noise === 0 ? "" : ", noise[number][:, begin:end] if noise else None";
}

/** In forward, after a layer, and at its end. */
export function rateLines({ ctrnn }: Spec): string[] {
  return ctrnn !== undefined && ctrnn.rateL2 > 0 ? ["            squares.append(chunk.square().sum())"] : [];
}
export function penaltyStart({ ctrnn }: Spec): string[] {
  return ctrnn !== undefined && ctrnn.rateL2 > 0 ? ["        squares = []"] : [];
}
export function penaltyLines(spec: Spec): string[] {
  const { ctrnn, hiddenSize: H, numLayers: L } = spec;
  if (ctrnn === undefined || !hasPenalties(ctrnn)) return [];
  const rates = `${ctrnn.rateL2} * sum(squares) / (x.shape[0] * steps * ${H * L})`;
  const weights = `${ctrnn.weightL2} * sum(p.square().mean() for p in self.parameters() if p.dim() == 2)`;
  const terms = [...(ctrnn.rateL2 > 0 ? [rates] : []), ...(ctrnn.weightL2 > 0 ? [weights] : [])];
  return [`        self.penalty = ${terms.join(" + ")}`];
}
export function addedPenalty({ ctrnn }: Spec): string {
  return ctrnn !== undefined && hasPenalties(ctrnn) ? " + model.penalty" : "";
}

/** After each update: weights that break Dale's law become 0. */
export function projectionLines({ ctrnn }: Spec): string[] {
  const excitatory = ctrnn?.connections.excitatory ?? null;
  if (excitatory === null) return [];
  return [
    "    with torch.no_grad():  # Dale's law",
    "        for layer in model.layers:",
    `            layer.weight_hh_l0[:, :${excitatory}].clamp_(min=0)`,
    `            layer.weight_hh_l0[:, ${excitatory}:].clamp_(max=0)`,
  ];
}
