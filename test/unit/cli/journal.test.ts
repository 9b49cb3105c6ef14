/** Sweeps as studies of Optuna, with the real Optuna where there is one. */
import { spawnSync } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const optuna = findPythonPackage("optuna");
const EXPERIMENT = {
  name: "Ones",
  model: { init: { weight_ih_l0: 1, weight_hh_l0: 1.1 } },
  training: { optimizer: { kind: "sgd" }, iterations: 20 },
  sweep: {
    parameters: {
      "training.optimizer.kind": ["sgd", "momentum"],
      "training.optimizer.learningRate": { from: 1e-6, to: 1, scale: "log" },
      "training.optimizer.momentum": { from: 0.1, to: 0.9 },
      "task.length": { from: 4, to: 8 },
      "training.clip": [null, { norm: 1 }],
    },
    search: { kind: "random", budget: 40 },
  },
};
/** Opens the study, goes on with five trials, and says what it found before. */
const GO_ON = `
import json, sys, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
study = optuna.load_study(study_name="Ones", storage=JournalStorage(JournalFileBackend(sys.argv[1])))
found = {"trials": len(study.trials), "best": study.best_value, "params": study.best_params,
    "importances": optuna.importance.get_param_importances(study),
    "seconds": [trial.duration.total_seconds() for trial in study.trials]}
def objective(trial):
    trial.report(float("nan"), 1)
    return trial.suggest_float("training.optimizer.learningRate", 1e-6, 1, log=True) - 1
study.optimize(objective, n_trials=5)
print(json.dumps(found))`;

let folder: string;
beforeAll(async () => {
  folder = await bundleCli({ sweep: "src/worker/sweepThread.ts" });
  writeFileSync(join(folder, "a.rnn.json"), JSON.stringify(EXPERIMENT));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  return spawnSync(process.execPath, [join(folder, "cli.js"), ...args], { cwd: folder, encoding: "utf8" });
}
const readJson = (journal: string) => JSON.parse(run("--read", journal, "--json").stdout);

describe("a sweep with --journal", () => {
  test("is a study with a trial a run; the next one is beside it, also behind a line half written", () => {
    expect(run("a.rnn.json", "--sweep", "--journal", "torn.log").stderr).toBe("");
    appendFileSync(join(folder, "torn.log"), '{"op_code":4,"worker');
    expect(readJson("torn.log").isTorn).toBe(true);
    const { stderr } = run("a.rnn.json", "--sweep", "--journal", "torn.log");
    expect(stderr).toMatch(/^warning: the last line of torn.log was not whole; it is now in torn.log.torn-/);
    const beside = readdirSync(folder).find((name) => name.startsWith("torn.log.torn-"));
    expect(readFileSync(join(folder, beside!), "utf8")).toBe('{"op_code":4,"worker');
    expect(readdirSync(folder).filter((name) => name.includes(".lock"))).toEqual([]);
    const { studies, isTorn } = readJson("torn.log");
    expect([isTorn, studies.map(({ name }: { name: string }) => name)]).toEqual([false, ["Ones", "Ones 2"]]);
    expect(studies[1].trials).toEqual(studies[0].trials);
    expect(studies[0].trials.length).toBe(40);
    expect(run("--read", "torn.log").stdout).toMatch(/^Ones: 40 trials \(.*complete.*\)\nimportance\n {2}/);
  });

  test("refuses a file that is no journal before it trains anything", () => {
    writeFileSync(join(folder, "other.txt"), "a text\n");
    const { status, stderr, stdout } = run("a.rnn.json", "--sweep", "--journal", "other.txt");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--journal other.txt: line 1: ");
    expect(readFileSync(join(folder, "other.txt"), "utf8")).toBe("a text\n");
    expect(run("a.rnn.json", "--journal", "x.log").stderr).toContain("--journal FILE requires --sweep");
  });

  test.skipIf(optuna.missing !== null)("is opened and continued by Optuna, with the same importances", () => {
    expect(run("a.rnn.json", "--sweep", "--journal", "study.log").stderr).toBe("");
    const before = readJson("study.log").studies[0];
    const python = spawnSync(optuna.python, ["-c", GO_ON, join(folder, "study.log")], { encoding: "utf8" });
    expect(python.status, python.stderr).toBe(0);
    const found = JSON.parse(python.stdout);
    expect(found.trials).toBe(40);
    // Of training; the tables of Optuna and the time line of its dashboard have them.
    expect(found.seconds.every((seconds: number) => seconds > 0 && seconds < 60)).toBe(true);
    const losses = before.trials.map(({ values }: { values: number[] | null }) => values?.[0] ?? Infinity);
    expect(found.best).toBe(Math.min(...losses));
    expect(found.params).toEqual(before.trials[losses.indexOf(found.best)].parameters);
    for (const [name, share] of Object.entries<number>(before.importances))
      expect(Math.abs(share - found.importances[name])).toBeLessThan(1e-9);
    const after = readJson("study.log").studies[0];
    expect(after.trials.length).toBe(45);
    expect(after.trials.slice(0, 40)).toEqual(before.trials);
  });
});
