/** Claims about example 20: minGRU on the adding problem, beside the GRU of example 11. */
import { claim, type Claim } from "../claim";
import { finalLoss, ordersLost, range, validationBelow } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { GRU } from "./adding";
import { exampleText, readmeText } from "./places";

const NAME = "20-adding-with-mingru";
const LEARNED = 0.05;

const MINGRU = overSeeds({ experiment: example(NAME), gradientEvery: 100, columns: ["gate.z.l0"] });

/** 1 - z of the unit that keeps most, in the mean over the steps of the inspected sequence. */
function mostKept(run: Run, row: number): number {
  const values = run.columns.at(row)!["gate.z.l0"]!;
  const steps = run.inspectedInput.length / 2;
  const units = values.length / steps;
  const kept = Array.from({ length: units }, (_, j) => {
    let sum = 0;
    for (let t = 0; t < steps; t++) sum += 1 - values[t * units + j]!;
    return sum / steps;
  });
  return Math.max(...kept);
}

export const MINIMAL_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/minimal/learns-later",
    says: "minGRU is below 0.05 after 500 to 800 iterations, the GRU after 400; it ends below 0.003.",
    texts: [
      exampleText(
        NAME,
        "the validation loss is below 0.05 after 500 to 800 iterations, and with the GRU after 400. " +
          "It ends below 0.003 in 10 of 10 seeds.",
      ),
      readmeText("0.96 → below 0.003 | 10 of 10"),
    ],
    range: "T = 100, 32 units, Adam with 0.005, clip norm 1, batches of 50",
    jobs: { mingru: MINGRU, gru: GRU },
    judge({ mingru, gru }) {
      const [late, soon] = [mingru, gru].map((runs) => runs.map((run) => validationBelow(run, LEARNED)));
      return {
        holds:
          Math.min(...late!) === 500 &&
          Math.max(...late!) === 800 &&
          soon!.every((iteration) => iteration === 400) &&
          mingru.every((run) => finalLoss(run) < 0.003) &&
          mingru[0]!.validation[0]!.loss.toFixed(2) === "0.96",
        numbers: `mingru ${range(late!, 4)}, gru ${range(soon!, 4)}; at the end ${range(mingru.map(finalLoss))}`,
      };
    },
  }),
  claim({
    id: "examples/minimal/gradient-and-gate",
    says: "The gradient loses 14 to 18 orders, then less than 1; the unit that keeps most, 70% and then 99%.",
    texts: [
      exampleText(
        NAME,
        "Over 99 steps it loses 14 to 18 orders of magnitude at first, and less than 1 after 1,000 iterations.",
      ),
      exampleText(NAME, "the unit that keeps most keeps about 70% at first, and more than 99% at the end."),
    ],
    range: "gradient: mean of a batch; 1 - z: mean over the steps of the inspected sequence",
    jobs: { mingru: MINGRU },
    judge({ mingru }) {
      const [first, later] = [0, 1000].map((at) => mingru.map((run) => ordersLost(run, at)));
      const [start, end] = [0, -1].map((row) => mingru.map((run) => mostKept(run, row)));
      return {
        holds:
          Math.min(...first!).toFixed(0) === "14" &&
          Math.max(...first!).toFixed(0) === "18" &&
          later!.every((orders) => orders < 1) &&
          start!.every((share) => Math.abs(share - 0.7) < 0.05) &&
          end!.every((share) => share > 0.99),
        numbers: `orders ${range(first!)}, then ${range(later!)}; kept ${range(start!)}, then ${range(end!, 3)}`,
      };
    },
  }),
];
