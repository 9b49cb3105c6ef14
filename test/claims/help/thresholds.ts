/** What findings and captions call usual. */
import { claim, type Claim } from "../claim";
import { median, range } from "../measures";
import { ADDING } from "./experiments";
import { help } from "./texts";

export const THRESHOLD_CLAIMS: readonly Claim[] = [
  claim({
    id: "updates/about-a-thousandth-of-the-weights",
    says: "The median update of runs that learn is a thousandth of the weights, within a factor of 3.",
    texts: help("(typical ratio: 1e-3)", "A ratio of about 1e-3 is typical."),
    range:
      "adding, 32 units, Adam 0.001: tanh over 20 steps, orthogonal and gru over 50; at 0.01 it is up to 10 times that",
    jobs: { tanh: ADDING.tanh20, orthogonal: ADDING.orthogonal50, gru: ADDING.gru50 },
    judge({ tanh, orthogonal, gru }) {
      const medians = [tanh, orthogonal, gru].map((runs) => runs.map(({ updateRatios }) => median([...updateRatios])));
      return {
        holds: medians.flat().every((ratio) => ratio > 1e-3 / 3 && ratio < 3e-3),
        numbers: `medians: tanh ${range(medians[0]!)}, orthogonal ${range(medians[1]!)}, gru ${range(medians[2]!)}`,
      };
    },
  }),
];
