/** Findings and `--try-fixes` of the command line as a process of its own. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readBundle } from "../../../src/export/readBundle";
import { bundleCli, ROOT } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const example = (name: string): string => join(ROOT, "examples", `${name}.rnn.json`);
let folder: string;

beforeAll(async () => {
  folder = await bundleCli({ helper: "src/worker/helper.ts" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly status: string;
  readonly iterations: number;
  readonly finalLoss: number | string;
  readonly validationLoss?: number;
  readonly findings: readonly {
    readonly rule: string;
    readonly key: string;
    readonly iteration: number;
    readonly text: string;
    readonly fixes: readonly {
      readonly title: string;
      readonly changes: Readonly<Record<string, unknown>>;
      readonly trial: {
        readonly iterations: number;
        readonly finalLoss: number;
        readonly bestLoss: number;
        readonly validationLoss: number | null;
      } | null;
    }[];
  }[];
}

function run(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [join(folder, "cli.js"), ...args], { cwd: folder, encoding: "utf8" });
}

function report(...args: string[]): Report {
  return JSON.parse(run(...args, "--json").stdout) as Report;
}

const settings = (changes: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(changes).flatMap(([key, value]) => [
    "--set",
    `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  ]);

/** The experiment with each offered fix, trained by itself, ends where its trial did. */
function expectRepeatable(file: string, { findings }: Report): void {
  const fixes = findings.flatMap((finding) => finding.fixes);
  expect(fixes).not.toEqual([]);
  for (const { title, changes, trial } of fixes) {
    const repeated = report(file, ...settings(changes));
    expect([title, repeated.iterations, repeated.finalLoss]).toEqual([title, trial?.iterations, trial?.finalLoss]);
    if (trial?.validationLoss !== null) expect(repeated.validationLoss).toBe(trial?.validationLoss);
  }
}

describe("without --try-fixes", () => {
  test("each finding has its key and fixes that were not tried, the cause first", () => {
    const { findings } = report(example("02-it-explodes"));
    expect(findings[0]).toMatchObject({ rule: "exploding", key: "model.init.weight_hh_l0", iteration: 0 });
    expect(findings[0]?.text).toContain("factor of 2 per step");
    expect(findings[0]?.fixes[0]).toEqual({
      title: "Clip the gradient norm to 20",
      changes: { "training.clip": { norm: 20 } },
      trial: null,
    });
  });

  test("a person reads the finding and how to set its fix", () => {
    const lines = run(example("06-it-vanishes")).stdout.trimEnd().split("\n").slice(-4);
    expect(lines).toEqual([
      "",
      expect.stringMatching(
        /^warning at iteration 0: The gradient vanishes.* \[vanishing, model\.init\.weight_hh_l0\]$/,
      ),
      "  fix: Set the initial recurrent weight to 1",
      "       --set model.init.weight_hh_l0=1",
    ]);
  });

  test.each(["01-it-learns", "03-clipping-saves-it", "07-larger-steps"])("%s has none", (name) => {
    expect(report(example(name)).findings).toEqual([]);
    expect(run(example(name)).stdout).not.toMatch(/warning|fix:/);
  });

  test("run.json has the findings that are printed", () => {
    const { findings } = report(example("06-it-vanishes"), "--out", "vanishes");
    expect(findings).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(folder, "vanishes", "run.json"), "utf8"))).toMatchObject({ findings });
  });
});

describe("--try-fixes", () => {
  test("the run that explodes: a fix that helped is first, and setting it repeats the trial to the same bits", () => {
    const tried = report(example("02-it-explodes"), "--try-fixes");
    const [first] = tried.findings[0]?.fixes ?? [];
    expect(first?.changes).toEqual({ "training.clip": { norm: 1 }, "training.optimizer.learningRate": 0.03 });
    expect(first?.trial?.finalLoss).toBeLessThan(0.2);
    expectRepeatable(example("02-it-explodes"), tried);
  });

  test("the run that vanishes", () => {
    const tried = report(example("06-it-vanishes"), "--try-fixes");
    expect(tried.findings[0]?.fixes.map(({ title }) => title)).toEqual(["Set the initial recurrent weight to 1"]);
    expectRepeatable(example("06-it-vanishes"), tried);
  });

  test("in float32 on the threads of the run, judged by the validation loss", () => {
    writeFileSync(
      join(folder, "fast.rnn.json"),
      `{ "task": { "kind": "adding", "sequences": 500, "length": 4 }, "model": { "cell": "rnn", "hiddenSize": 32 },
         "training": { "optimizer": { "kind": "adam", "learningRate": 0.3 }, "iterations": 300, "batchSize": 50,
                       "validation": { "share": 0.2, "every": 50 } }, "engine": "float32" }`,
    );
    const tried = report("fast.rnn.json", "--try-fixes");
    expect(tried.findings[0]?.fixes[0]?.trial?.validationLoss).toBeLessThan(tried.validationLoss ?? Infinity);
    expectRepeatable("fast.rnn.json", tried);
  });

  test("a person reads what each did, and what the run has", () => {
    expect(run(example("06-it-vanishes"), "--try-fixes").stdout).toMatch(
      /\n {2}fix: Set the initial recurrent weight to 1: loss 0\.8634 after 800 iterations \(now: 226\.2\)\n/,
    );
  });

  test("nothing is tried where nothing was found", () => {
    expect(report(example("01-it-learns"), "--try-fixes").findings).toEqual([]);
  });

  test("a bundle has the findings with what was tried", async () => {
    run(example("06-it-vanishes"), "--try-fixes", "--export", "bundle", "--out", "bundle");
    const { findings } = await readBundle(join(folder, "bundle"));
    expect(findings[0]?.fixes[0]?.trial).toMatchObject({ iterations: 800, validationLoss: null });
    expect(findings[0]?.fixes[0]?.trial?.finalLoss).toBeCloseTo(0.8634, 3);
  });

  test("it does not go with --sweep", () => {
    expect(run(example("06-it-vanishes"), "--try-fixes", "--sweep")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--try-fixes cannot be combined with --sweep"),
    });
  });
});
