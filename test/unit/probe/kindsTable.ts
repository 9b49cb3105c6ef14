/** How far what is recomputed is from the truth, by kind of model and PyTorch version: the table of docs/pytorch.md. */
import { worstOf, type TrueCase } from "./trueGradients";

/** What the programs in test/fixtures/probe printed with one version. */
export interface Version {
  /** For example "2.15.0 (Python 3.11)". */
  readonly title: string;
  readonly cases: readonly TrueCase[];
}

/** Rows of the table, each with the names of its cases. */
const ROWS: readonly (readonly [title: string, names: RegExp])[] = [
  ["one layer, float64", /^\w+ float64$/],
  ["3 layers, float64", /^\w+ float64, 3 layers$/],
  ["1 and 3 layers, float32", /^\w+ float32/],
  ["both directions, 3 layers, `batch_first`", /^\w+, both directions/],
  ["initial state given or learned", /initial state|^learned/],
  ["packed, unsorted", /^\w+, (packed|projection, packed)/],
  ["`proj_size`", /projection, (both|initial)/],
  ["dropout between layers", /dropout/],
  ["loss through the last step, h_n or c_n alone, or all three", / only$|h_n and c_n$/],
  ["several backward calls", /two backward/],
  ["a state carried on in one graph, one step a call", /chunks|one step a call/],
  ["without bias, without a batch, output used in place", /without bias|no batch|in place/],
  ["`RNNCell`, `LSTMCell`, `GRUCell` in a loop", /_cell$|^cell_with/],
  ["two batches accumulated, evaluation between", /^accumulation|^evaluation/],
  ["`checkpoint`, both kinds", /^checkpoint/],
  ["`functional_call`", /^functional_call/],
  ["tied weights", /^tied/],
  ["`weight_norm`, `orthogonal`, `spectral_norm`", /^weight_norm|^orthogonal|^spectral_norm/],
  ["`torch.compile` around a fused layer", /^compiled$/],
  ["`DistributedDataParallel`, two gloo processes", /^data_parallel/],
  ["FSDP2, two gloo processes", /^fully_sharded/],
  ["`GradScaler` on a CPU, float32", /^gradient_scaler/],
  ["bfloat16 module, autocast to bfloat16", /^bfloat16/],
];

/** In Markdown. */
export function describeKinds(versions: readonly Version[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rows = ROWS.map(([title, names]) => [title, ...versions.map(({ cases }) => differenceOf(cases, names))]);
  return [
    line(["Kind", ...versions.map(({ title }) => title)]),
    line(["---", ...versions.map(() => "---")]),
    ...rows.map(line),
  ].join("\n");
}

/** The largest one of the cases with such a name. */
function differenceOf(cases: readonly TrueCase[], names: RegExp): string {
  const compared = cases.filter(
    ({ name, calls, cells }) => names.test(name) && (calls !== undefined || cells !== undefined),
  );
  if (compared.length === 0) return "not there";
  const worst = compared.map(worstOf).reduce((a, b) => (a <= b || Number.isNaN(b) ? b : a));
  return worst === 0 ? "0" : worst.toExponential(0);
}
