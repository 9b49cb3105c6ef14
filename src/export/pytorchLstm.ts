/** The part of an exported script that is an lstm with options that PyTorch's nn.LSTM does not have. */
import type { TrainingSource } from "../core/training/trainingSource";
import { lstmOptions } from "../shared/trace/lstmOptions";
import { gateCount } from "../shared/trace/cells";
import { ownTensors } from "../shared/trace/networkSpec";

/** A module `LSTM(inputs, hidden)`. */
export function lstmVariant(spec: TrainingSource["spec"]): string[] {
  const { cell, bias } = spec;
  const { peephole, layerNorm, projSize = 0 } = lstmOptions(spec);
  const isProjected = projSize > 0;
  const coupled = cell === "lstm-coupled";
  const gates = gateCount(cell);
  const about = [
    ...(peephole ? ["peepholes"] : []),
    ...(coupled ? ["the input gate 1 - f"] : []),
    ...(layerNorm ? ["layer normalization (Ba et al., 2016)"] : []),
    ...(isProjected ? ["a projection of h"] : []),
  ];
  const peep = (gate: string, state: string): string => (peephole ? ` + peep_${gate} * ${state}` : "");
  const seen = [...(coupled ? [] : ["peep_i"]), "peep_f", "peep_o"];
  return [
    `class LSTM(nn.Module):  # with ${about.join(", ")}`,
    "    def __init__(self, inputs, hidden):",
    "        super().__init__()",
    `        self.weight_ih_l0 = nn.Parameter(torch.zeros(${gates} * hidden, inputs))`,
    `        self.weight_hh_l0 = nn.Parameter(torch.zeros(${gates} * hidden, ${isProjected ? projSize : "hidden"}))`,
    ...(bias
      ? ["ih", "hh"].map((side) => `        self.bias_${side}_l0 = nn.Parameter(torch.zeros(${gates} * hidden))`)
      : []),
    ...ownTensors(spec, 0).map(({ name, shape }) => {
      if (name === "weight_hr") return `        self.weight_hr_l0 = nn.Parameter(torch.zeros(${projSize}, hidden))`;
      const blocks = shape[0]! / spec.hiddenSize;
      const size = blocks === 1 ? "hidden" : `${blocks} * hidden`;
      const filled = name.startsWith("weight_ln") ? "ones" : "zeros";
      return `        self.${name}_l0 = nn.Parameter(torch.${filled}(${size}))`;
    }),
    "",
    "    def forward(self, x, state):  # state: h and c, each [1, batch, hidden]",
    ...startLines(isProjected),
    ...(peephole ? [`        ${seen.join(", ")} = self.weight_peephole_l0.chunk(${seen.length})`] : []),
    ...(layerNorm ? normLines(bias, gates) : []),
    "        states = []",
    "        for t in range(x.shape[1]):",
    `            gates = ${layerNorm ? normalizedSums() : plainSums(bias)}`,
    `            ${coupled ? "" : "i, "}f, g, o = gates.chunk(${gates}, dim=1)`,
    `            f = torch.sigmoid(f${peep("f", "c")})`,
    `            i = ${coupled ? "1 - f" : `torch.sigmoid(i${peep("i", "c")})`}`,
    "            c = f * c + i * torch.tanh(g)",
    `            o = torch.sigmoid(o${peep("o", "c")})`,
    `            h = o * torch.tanh(${layerNorm ? "norm(c, *of_output)" : "c"})`,
    ...(isProjected ? ["            h = h @ self.weight_hr_l0.T"] : []),
    "            states.append(h)",
    "        return torch.stack(states, dim=1), (h[None], c[None])",
    "",
    "",
  ];
}

function startLines(isProjected: boolean): string[] {
  return isProjected
    ? [
        "        projected, hidden = self.weight_hr_l0.shape",
        "        start = x.new_zeros(x.shape[0], projected), x.new_zeros(x.shape[0], hidden)",
        "        h, c = start if state is None else (part[0] for part in state)",
      ]
    : [
        "        hidden = self.weight_hh_l0.shape[1]",
        "        zeros = x.new_zeros(x.shape[0], hidden)",
        "        h, c = (zeros, zeros) if state is None else (part[0] for part in state)",
      ];
}

/** The biases of the two normalizations of sums are those of the cell. */
function normLines(bias: boolean, gates: number): string[] {
  const line = (name: string, of: string, biases: string): string =>
    `        ${name} = self.weight_ln_${of}_l0, ${bias ? `self.${biases}_l0` : "None"}`;
  return [
    "",
    "        def norm(values, gain, bias):",
    "            return nn.functional.layer_norm(values, values.shape[-1:], gain, bias)",
    "",
    `        # Over the ${gates} blocks of each product together; the cell state is carried as it is.`,
    line("of_input", "ih", "bias_ih"),
    line("of_state", "hh", "bias_hh"),
    line("of_output", "c", "bias_ln_c"),
  ];
}

function normalizedSums(): string {
  return "norm(x[:, t] @ self.weight_ih_l0.T, *of_input) + norm(h @ self.weight_hh_l0.T, *of_state)";
}

function plainSums(bias: boolean): string {
  return `x[:, t] @ self.weight_ih_l0.T + h @ self.weight_hh_l0.T${bias ? " + self.bias_ih_l0 + self.bias_hh_l0" : ""}`;
}
