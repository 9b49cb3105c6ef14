import { formatValue } from "../../shared/numberFormat";
import { fixesOf, roundDown } from "./fixes";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";
import type { Fix } from "../../shared/findings";
import type { RunFacts } from "./runFacts";

const RECENT = 256;

/** More than 90 % of the updates are clipped: then the clip, and not the gradient, says how long a step is. */
export const clippedTooOften: CreateRule = (facts) => {
  const { clip } = facts.experiment.training;
  if (clip === null) return null;
  return {
    conclude(history) {
      const share = history.clippedRows / history.rows;
      if (history.rows < THRESHOLDS.clippedRows || !(share > THRESHOLDS.clippedShare)) return null;
      const norm = history.medianNorm(RECENT);
      return {
        rule: "clipped-too-often", severity: "warning", iteration: history.lastIteration, timeStep: null,
        numbers: { share, medianNorm: norm },
        message: `${formatValue(100 * share, 3)} % of the updates are clipped; the median norm of the gradient before clipping is ${formatValue(norm, 3)}. Every step has the same length, so the run cannot settle.`,
        configPath: ["training", "clip", "norm" in clip ? "norm" : "value"],
        fixes: fixesOf(relaxClip(facts, norm)),
      };
    },
  };
};

/**
 * The clip at the usual norm. Where the update is in proportion to the gradient, the learning rate falls by the same factor:
 * a clipped step stays as long as it was, and a smaller gradient makes a smaller step again.
 */
function relaxClip({ experiment, proportional, learningRate, stepPath }: RunFacts, norm: number): Fix | null {
  const { clip } = experiment.training;
  if (clip === null || !(norm > 0)) return null;
  if (learningRate === null) return { title: "Remove the clip: rprop looks at signs alone", edits: [{ path: ["training", "clip"], value: null }] };
  // Above the median, so that about half of the steps pass.
  const raised = roundDown(2.5 * norm);
  if (raised > 1e12) return null;
  const edits: { path: readonly string[]; value: unknown }[] = [{ path: ["training", "clip"], value: { norm: raised } }];
  if (!proportional || !("norm" in clip)) return { title: `Raise the clip to the norm ${raised}`, edits };
  const rate = roundDown((learningRate * clip.norm) / raised);
  return rate > 0 ? { title: `Raise the clip to ${raised} and lower the learning rate to ${rate}`, edits: [...edits, { path: stepPath, value: rate }] } : null;
}
