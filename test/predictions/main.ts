/** What scripts/predictions.mjs loads: the networks by number, and the table of what came of them. */
import { NETWORKS, SETS } from "./networks";
import { predictNetwork, type PredictionCase } from "./predictNetwork";

/**
 * The numbers of the networks to run, the most expensive ones first so that no core waits for the last.
 * @param only a part of "first: tanh, adding 20"
 */
export function listNetworks(only: string): number[] {
  const cost = (i: number) => {
    const { model, task, training } = NETWORKS[i]!.experiment;
    const length = "length" in task ? Number(task.length) : 1;
    return training.iterations * length * model.hiddenSize ** 2 * (model.cell === "rnn" ? 1 : 3);
  };
  return [...NETWORKS.keys()]
    .filter((i) => `${NETWORKS[i]!.set}: ${NETWORKS[i]!.name}`.includes(only))
    .sort((a, b) => cost(b) - cost(a));
}

export function runNetwork(i: number): PredictionCase[] {
  return predictNetwork(NETWORKS[i]!);
}

/** The sets as tables in Markdown, each with its counts. @param results by number of the network */
export function describePredictions(results: ReadonlyMap<number, readonly PredictionCase[]>): string {
  const cases = [...NETWORKS.keys()].flatMap((i) => results.get(i) ?? []);
  return SETS.map((set) => cases.filter((one) => one.set === set))
    .filter(({ length }) => length > 0)
    .map(describeSet)
    .join("\n\n");
}

function describeSet(cases: readonly PredictionCase[]): string {
  const counted = cases.filter(({ hidden }) => !hidden);
  const within = (factor: number, of: (one: PredictionCase) => number) =>
    counted.filter((one) => Math.abs(of(one)) <= Math.log10(factor)).length;
  const curve = (one: PredictionCase) => one.curve;
  const rows = cases.map(
    ({ name, batches, measured, hidden, ...off }) =>
      `| ${name} | ${batches} | ${power(measured)}${hidden ? " *" : ""} | ${signed(off.curve)} | ${signed(off.factor)} |`,
  );
  return [
    `${cases[0]!.set} set: ${counted.length} cases`,
    `curve within 2 at step 1: ${within(2, curve)}, within 10: ${within(10, curve)}, ` +
      `within 2 at every step: ${counted.filter(({ allAlong }) => allAlong).length}`,
    `factor within 2 at step 1: ${within(2, ({ factor }) => factor)}, within 10: ${within(10, ({ factor }) => factor)}`,
    "",
    "| Network | Batches | Measured | Curve | Factor |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** "-23.6" */
function power(value: number): string {
  return value.toFixed(1).replace(/^-(0\.0)$/, "$1");
}

/** "+0.4", "0.0" */
function signed(value: number): string {
  const text = power(value);
  return Number(text) > 0 ? `+${text}` : text;
}
