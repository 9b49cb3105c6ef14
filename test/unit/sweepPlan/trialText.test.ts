import { describe, expect, test } from "vitest";
import { readSweep } from "../../../src/sweepPlan/readSweep";
import { createTrialReader } from "../../../src/sweepPlan/trials";
import { planTrials } from "../../../src/sweepPlan/plan";
import { collectFixEdits, withEdits } from "../../../src/config/edit/fixEdits";
import { trialChanges, trialText } from "../../../src/sweepPlan/trialText";
import { experimentOf } from "../config/support";

const TEXT = `// What this is about.
{
  "name": "Mine",
  "seed": 3, // luck
  "training": { "optimizer": { "kind": "adam", "beta1": 0.8 } },
  "sweep": {
    "parameters": {
      "training.optimizer.learningRate": [0.1, 0.2],
      "training.optimizer.kind": ["adam", "nesterov"],
      "training.clip": [null, { "norm": 1 }]
    },
    "seeds": 2
  }
}
`;

describe("the text of a trial", () => {
  test("is the experiment that was run, under a name that says which, with the comments of the file", () => {
    const read = readSweep(TEXT);
    if ("problems" in read) throw new Error("not read");
    const reader = createTrialReader(read.job);
    const trials = planTrials(read.job.sweep, 3, () => 0);
    expect(trials.length).toBe(16);
    for (const trial of trials) {
      const text = trialText(TEXT, trial);
      expect({ ...experimentOf(text), name: "" }).toEqual({ ...reader(trial), name: "" });
      expect(text).toContain("// What this is about.");
      expect(text).toContain("// luck");
      expect(text).not.toContain("sweep");
    }
    expect(experimentOf(trialText(TEXT, trials[3] ?? { index: 0, seed: 0, values: [] })).name).toBe(
      'Mine (learningRate 0.1, kind nesterov, clip {"norm":1}, seed 3)',
    );
  });

  test("has the values that are written into the file by the smallest edits, which keep its sweep", () => {
    const read = readSweep(TEXT);
    if ("problems" in read) throw new Error("not read");
    const reader = createTrialReader(read.job);
    for (const trial of planTrials(read.job.sweep, 3, () => 0)) {
      const edits = collectFixEdits(TEXT, trialChanges(read.job.sweep, trial));
      const after = edits === null ? null : withEdits(TEXT, edits);
      expect({ ...experimentOf(after ?? ""), sweep: null }).toEqual(reader(trial));
      expect(after).toContain("// luck");
      expect(after).toContain('"seeds": 2');
    }
  });

  test("has a name that is not too long, whatever the file's", () => {
    const text = JSON.stringify({ name: "x".repeat(200), sweep: { seeds: 2 } });
    expect(experimentOf(trialText(text, { index: 0, seed: 9, values: [] })).seed).toBe(9);
  });
});
