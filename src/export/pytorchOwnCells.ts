/** The cells that PyTorch has not, as small modules in an exported script: one layer, batch first, h as [1, B, H]. */
import type { TrainingSource } from "../core/training/trainingSource";
import { lruModule, rglruModule } from "./pytorchDiagonal";
import { lstmVariant } from "./pytorchLstm";
import { slstmCell } from "./pytorchSlstm";
import type { CellKind, CandidateVariant } from "../shared/trace/cells";
import { lstmOptions } from "../shared/trace/lstmOptions";

import { leakyCell } from "./pytorchLeaky";

type Spec = TrainingSource["spec"];
type OwnCell = Exclude<CellKind, "rnn" | "lstm" | "gru">;

const CLASSES: Readonly<Record<OwnCell, string>> = {
  linear: "Linear",
  "lstm-variant": "LSTM",
  "lstm-coupled": "LSTM",
  ctrnn: "Leaky",
  "ctrnn-current": "Leaky",
  mingru: "MinGRU",
  minlstm: "MinLSTM",
  lru: "LRU",
  rglru: "RGLRU",
  slstm: "SLSTM",
};

/** Null where a module of PyTorch is the cell: an lstm with a projection and without other options is nn.LSTM, too. */
export function ownCellOf(spec: Spec): OwnCell | null {
  const { cell } = spec;
  if (cell === "rnn" || cell === "gru" || isPyTorchLstm(spec)) return null;
  return cell as OwnCell;
}

/** Whether nn.LSTM is the cell. */
export function isPyTorchLstm(spec: Spec): boolean {
  const { peephole, layerNorm } = lstmOptions(spec);
  return spec.cell === "lstm" || (spec.cell === "lstm-variant" && !peephole && !layerNorm);
}

/** The expression that makes one. */
export function ownCellCall(cell: OwnCell, sizes: string, { heads = 1 }: Spec): string {
  return `${CLASSES[cell]}(${sizes}${cell === "rglru" ? `, ${heads}` : ""})`;
}

/** The class of the cell, and what it needs, before the model. */
export function ownCellLines(cell: OwnCell, spec: Spec): string[] {
  const { bias, variant = "plain" } = spec;
  switch (cell) {
    case "linear":
      return linearCell(bias);
    case "lstm-variant":
    case "lstm-coupled":
      return lstmVariant(spec);
    case "ctrnn":
    case "ctrnn-current":
      return leakyCell(spec);
    case "mingru":
      return [...candidateFunction(variant), ...mingruCell(bias, variant)];
    case "minlstm":
      return [...candidateFunction(variant), ...minlstmCell(bias, variant)];
    case "lru":
      return lruModule(bias);
    case "rglru":
      return rglruModule(bias);
    case "slstm":
      return slstmCell(spec);
  }
}

/** The recurrent cell without a nonlinearity. */
function linearCell(bias: boolean): string[] {
  return [
    "class Linear(nn.Module):  # h_t = x_t W_ih^T + h_(t-1) W_hh^T: a recurrent cell without nonlinearity",
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
    "",
    "    def forward(self, x, h):",
    "        h = x.new_zeros(1, x.shape[0], self.weight_hh_l0.shape[0]) if h is None else h",
    "        h, states = h[0], []",
    "        for t in range(x.shape[1]):",
    `            h = x[:, t] @ self.weight_ih_l0.T + h @ self.weight_hh_l0.T${bias ? " + self.bias_ih_l0 + self.bias_hh_l0" : ""}`,
    "            states.append(h)",
    "        return torch.stack(states, dim=1), h[None]",
    "",
    "",
  ];
}

/** Only for the variant that has one other than the identity. */
function candidateFunction(variant: CandidateVariant): string[] {
  return variant === "plain"
    ? []
    : ["def candidate(u):  # positive everywhere", "    return torch.where(u >= 0, u + 0.5, torch.sigmoid(u))", "", ""];
}

const written = (name: string, variant: CandidateVariant): string =>
  variant === "plain" ? name : `candidate(${name})`;

function mingruCell(bias: boolean, variant: CandidateVariant): string[] {
  return [
    "class MinGRU(nn.Module):  # Feng et al., 2024: h_t = (1 - z_t) h_(t-1) + z_t n_t, z and n of the input alone",
    ...inputWeights(2, bias),
    "        z, n = gates.chunk(2, dim=-1)",
    `        keep, write = torch.sigmoid(-z), torch.sigmoid(z) * ${written("n", variant)}`,
    ...KEEP_AND_WRITE,
  ];
}

function minlstmCell(bias: boolean, variant: CandidateVariant): string[] {
  return [
    "class MinLSTM(nn.Module):  # Feng et al., 2024: h_t = f_t h_(t-1) + i_t g_t, f + i = 1, all of the input alone",
    ...inputWeights(3, bias),
    "        i, f, g = gates.chunk(3, dim=-1)",
    "        share = nn.functional.logsigmoid(f) - nn.functional.logsigmoid(i)  # of sigmoid(f) in the sum of both",
    `        keep, write = torch.sigmoid(share), torch.sigmoid(-share) * ${written("g", variant)}`,
    ...KEEP_AND_WRITE,
  ];
}

function inputWeights(blocks: number, bias: boolean): string[] {
  return [
    "    def __init__(self, inputs, hidden):",
    "        super().__init__()",
    "        self.hidden = hidden",
    `        self.weight_ih_l0 = nn.Parameter(torch.zeros(${blocks} * hidden, inputs))`,
    ...(bias ? [`        self.bias_ih_l0 = nn.Parameter(torch.zeros(${blocks} * hidden))`] : []),
    "",
    "    def forward(self, x, h):",
    `        gates = nn.functional.linear(x, self.weight_ih_l0${bias ? ", self.bias_ih_l0" : ""})`,
  ];
}

const KEEP_AND_WRITE: readonly string[] = [
  "        h = x.new_zeros(1, x.shape[0], self.hidden) if h is None else h",
  "        h, states = h[0], []",
  "        for t in range(x.shape[1]):",
  "            h = keep[:, t] * h + write[:, t]",
  "            states.append(h)",
  "        return torch.stack(states, dim=1), h[None]",
  "",
  "",
];
