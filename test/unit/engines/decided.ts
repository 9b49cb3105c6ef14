/** Small sweeps whose runs are decided on while others are trained, and what must hold of them on any engine. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openSweepFolder, type SweepFolder } from "../../../src/sweepFolder/planFile";
import { decodeDecision, type Decision } from "../../../src/sweepPlan/decisions";
import { Proposer } from "../../../src/sweepPlan/searchEvents";
import { endedTrials, endOf, startTrial, tableOf } from "../cli/trial/support";

/** Some tenths of a second each. */
const TRAINING = {
  task: { kind: "adding", length: 8 },
  model: { cell: "rnn", hiddenSize: 6 },
  training: { optimizer: { kind: "adam", learningRate: 0.01 }, iterations: 1500, batchSize: 16 },
};
const RATES = { "training.optimizer.learningRate": { from: 1e-4, to: 1, scale: "log" } };
export const TPE = { ...TRAINING, sweep: { parameters: RATES, seeds: 2, search: { kind: "tpe", budget: 26 } } };
export const ASHA = {
  ...TRAINING,
  sweep: {
    parameters: RATES,
    search: { kind: "sobol", budget: 12 },
    stopping: { kind: "asha", minIterations: 50, reductionFactor: 3 },
  },
};

/** For engines that take long for each run. */
export const FEW = {
  ...TPE,
  sweep: { ...TPE.sweep, seeds: 1, search: { kind: "tpe", budget: 12 }, stopping: { kind: "diagnosis" } },
};

export function decisionsOf({ path }: SweepFolder): readonly Decision[] {
  const lines = readFileSync(join(path, "journal.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const decision = decodeDecision(line);
    if (decision === null) throw new Error(`no decision: ${line}`);
    return decision;
  });
}

/** One process trains the sweep again, from plan and journal alone. */
async function replay(folder: SweepFolder): Promise<SweepFolder> {
  const path = `${folder.path}-replayed`;
  mkdirSync(path);
  for (const name of ["plan.json", "journal.jsonl", "rnn-lab.cjs"])
    copyFileSync(join(folder.path, name), join(path, name));
  const again = await openSweepFolder(path);
  expect(await endOf(startTrial(again))).toMatchObject({ code: 0 });
  return again;
}

/** Each trial once to its end, and the same table when one process follows the journal. */
export async function expectReplayed(folder: SweepFolder): Promise<void> {
  expect(endedTrials(folder)).toEqual(Array.from({ length: folder.read.info.trials }, (_, index) => index));
  expect(await tableOf(await replay(folder))).toBe(await tableOf(folder));
}

/** Whoever has seen what happened before proposes what was trained. */
function expectProposed(folder: SweepFolder): void {
  const proposer = new Proposer(folder.read.job.sweep);
  const decisions = decisionsOf(folder);
  for (const decision of decisions) {
    if (decision.kind === "trained") continue;
    if (decision.kind === "begun") expect(proposer.propose(decision.combination)).toEqual(decision.values);
    proposer.apply([decision]);
  }
  const { trials, seeds } = folder.read.info;
  expect(decisions.filter(({ kind }) => kind === "begun")).toHaveLength(trials / seeds);
  expect(decisions.filter(({ kind }) => kind === "ended")).toHaveLength(trials / seeds);
}

export async function expectLearned(folder: SweepFolder): Promise<void> {
  expectProposed(folder);
  await expectReplayed(folder);
}
