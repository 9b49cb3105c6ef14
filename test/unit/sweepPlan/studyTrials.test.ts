/** Studies in a journal that Optuna 5 has written, see test/fixtures/optuna/make.py. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { journalLine, readJournal, type Json } from "../../../src/formats/optunaJournal";
import { finishWork } from "../../../src/lib/slicedTask";
import { TRIAL_STATUSES } from "../../../src/shared/wire/sweep";
import { bestRow } from "../../../src/shared/wire/trialColumns";
import { allRows } from "../../../src/shared/wire/trialOrder";
import { StudyTrials, trialJson } from "../../../src/sweepPlan/studyTrials";
import { sweepCsv } from "../../../src/sweepPlan/sweepCsv";
import { collectImportances } from "../../../webview/sweep/importanceChart";
import { SweepModel } from "../../../webview/sweep/model";

const FOLDER = join(import.meta.dirname, "../../fixtures/optuna");
const TEXT = readFileSync(join(FOLDER, "study.log"), "utf8");
const FACTS = JSON.parse(readFileSync(join(FOLDER, "facts.json"), "utf8")) as {
  readonly best: number;
  readonly bestParams: Json;
  readonly importances: Readonly<Record<string, number>>;
  readonly states: readonly string[];
};
const STATES = { done: "COMPLETE", stopped: "PRUNED", failed: "FAIL" };

const studyOf = (text: string, name: string) =>
  new StudyTrials(readJournal(text).studies.find((study) => study.name === name)!);
const lines = (...records: readonly Json[]) => records.map(journalLine).join("");

describe("a study of Optuna", () => {
  test("has the trials that have ended with their states, and counts the others", () => {
    const { results, info, progress } = studyOf(TEXT, "adding");
    const shown = [...results].map(({ index, status }) => [index, STATES[status as keyof typeof STATES]]);
    const ended = FACTS.states.map((state, index) => [index, state]).filter(([, state]) => String(state).length !== 7);
    expect(shown.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(ended);
    expect(new Set(shown.map(([, state]) => state))).toEqual(new Set(Object.values(STATES)));
    expect(progress).toEqual({ place: "", queued: 1, running: 1 });
    expect(info.trials).toBe(FACTS.states.length);
    expect(info.objectives).toEqual([{ figure: "loss", name: "validation loss" }]);
    expect(info.parameters.map(({ key, kind, scale }) => [key, kind, scale])).toEqual([
      ["lr", "number", "log"],
      ["hidden", "number", "linear"],
      ["optimizer", "choice", "linear"],
      ["momentum", "number", "linear"],
    ]);
  });

  test("shows those that are running, with what they try and reported last", () => {
    const of = (...more: readonly Json[]) => studyOf(TEXT + lines(...more), "adding").underWay;
    const index = FACTS.states.indexOf("RUNNING");
    expect(of()).toMatchObject([{ index, step: NaN, value: NaN }]);
    const { id } = studyOf(TEXT, "adding").study.trials[index]!;
    const values = { op_code: 7, worker_id: "w", trial_id: id };
    const [trial] = of(
      { ...values, step: 1, intermediate_value: 0.5 },
      { ...values, step: 2, intermediate_value: 0.25 },
    );
    expect(trial).toMatchObject({ index, step: 2, value: 0.25 });
    expect(trial!.values).toHaveLength(4);
    expect(new Date(trial!.startedAt).getFullYear()).toBeGreaterThan(2000);
  });

  test("has Optuna's best trial and its values; what a trial has none of is null", () => {
    const { results, info } = studyOf(TEXT, "adding");
    const best = results.at(bestRow(results, "loss"));
    expect(best.loss).toBe(FACTS.best);
    const values = info.parameters.map(({ key }, p) => [key, best.values[p]]);
    expect(Object.fromEntries(values)).toEqual({ momentum: null, ...FACTS.bestParams });
    expect(best.trainMs).toBeGreaterThan(0);
  });

  test("has Optuna's importances within 1e-9", () => {
    const { results, info } = studyOf(TEXT, "adding");
    const shares = collectImportances(new SweepModel(info, results, allRows(results), "loss"));
    for (const { name, share } of shares) expect(Math.abs(share - FACTS.importances[name]!)).toBeLessThan(1e-9);
    expect(shares.length).toBe(4);
  });

  test("with two objectives has a figure for each, on the side where it is good", () => {
    const { results, info } = studyOf(TEXT, "two goals");
    expect(info.objectives?.map(({ figure }) => figure)).toEqual(["loss", "accuracy"]);
    const { loss, accuracy, values } = results.at(0);
    expect([loss, accuracy]).toEqual([Number(values[0]) ** 2, values[1]]);
  });

  test("is a table with the names of its objectives and Optuna's numbers", () => {
    const { results, info } = studyOf(TEXT, "adding");
    const [head, first] = finishWork(sweepCsv(info, results)).split("\n");
    expect(head).toBe(
      "trial,seed,lr,hidden,optimizer,momentum,status,iterations,validation loss,reachedAt,trainMs,message",
    );
    expect(first).toMatch(/^0,,0\.\d+,\d+,/);
  });

  test("has the choices of a parameter in the order of the study, whichever was tried first", () => {
    const distribution = { name: "CategoricalDistribution", attributes: { choices: [8, 16, 32] } };
    const trial = (place: number) => ({
      op_code: 4,
      worker_id: "w",
      study_id: 0,
      state: 1,
      value: 1,
      datetime_start: null,
      params: { batch: place },
      distributions: { batch: JSON.stringify(distribution) },
    });
    const { studies } = readJournal(
      lines({ op_code: 0, worker_id: "w", study_name: "a", directions: [1] }, trial(2), trial(0), trial(2)),
    );
    const { results, info } = new StudyTrials(studies[0]!);
    expect(info.parameters).toMatchObject([{ key: "batch", kind: "choice", choices: [8, 16, 32] }]);
    expect(results.values(0)).toEqual({ places: Float64Array.of(2, 0, 2), choices: [8, 16, 32] });
    expect([...results].map(({ values }) => values)).toEqual([[32], [8], [32]]);
  });

  test("grows: a new parameter starts the results anew, a trial alone is added", () => {
    const { studies } = readJournal(
      lines(
        { op_code: 0, worker_id: "w", study_name: "a", directions: [2] },
        { op_code: 4, worker_id: "w", study_id: 0, state: 1, value: Infinity, datetime_start: null },
      ),
    );
    const [study] = studies;
    const trials = new StudyTrials(study!);
    const before = trials.results;
    expect([...before].map(({ accuracy, trainMs }) => [accuracy, trainMs])).toEqual([[Infinity, NaN]]);
    const added = readJournal(TEXT).studies[0]!.ended;
    study!.ended.push(added[0]!);
    expect(trials.update()).toBe(true);
    expect([before.length, trials.results.length, trials.results.parameters]).toEqual([1, 2, 3]);
    const { results } = trials;
    study!.ended.push(added[0]!);
    expect(trials.update()).toBe(false);
    expect([results.length, trials.results]).toEqual([3, results]);
  });

  test("shows a trial with all that the journal has of it, NaN as a word", () => {
    const { study } = studyOf(TEXT, "adding");
    const failed = study.trials.find((trial) => [...trial.intermediateValues.values()].some(Number.isNaN))!;
    const shown = JSON.parse(trialJson(failed)) as Json;
    expect(shown).toMatchObject({
      trial: failed.number,
      state: "failed",
      values: null,
      intermediateValues: { 0: "NaN" },
    });
    expect(TRIAL_STATUSES).toContain("failed");
  });
});
