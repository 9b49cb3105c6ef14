/** The model of an exported script whose layers read sequences from both ends: PyTorch's `bidirectional=True`. */
import { initialStateNames } from "../shared/trace/cells";
import { outputWidth } from "../shared/trace/networkSpec";
import type { TrainingSource } from "../core/training/trainingSource";
import { startWidth } from "./pytorchInitialState";
import { isPyTorchLstm } from "./pytorchOwnCells";

type Spec = TrainingSource["spec"];

/** Whether the model is given the true lengths of its sequences, at whose ends it starts to read backward. */
function readsLengths({ spec, isPadded }: TrainingSource): boolean {
  return spec.directions === 2 && isPadded;
}

/** Where the sequences are read: their lengths, where the model needs them. A table of whole series has them anyway. */
export function lengthLines(source: TrainingSource): string[] {
  return readsLengths(source) && source.data.kind === "arrays"
    ? ['lengths = tensors["lengths"].long()  # [sequences]: steps before the padding']
    : [];
}

/** The arguments of the model for some sequences. */
export function modelArguments(source: TrainingSource): string {
  return readsLengths(source) ? "inputs[rows], lengths[rows]" : "inputs[rows]";
}

/**
 * @param call the constructor of a recurrent module with the given inputs and further arguments
 * @param readout lines that make it
 * @param isWhole one module is the recurrent part; else each layer has one, and masks of our own lie between them
 * @param validates whether the model is also evaluated, when nothing is dropped
 */
export function bidirectionalModel(
  source: TrainingSource,
  call: (inputs: string, more: string) => string,
  readout: readonly string[],
  isWhole: boolean,
  validates: boolean,
): string[] {
  const { spec } = source;
  const { inputSize: I } = spec;
  const layers = spec.numLayers / 2;
  const more = ", bidirectional=True";
  const padded = readsLengths(source);
  const each = call(`${I} if layer == 0 else ${outputWidth(spec)}`, more);
  return [
    "class Model(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    isWhole
      ? `        self.cell = ${call(String(I), `${layers > 1 ? `, ${layers}` : ""}${more}`)}`
      : `        self.layers = nn.ModuleList(${each} for layer in range(${layers}))`,
    ...readout,
    ...startLines(spec),
    "",
    `    def forward(self, x${padded ? ", lengths" : ""}):`,
    ...(padded || spec.readout === "every" ? ["        steps = x.shape[1]"] : []),
    ...(isWhole ? wholePass(spec, padded) : steppedPass(spec, padded, validates)),
    ...outputLines(spec),
    "        return outputs",
  ];
}

/** The learned initial states, by layer and in each by direction. */
function startLines(spec: Spec): string[] {
  const { cell, numLayers, learnedInitialState } = spec;
  if (learnedInitialState !== true) return [];
  const names = initialStateNames(cell);
  return [
    '        directions = ("", "_reverse")',
    `        self.rows = [f"l{layer}{direction}" for layer in range(${numLayers / 2}) for direction in directions]`,
    "        for row in self.rows:  # learned initial states, the same for all sequences",
    ...names.map((name) => {
      const start = `nn.Parameter(torch.zeros(${startWidth(spec, name)}))`;
      return `            self.register_parameter(f"${name}_{row}", ${start})`;
    }),
    "",
    "    def initial_state(self, batch):  # [layers and directions, batch, hidden]",
    "        def repeated(name):",
    '            states = torch.stack([getattr(self, f"{name}_{row}") for row in self.rows])',
    "            return states[:, None].expand(-1, batch, -1).contiguous()",
    "",
    `        return ${names.map((name) => `repeated("${name}")`).join(", ")}`,
  ];
}

/** `states` [batch, time, 2 hidden] and `last`, h_n [layers and directions, batch, hidden]. */
function wholePass(spec: Spec, padded: boolean): string[] {
  const start = spec.learnedInitialState === true ? ", self.initial_state(x.shape[0])" : "";
  return [
    ...(padded ? [PACK] : []),
    `        states, last = self.cell(x${start})`,
    ...(padded ? [UNPACK] : []),
    ...(isPyTorchLstm(spec) ? ["        last = last[0]"] : []),
  ];
}

const PACK = [
  "        x = nn.utils.rnn.pack_padded_sequence(x, lengths,",
  " batch_first=True, enforce_sorted=False)",
].join("");
const UNPACK = [
  "        states, _ = nn.utils.rnn.pad_packed_sequence(states,",
  " batch_first=True, total_length=steps)",
].join("");

function steppedPass(spec: Spec, padded: boolean, validates: boolean): string[] {
  const { cell, numLayers, dropout, learnedInitialState } = spec;
  const names = initialStateNames(cell);
  const parts = names.map((name) => `${name}[2 * number:2 * number + 2]`).join(", ");
  const start = learnedInitialState === true ? `, ${names.length > 1 ? `(${parts})` : parts}` : "";
  const masks = numLayers / 2 - 1;
  const steps = padded || spec.readout === "every" ? "steps" : "x.shape[1]";
  return [
    "        masks = []",
    `        for _ in range(${masks}${validates ? " if self.training else 0" : ""}):`,
    `            kept = dropout_draws.random_sample((x.shape[0], ${steps}, ${outputWidth(spec)})) >= ${dropout}`,
    `            masks.append(torch.tensor(kept / (1 - ${dropout}), dtype=x.dtype))`,
    ...(learnedInitialState === true ? [`        ${names.join(", ")} = self.initial_state(x.shape[0])`] : []),
    "        for number, layer in enumerate(self.layers):",
    ...(padded ? [`    ${PACK}`] : []),
    `            states, last = layer(x${start})`,
    ...(padded ? [`    ${UNPACK}`] : []),
    "            x = states",
    `            if number < ${validates ? "len(masks)" : masks}:`,
    "                x = x * masks[number]",
    ...(isPyTorchLstm(spec) ? ["        last = last[0]"] : []),
  ];
}

/** Of the states at every step; or of h_n, the forward state after the last step, the backward one after the first. */
function outputLines({ readout, readsEnds }: Spec): string[] {
  if (readsEnds !== true) return ["        outputs = self.readout(states)  # [batch, time, outputs]"];
  const outputs = "        outputs = self.readout(torch.cat((last[-2], last[-1]), dim=-1))[:, None]";
  return readout === "last"
    ? [`${outputs}  # [batch, 1, outputs]`]
    : [`${outputs}.expand(-1, steps, -1)  # [batch, time, outputs]`];
}
