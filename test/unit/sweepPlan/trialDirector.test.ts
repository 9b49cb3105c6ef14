import { describe, expect, test } from "vitest";
import type { SweepConfig } from "../../../src/config/schema/schema";
import type { TrialResult } from "../../../src/shared/wire/sweep";
import { Proposer } from "../../../src/sweepPlan/searchEvents";
import { TrialDirector } from "../../../src/sweepPlan/trialDirector";
import { experimentOf } from "../config/support";
import { resultOf } from "./support";

function sweepOf(search: object, rest: object = {}): SweepConfig {
  const { sweep } = experimentOf(
    JSON.stringify({
      sweep: {
        parameters: {
          "training.optimizer.kind": ["sgd", "momentum", "adam"],
          "training.optimizer.momentum": { from: 0, to: 0.9 },
          "training.optimizer.learningRate": { from: 1e-4, to: 1, scale: "log" },
          "model.hiddenSize": [2, 4, 8, 16],
        },
        search,
        ...rest,
      },
    }),
  );
  if (sweep === null) throw new Error("no sweep");
  return sweep;
}

/** Stands for training: the best learning rate is 0.03, the best momentum 0.8. */
function lossOf([kind, momentum, rate, size]: readonly unknown[], seed: number): number {
  const away = Math.abs(Math.log10(Number(rate) / 0.03));
  const slow = kind === "momentum" ? Math.abs(Number(momentum) - 0.8) : 1;
  return away + slow + 1 / Number(size) + 0.01 * (seed % 3);
}

/** As many workers as `workers`, each with what it has seen; they end in an order of their own. */
function direct(sweep: SweepConfig, workers: number, earlier: readonly TrialResult[] = []) {
  const director = new TrialDirector(sweep, 1);
  director.restore(earlier);
  const results = [...earlier];
  const people = Array.from({ length: workers }, () => ({ proposer: new Proposer(sweep), seen: 0 }));
  const running: { readonly at: number; readonly result: TrialResult }[] = [];
  let clock = 0;
  for (;;) {
    clock++;
    const person = people[running.length % workers]!;
    const step = running.length === workers ? { kind: "full" as const } : director.next(person.seen);
    if (step.kind === "propose") {
      person.proposer.apply(step.events);
      person.seen += step.events.length;
      director.begin(step.combination, person.proposer.propose(step.combination));
    } else if (step.kind === "train") {
      const loss = lossOf(step.trial.values, step.trial.seed);
      running.push({ at: clock + ((7 * step.trial.index) % 5), result: resultOf({ ...step.trial, loss }) });
    } else {
      running.sort((a, b) => a.at - b.at);
      const first = running.shift();
      if (first === undefined) return { results, events: director.events };
      results.push(first.result);
      director.ended(first.result);
    }
  }
}

describe.each(["tpe", "cma-es"])("a sweep by %s", (kind) => {
  test("trains its budget, learns, and gives each combination the same seeds", () => {
    const { results } = direct(sweepOf({ kind, budget: 120, seed: 3 }, { seeds: 2 }), 1);
    expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, i) => i));
    for (const { index, seed, values } of results) {
      expect(seed).toBe(1 + (index % 2));
      expect(values[1] === null).toBe(values[0] === "adam" || values[0] === "sgd");
    }
    const mean = (part: readonly TrialResult[]) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(mean(results.slice(-30))).toBeLessThan(0.7 * mean(results.slice(0, 20)));
  });

  test("is the same each time with one worker, and with three whatever was decided is proposed again", () => {
    const sweep = sweepOf({ kind, budget: 40 });
    expect(direct(sweep, 1)).toEqual(direct(sweep, 1));
    const { results, events } = direct(sweep, 3);
    expect(results.length).toBe(40);
    const proposer = new Proposer(sweep);
    for (const event of events) {
      if (event.kind === "begun") expect(proposer.propose(event.combination)).toEqual(event.values);
      proposer.apply([event]);
    }
  });

  test("goes on after an interruption as it would have without", () => {
    const sweep = sweepOf({ kind, budget: 30 });
    const whole = direct(sweep, 1);
    expect(direct(sweep, 1, whole.results.slice(0, 13))).toEqual(whole);
  });

  test("proposes again what was under way, and trains the seeds that are left", () => {
    const sweep = sweepOf({ kind, budget: 40 }, { seeds: 2 });
    const { results } = direct(sweep, 4);
    // Of combination 3 one run has ended, of 5 none.
    const kept = results.slice(0, 20).filter(({ index }) => index !== 7 && index !== 10 && index !== 11);
    const again = direct(sweep, 2, kept).results;
    expect(again.slice(0, kept.length)).toEqual(kept);
    expect(again.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(again.find(({ index }) => index === 7)?.values).toEqual(kept.find(({ index }) => index === 6)?.values);
  });
});

test("a run at its goal is better the earlier; one that was stopped has its last value, what diverges is worst", () => {
  const goal = { metric: "loss", value: 0.1, stop: true };
  const outcomes: number[] = [];
  const director = new TrialDirector(sweepOf({ kind: "tpe" }, { goal }), 1, (event) => {
    if (event.kind === "ended" && event.outcome.kind === "done") outcomes.push(event.outcome.value);
  });
  for (let i = 0; i < 5; i++) director.begin(i, []);
  director.ended(resultOf({ index: 0, loss: 0.09, reachedAt: 50 }));
  director.ended(resultOf({ index: 1, loss: 0.1, reachedAt: 20 }));
  director.ended(resultOf({ index: 2, loss: 0.3 }));
  director.ended(resultOf({ index: 3, loss: 0.01, status: "diverged" }));
  director.ended(resultOf({ index: 4, loss: 0.4, status: "stopped", iterations: 10 }));
  const [late, early, never, diverged, stopped] = outcomes;
  expect([early, late, never, stopped, diverged]).toEqual([...outcomes].sort((a, b) => a - b));
  expect(stopped).toBe(0.4);
  expect(diverged).toBe(Infinity);
});
