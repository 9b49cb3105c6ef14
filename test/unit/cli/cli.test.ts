/** The command line as a process of its own: what it prints, what it writes, how it ends. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { HELP, OPTIONS } from "../../../src/cli/args";
import { configHash } from "../../../src/config/compare/hash";
import { readSafetensors } from "../../../src/formats/safetensors";
import { experimentOf } from "../config/support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = fileURLToPath(new URL("../../../", import.meta.url));
const example = (name: string) => join(root, "examples", `${name}.rnn.json`);
const golden = JSON.parse(readFileSync(join(root, "test/fixtures/count-ones.json"), "utf8")) as {
  inputs: number[][];
  targets: number[];
  weights: [number, number][];
  loss: number[];
  points: Record<string, { loss: number; gradient: { wx: number; wRec: number }; meanGradientOverTime: number[] }>;
};
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-cli-"));
  await build({
    entryPoints: [join(root, "src/cli.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    outfile: join(folder, "cli.js"),
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const lastLine = (text: string): Record<string, unknown> =>
  JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
const tensors = (path: string) =>
  new Map(readSafetensors(readFileSync(path)).tensors.map((tensor) => [tensor.name, tensor]));
const relative = (actual: number, expected: number) =>
  Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);

describe("a run to its end", () => {
  test("ends with 0 and prints one JSON object with the golden numbers", () => {
    const { status, stdout, stderr } = run(example("01-it-learns"), "--json");
    expect([status, stderr, stdout.split("\n").length]).toEqual([0, "", 2]);
    const report = lastLine(stdout);
    expect(Object.keys(report)).toEqual([
      "status",
      "iterations",
      "finalLoss",
      "engine",
      "arithmetic",
      "trainMs",
      "parameters",
      "configHash",
      "findings",
      "baselines",
    ]);
    expect(report["baselines"]).toEqual([
      { name: "best-constant", loss: expect.closeTo(1.8275, 3) as number, on: "training" },
      { name: "memoryless", loss: expect.closeTo(1.55, 3) as number, on: "training" },
    ]);
    expect(report).toMatchObject({
      status: "done",
      iterations: 500,
      engine: "float64",
      configHash: configHash(experimentOf("{}")),
    });
    expect(relative(report["finalLoss"] as number, golden.loss[500] ?? NaN)).toBeLessThan(1e-9);
    expect(report["trainMs"]).toBeGreaterThan(0);
    const { weight_ih_l0: wx, weight_hh_l0: wRec } = report["parameters"] as Record<string, [[number]]>;
    expect(relative(wx?.[0][0] ?? NaN, golden.weights[500]?.[0] ?? NaN)).toBeLessThan(1e-9);
    expect(relative(wRec?.[0][0] ?? NaN, golden.weights[500]?.[1] ?? NaN)).toBeLessThan(1e-9);
  });

  test("tells a person what came out, and no progress bar where there is no terminal", () => {
    const { status, stdout, stderr } = run(example("01-it-learns"));
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^It learns: done after 500 iterations, [\d.]+ ms, float64\nloss = 1\.8\d+e-6\nbaseline \(training\): best constant = 1\.8\d+\nbaseline \(training\): best memoryless answer = 1\.55\nweight_ih_l0 = \[\[1\.0013\d?\]\]\nweight_hh_l0 = \[\[0\.9996\d+\]\]\n$/,
    );
  });

  test("writes every iteration, the weights before and after, and the run", () => {
    const out = join(folder, "new", "out");
    const { status, stdout } = run(example("01-it-learns"), "--out", out, "--json", "--set", "trace.every=100");
    expect(status).toBe(0);
    expect(readdirSync(out).toSorted()).toEqual([
      "final.safetensors",
      "initial.safetensors",
      "metrics.csv",
      "run.json",
      "run.rnnrun",
    ]);
    const [head, ...rows] = readFileSync(join(out, "metrics.csv"), "utf8").trimEnd().split("\n");
    expect(head).toBe("iteration,loss,gradientNorm,clippedNorm,updateRatio");
    expect(rows).toHaveLength(501);
    rows.forEach((row, iteration) => {
      const [index, loss, gradientNorm, clippedNorm, updateRatio] = row.split(",").map(Number);
      expect(index).toBe(iteration);
      expect(relative(loss ?? NaN, golden.loss[iteration] ?? NaN)).toBeLessThan(1e-9);
      expect(clippedNorm).toBe(gradientNorm);
      expect(updateRatio === 0).toBe(iteration === 500);
    });
    const initial = tensors(join(out, "initial.safetensors"));
    expect([...initial].map(([name, { shape, values }]) => [name, shape, [...values]])).toEqual([
      ["weight_ih_l0", [1, 1], [-1.5]],
      ["weight_hh_l0", [1, 1], [2]],
    ]);
    const report = lastLine(stdout);
    const final = tensors(join(out, "final.safetensors"));
    expect(report["parameters"]).toEqual(
      Object.fromEntries([...final].map(([name, { values }]) => [name, [[values[0]]]])),
    );
    const written = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as Record<string, unknown>;
    expect(written).toEqual({
      ...report,
      experiment: { ...experimentOf("{}"), name: "It learns", trace: { every: 100, sequence: 0 } },
    });
  });

  test("dumps a step with everything about it, as the golden numbers have it", () => {
    const out = join(folder, "dump");
    const start = ["--set", "model.init.weight_ih_l0=1", "--set", "model.init.weight_hh_l0=2"];
    expect(
      run(
        example("01-it-learns"),
        "--out",
        out,
        "--dump-step",
        "0",
        "--dump-step",
        "500",
        "--set",
        "training.clip=norm 1",
        ...start,
      ).status,
    ).toBe(0);
    const step = tensors(join(out, "step-0.safetensors"));
    expect([...step].map(([name, { shape }]) => [name, shape])).toEqual([
      ["input", [20, 10, 1]],
      ["target", [20, 1]],
      ["output", [20, 1]],
      ["loss", []],
      ["param.weight_ih_l0", [1, 1]],
      ["param.weight_hh_l0", [1, 1]],
      ["grad.weight_ih_l0", [1, 1]],
      ["grad.weight_hh_l0", [1, 1]],
      ["state.l0", [20, 11, 1]],
      ["stateGrad.l0", [20, 11, 1]],
    ]);
    const values = (name: string) => [...(step.get(name)?.values ?? [])];
    expect(values("input")).toEqual(golden.inputs.flat());
    expect(values("target")).toEqual(golden.targets);
    const point = golden.points["1,2"];
    expect(relative(values("loss")[0] ?? NaN, point?.loss ?? NaN)).toBeLessThan(1e-9);
    expect(relative(values("grad.weight_ih_l0")[0] ?? NaN, point?.gradient.wx ?? NaN)).toBeLessThan(1e-9);
    expect(relative(values("grad.weight_hh_l0")[0] ?? NaN, point?.gradient.wRec ?? NaN)).toBeLessThan(1e-9);
    const states = values("state.l0");
    golden.inputs.forEach((bits, n) => {
      let state = 0;
      expect(states[n * 11]).toBe(0);
      bits.forEach((bit, t) => expect(states[n * 11 + t + 1]).toBe((state = bit + 2 * state)));
    });
    const overTime = Array.from({ length: 11 }, (_, t) =>
      golden.inputs.reduce((sum, _bits, n) => sum + (values("stateGrad.l0")[n * 11 + t] ?? NaN), 0),
    );
    overTime.forEach((sum, t) => expect(relative(sum, point?.meanGradientOverTime[t] ?? NaN)).toBeLessThan(1e-9));
    expect([...(tensors(join(out, "step-500.safetensors")).get("param.weight_hh_l0")?.values ?? [])]).toEqual([
      ...(tensors(join(out, "final.safetensors")).get("weight_hh_l0")?.values ?? []),
    ]);
  });
});

describe("a run that diverges", () => {
  test("ends with 3, says at which iteration, and keeps what was before", () => {
    const out = join(folder, "diverged");
    const { status, stdout, stderr } = run(example("02-it-explodes"), "--json", "--out", out, "--dump-step", "100");
    expect(status).toBe(3);
    expect(stderr).toMatch(/diverged at iteration 2: the loss is ∞\..*training\.clip/);
    expect(stderr).toMatch(/step-100\.safetensors was not written/);
    expect(lastLine(stdout)).toMatchObject({ status: "diverged", iterations: 2, finalLoss: "Infinity" });
    const rows = readFileSync(join(out, "metrics.csv"), "utf8").trimEnd().split("\n");
    expect(rows).toHaveLength(4);
    expect(rows.at(-1)).toMatch(/^2,Infinity,(NaN|Infinity),/);
    expect(readdirSync(out)).not.toContain("step-100.safetensors");
  });
});

describe("--set", () => {
  test("changes values in the order given", () => {
    const { status, stdout } = run(
      example("01-it-learns"),
      "--json",
      "--set",
      "training.optimizer.kind=sgd",
      "--set=training.optimizer.learningRate=1e-7",
      "--set",
      "training.iterations=3",
      "--set",
      'training.clip={"value":2}',
    );
    expect(status).toBe(0);
    expect(lastLine(stdout)).toMatchObject({
      iterations: 3,
      configHash: configHash(
        experimentOf('{"training":{"optimizer":{"kind":"sgd","learningRate":1e-7},"iterations":3,"clip":{"value":2}}}'),
      ),
    });
  });
  test.each([
    ["training.iteration=3", /unknown hyperparameter\. Did you mean training\.iterations\?/],
    ["iterations=3", /Did you mean training\.iterations\?/],
    ["nonsense=3", /Known hyperparameters: name, seed/],
    ["training.iterations=many", /"many" is not a number/],
    ["training.iterations=0", /it must be 1 to 10,000,000/],
    ["training.optimizer.kind=sdg", /Did you mean "sgd"\?/],
    ["training.optimizer.learningRate=1", /belongs to sgd/],
    ["trace.sequence=20", /index from 0 to 19/],
    ["seed", /expected --set PATH=VALUE/],
  ])("%s is refused", (argument, message) => {
    const { status, stdout, stderr } = run(example("01-it-learns"), "--set", argument);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(`--set ${argument}: `);
  });
});

describe("--analyze decay", () => {
  const small = () =>
    file(
      "decay.rnn.json",
      JSON.stringify({
        task: { kind: "adding", sequences: 100, length: 20 },
        model: { cell: "lstm", hiddenSize: 8 },
        training: { optimizer: { kind: "adam", learningRate: 0.01 }, batchSize: 20, iterations: 30 },
      }),
    );

  test("prints the measured and the predicted gradient from the last step backward", () => {
    const { status, stdout } = run(small(), "--analyze", "decay", "--json", "--iteration", "5");
    expect(status).toBe(0);
    const { measured, predicted, cellAlone, ...factors } = lastLine(stdout) as Record<string, number[]>;
    expect(Object.keys(factors)).toEqual(["measuredFactor", "predictedFactor"]);
    for (const curve of [measured, predicted, cellAlone]) {
      expect(curve).toHaveLength(20);
      expect(curve![0]).toBe(1);
    }
    expect(cellAlone![1]).toBe(1);
    for (const [k, value] of measured!.entries()) expect(Math.abs(Math.log(predicted![k]! / value))).toBeLessThan(0.5);
  });
  test("is of the last iteration where none is named, and short for a person", () => {
    const { stdout } = run(small(), "--analyze", "decay");
    expect(stdout).toMatch(
      /^Experiment: decay of the gradient at iteration 30\nat step 1, relative to step 20: measured \S+, predicted \S+, through the cell alone \S+\nfactor per step back: measured \S+, predicted \S+\n$/,
    );
  });
  test("of float32 is absent where it is below its range, and has no factor from there", () => {
    const shrinking = { cell: "rnn", hiddenSize: 4, init: { scheme: "identity", gain: 0.5 } };
    const text = JSON.stringify({
      engine: "float32",
      task: { kind: "adding", sequences: 20, length: 200 },
      model: shrinking,
      training: { optimizer: { kind: "sgd", learningRate: 1e-6 }, iterations: 1 },
    });
    const shrinks = file("shrinks.rnn.json", text);
    const { stdout } = run(shrinks, "--analyze", "decay", "--json", "--iteration", "0");
    const { measured, measuredFactor } = lastLine(stdout) as { measured: (number | null)[]; measuredFactor: number };
    const first = measured.indexOf(null);
    expect(first).toBeGreaterThan(80);
    expect(measured.slice(first).every((value) => value === null)).toBe(true);
    expect(Math.min(...measured.slice(0, first).map(Number))).toBeGreaterThan(1e-28);
    expect(measuredFactor).toBeGreaterThan(0.4);
    expect(measuredFactor).toBeLessThan(0.6);
    expect(run(shrinks, "--analyze", "decay", "--iteration", "0").stdout).toContain(
      "measured below the engine's range, predicted",
    );
  });
  test("of a linear unit is its weight to the power of the steps back, and the factors have its sign", () => {
    const linear = file("linear.rnn.json", '{ "model": { "init": { "weight_ih_l0": 1, "weight_hh_l0": -2 } } }');
    const { stdout } = run(linear, "--analyze", "decay", "--json", "--iteration", "0");
    const powers = Array.from({ length: 10 }, (_, k) => 2 ** k);
    expect(lastLine(stdout)).toMatchObject({ measured: powers, predicted: powers, cellAlone: null });
    const { measuredFactor, predictedFactor } = lastLine(stdout);
    expect(predictedFactor).toBe(-2);
    expect(measuredFactor).toBeCloseTo(-2, 12);
  });
  test("ends with 3 where training diverges before", () => {
    const { status, stdout, stderr } = run(example("02-it-explodes"), "--analyze", "decay", "--json");
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/training diverged at iteration 2/);
  });
  test.each([
    [
      ["--analyze", "decoy"],
      /--analyze decoy: the analysis must be decay, learning-rate, fixed-points, .*, or psychometric\n/,
    ],
    [["--iteration", "3"], /--iteration requires --analyze with decay, fixed-points, .*, or psychometric\n/],
    [["--analyze", "learning-rate", "--iteration", "3"], /--iteration requires --analyze with decay/],
    [["--analyze", "decay", "--iteration", "1.5"], /--iteration 1\.5: .* non-negative integer/],
    [["--analyze", "decay", "--iteration", "31"], /--iteration 31: the last iteration is 30\n/],
    [["--analyze", "decay", "--sweep"], /--analyze cannot be combined with --sweep/],
    [["--analyze", "decay", "--out", "o"], /--out cannot be combined with --analyze/],
    [["--analyze", "decay", "--try-fixes"], /--try-fixes cannot be combined with --analyze/],
  ])("%j is refused", (args, message) => {
    const { status, stdout, stderr } = run(small(), ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("--analyze of the dynamics", () => {
  const small = () =>
    file(
      "dynamics.rnn.json",
      JSON.stringify({
        task: { kind: "adding", sequences: 60, length: 8 },
        model: { cell: "gru", hiddenSize: 3 },
        training: { optimizer: { kind: "sgd", learningRate: 0.01 }, batchSize: 20, iterations: 10 },
      }),
    );

  test("fixed-points prints each with its kind and eigenvalues, under the input that is named", () => {
    const { status, stdout } = run(small(), "--analyze", "fixed-points", "--json", "--input", "0.5,1");
    expect(status).toBe(0);
    const { iteration, input, fixedPoints } = lastLine(stdout) as {
      iteration: number;
      input: number[];
      fixedPoints: { state: number[]; q: number; kind: string; unstable: number; eigenvalues: [number, number][] }[];
    };
    expect([iteration, input]).toEqual([10, [0.5, 1]]);
    expect(fixedPoints).toHaveLength(1);
    const [{ state, q, kind, unstable, eigenvalues }] = fixedPoints as [(typeof fixedPoints)[0]];
    expect([state.length, eigenvalues.length, kind, unstable]).toEqual([3, 3, "stable", 0]);
    expect(q).toBeLessThan(1e-25);
    for (const [re, im] of eigenvalues) expect(Math.hypot(re, im)).toBeLessThan(1);
  });
  const BOTH_DIRECTIONS = ["--set", "model.bidirectional=true", "--set", "model.numLayers=2"];
  test("of a bidirectional network is of its last layer, whose inputs are the outputs below", () => {
    const ask = ["--analyze", "fixed-points", "--input", "0.1,0,0,0,0,1", ...BOTH_DIRECTIONS];
    const { input, fixedPoints } = lastLine(run(small(), ...ask, "--json").stdout) as {
      input: number[];
      fixedPoints: { state: number[] }[];
    };
    expect(input).toEqual([0.1, 0, 0, 0, 0, 1]);
    expect(fixedPoints.map(({ state }) => state.length)).toEqual([3]);
    expect(run(small(), ...ask).stdout).toMatch(
      /^Experiment: fixed points at iteration 10, layer 2, forward direction\n/,
    );
  });
  test.each([
    { name: "trajectories", keys: ["mean", "axes", "shares", "trajectories", "classes"] },
    { name: "jacobians", keys: ["sequence", "steps", "singularValues", "eigenvalues", "logProductSingularValues"] },
    { name: "lyapunov", keys: ["input", "lyapunov", "unit", "steps", "transient", "dimension"] },
    { name: "sharpness", keys: ["eigenvalues", "errors", "threshold", "noiseScale", "gradientVariance"] },
    { name: "memory", keys: ["inputGradient", "decodable", "capacity", "fitted", "tested"] },
  ])("$name prints one object at the iteration that is named, and lines for a person", ({ name, keys }) => {
    const { status, stdout } = run(small(), "--analyze", name, "--json", "--iteration", "4");
    expect(status).toBe(0);
    const printed = lastLine(stdout) as Record<string, unknown>;
    expect(printed["iteration"]).toBe(4);
    expect(Object.keys(printed)).toEqual(expect.arrayContaining(keys));
    const text = run(small(), "--analyze", name, "--iteration", "4").stdout;
    expect(text).toMatch(/^Experiment: .* at iteration 4\n(.+\n){2}/);
  });
  test("psychometric prints a row for each signed coherence, and is refused for tasks without", () => {
    const task = { kind: "perceptual-decision", sequences: 60, coherences: [0, 50] };
    const decision = file(
      "decision.rnn.json",
      JSON.stringify({ task, model: { cell: "gru", hiddenSize: 3 }, training: { iterations: 2 } }),
    );
    const { psychometric, trials } = lastLine(run(decision, "--analyze", "psychometric", "--json").stdout) as {
      psychometric: {
        coherence: number;
        trials: number;
        first: number;
        second: number;
        choice1: number | "NaN";
        interval: number[];
      }[];
      trials: number;
    };
    expect(psychometric.map(({ coherence }) => coherence)).toEqual([-50, 0, 50]);
    expect(psychometric.reduce((sum, one) => sum + one.trials, 0)).toBe(trials);
    for (const { choice1, interval } of psychometric) {
      const [low, high] = interval;
      if (choice1 === "NaN") expect(interval).toEqual([0, 1]);
      else expect(low! <= choice1 && choice1 <= high! && high! - low! < 1).toBe(true);
    }
    const text = run(decision, "--analyze", "psychometric", "--iteration", "1").stdout;
    expect(text).toMatch(/ at iteration 1\n.*\n *coherence +trials.*\n +-50 .*\n +0 .*\n +50 .*\n(no )?logistic fit/);
    const { status, stderr } = run(small(), "--analyze", "psychometric");
    expect([status, stderr]).toEqual([2, expect.stringContaining("the task adding has no such curve")]);
  });
  test("psychometric of a comparison is by the difference and by the ratio of the strengths", () => {
    const task = { kind: "delay-comparison", sequences: 40, pairs: [[18, 10], [22, 14]] }; // prettier-ignore
    const comparison = file(
      "comparison.rnn.json",
      JSON.stringify({ task, model: { cell: "gru", hiddenSize: 3 }, training: { iterations: 2 } }),
    );
    const json = lastLine(run(comparison, "--analyze", "psychometric", "--json").stdout);
    expect(json).toMatchObject({
      psychometric: [{ difference: -8 }, { difference: 8 }],
      ratio: { psychometric: [0.5555555556, 0.6363636364, 1.571428571, 1.8].map((ratio) => ({ ratio })) },
    });
    const text = run(comparison, "--analyze", "psychometric").stdout;
    expect(text).toMatch(/\n *difference +trials.*\n +-8 .*\n +8 .*\n(no )?logistic fit.*\n.*\n +ratio +trials/);
  });
  test("the threshold of sgd is 2 / learning rate, and the exponents are per step", () => {
    expect(lastLine(run(small(), "--analyze", "sharpness", "--json").stdout)).toMatchObject({ threshold: 200 });
    const { lyapunov, unit } = lastLine(run(small(), "--analyze", "lyapunov", "--json").stdout) as {
      lyapunov: number[];
      unit: string;
    };
    expect([lyapunov.length, unit]).toEqual([3, "per step"]);
    expect(lyapunov).toEqual(lyapunov.toSorted((a, b) => b - a));
  });
  test.each([
    [["--analyze", "fixed-points", "--input", "1"], /--input 1: 1 number, but the network has 2 inputs\n/],
    [["--analyze", "lyapunov", "--input", "1,x"], /--input 1,x: expected comma-separated numbers/],
    [["--analyze", "memory", "--input", "1,2"], /--input requires --analyze fixed-points or lyapunov\n/],
    [["--analyze", "fixed-points", "--input", "-1,0"], /--input requires a value; write --input=VALUE/],
    [["--analyze", "sharpness", "--iteration", "11"], /--iteration 11: the last iteration is 10\n/],
    [
      ["--analyze", "lyapunov", "--input", "1,2", ...BOTH_DIRECTIONS],
      /--input 1,2: 2 numbers, but layer 2 has 6 inputs\n/,
    ],
    [["--analyze", "memory", ...BOTH_DIRECTIONS], /--analyze memory: .*; a bidirectional model reads from both ends\n/],
  ])("%j is refused", (args, message) => {
    const { status, stdout, stderr } = run(small(), ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("--analyze learning-rate", () => {
  const tested = (optimizer: string) =>
    file(
      "rate.rnn.json",
      JSON.stringify({
        name: "Add",
        task: { kind: "adding", sequences: 100, length: 10 },
        model: { cell: "lstm", hiddenSize: 8 },
        training: { optimizer: { kind: optimizer }, batchSize: 20 },
      }),
    );

  test("prints the curve and a rate, the same in both forms", () => {
    const { status, stdout } = run(tested("adam"), "--analyze", "learning-rate", "--json");
    expect(status).toBe(0);
    const report = lastLine(stdout) as { rates: number[]; losses: number[]; suggested: number } & Record<
      string,
      number
    >;
    expect(report.rates[0]).toBe(1e-7);
    expect(report.losses.length).toBe(report.rates.length);
    expect(report.suggested).toBe(Number(Math.min(report["steepest"]!, report["lowest"]! / 10).toPrecision(1)));
    expect(report["fall"]).toBeGreaterThan(report["noise"]!);
    const text = run(tested("adam"), "--analyze", "learning-rate").stdout;
    expect(text).toMatch(/^Add: learning-rate range test\n/);
    expect(text).toContain(`suggested learning rate: ${report.suggested}, the rate of the steepest descent, at most`);
  });
  test("tries the rates of --rates, and says where it stopped", () => {
    const { status, stdout } = run(tested("sgd"), "--analyze", "learning-rate", "--rates", "1e-3:1000", "--json");
    expect(status).toBe(0);
    const report = lastLine(stdout) as Record<string, number> & { rates: number[] };
    expect([report.rates[0], report.rates.at(-1)]).toEqual([1e-3, report["stoppedAt"]]);
    expect(report["largestStable"]).toBe(Number((report["stoppedAt"]! / 10).toPrecision(1)));
    const text = run(tested("sgd"), "--analyze", "learning-rate", "--rates", "1e-3:1000").stdout;
    expect(text).toContain(`A tenth of that rate, ${report["largestStable"]}, is a common upper limit.`);
    const flat = run(tested("sgd"), "--analyze", "learning-rate", "--rates", "1e-9:1e-8").stdout;
    expect(flat).toMatch(/^No rate lowered the loss clearly: it was [\d.]+ at first and fell by \S+ at most, /m);
  });
  test.each([
    { options: ["--rates", "1:2"], message: "--rates requires --analyze learning-rate" },
    { options: ["--analyze", "decay", "--rates", "1:2"], message: "--rates requires --analyze learning-rate" },
    ...["2:1", "0:1", "1", "1:2:3", "a:b", ":", "1:1e7"].map((rates) => ({
      options: ["--analyze", "learning-rate", "--rates", rates],
      message: `--rates ${rates}: expected two rates above 0, the lower one first, up to 1,000,000, e.g. 1e-5:1`,
    })),
  ])("refuses $options", ({ options, message }) => {
    expect(run(tested("adam"), ...options)).toMatchObject({
      status: 2,
      stderr: `error: ${message}\nRun with --help for usage.\n`,
    });
  });
  test("names the place of an optimizer without a learning rate", () => {
    const { status, stderr } = run(tested("rprop"), "--analyze", "learning-rate");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^rate\.rnn\.json:1:\d+: error: The optimizer rprop has no learning rate to test/);
  });
});

describe("warnings of a valid file go to standard error", () => {
  const name = (): string =>
    file(
      "warned.rnn.json",
      `{
  "task": { "kind": "adding", "sequences": 8, "length": 5 },
  "model": { "cell": "lstm", "hiddenSize": 2, "bidirectional": true, "peephole": true },
  "training": { "optimizer": { "kind": "sgd", "learningRate": 0.01 }, "iterations": 2, "batchSize": 9 }
}`,
    );
  const WARNINGS = [
    "warned.rnn.json:3:47: hint: model.bidirectional has no effect: an lstm with model.peephole reads in one direction. [no-effect]",
    expect.stringMatching(/^warned\.rnn\.json:4:101: warning: training\.batchSize is 9, but .* \[batch-too-large\]$/),
    "",
  ];
  test("before a training and before an analysis, which do what they do", () => {
    for (const options of [["--json"], ["--json", "--analyze", "decay"]]) {
      const { status, stdout, stderr } = run(name(), ...options);
      expect([status, stdout.split("\n").length]).toEqual([0, 2]);
      expect(stderr.split("\n")).toEqual(WARNINGS);
    }
  });
  test("with the values of --set", () => {
    const { stderr } = run(name(), "--json", "--set", "training.batchSize=4", "--set", "model.peephole=false");
    expect(stderr).toBe("");
  });
});

describe("what is wrong ends with 2 and is said on standard error", () => {
  test("errors of the file, each with line and column", () => {
    const name = file("bad.rnn.json", '{\n  "seed": -1,\n  "task": { "kind": "count-ones", "lenght": 3 }\n}\n');
    const { status, stdout, stderr } = run(name);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr.split("\n")).toEqual([
      "bad.rnn.json:2:11: error: seed is -1; it must be 0 to 4,294,967,295. [out-of-range]",
      'bad.rnn.json:3:35: error: task has no key "lenght". Did you mean "length"? [unknown-key]',
      "",
    ]);
  });
  test("files that cannot be read", () => {
    writeFileSync(join(folder, "latin1.rnn.json"), Buffer.from([0x7b, 0xe9, 0x7d]));
    expect(run("missing.rnn.json")).toMatchObject({
      status: 2,
      stderr: "missing.rnn.json: error: cannot read the file: the file does not exist.\n",
    });
    expect(run(".")).toMatchObject({ status: 2, stderr: expect.stringMatching(/not a file/) });
    expect(run("latin1.rnn.json")).toMatchObject({ status: 2, stderr: expect.stringMatching(/not UTF-8/) });
    expect(run(file("large.rnn.json", " ".repeat(5_000_000)))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/5000000 bytes, which is too large.*file-too-large/),
    });
    expect(run(file("empty.rnn.json", ""))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^empty\.rnn\.json:1:1: error: The file is empty/),
    });
  });
  test.each([
    [[], /no experiment file given/],
    [["a.rnn.json", "b.rnn.json"], /only one experiment file is allowed/],
    [["--bogus", "a.rnn.json"], /^error: unknown option --bogus\nRun with --help for usage\.\n$/],
    [["--ouut", "o", "a.rnn.json"], /^error: unknown option --ouut; did you mean --out\?\n/],
    [["-x", "a.rnn.json"], /^error: unknown option -x\n/],
    [["a.rnn.json", "--out"], /^error: --out requires a value; write --out=VALUE if/],
    [["a.rnn.json", "--out", "--json"], /^error: --out requires a value/],
    [["a.rnn.json", "--json=yes"], /^error: --json does not accept a value\n/],
    [["a.rnn.json", "--dump-step", "3"], /requires --out DIR/],
    [["a.rnn.json", "--out", "o", "--dump-step", "1.5"], /non-negative integer/],
    [[example("01-it-learns"), "--out", "o", "--dump-step", "501"], /the last iteration is 500/],
  ])("arguments %j", (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
  test("a folder that cannot be written to, before any training", () => {
    file("in-the-way", "");
    mkdirSync(join(folder, "half", "metrics.csv"), { recursive: true });
    for (const out of ["in-the-way", join("in-the-way", "below"), "half"]) {
      const { status, stdout, stderr } = run(example("01-it-learns"), "--json", "--out", out);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/--out .*: cannot write to this folder \(.*\)\. Choose another folder\./);
    }
  });
});

test("--help lists every option on a line of its own and ends with 0", () => {
  expect(run("--help")).toEqual({ status: 0, stdout: HELP, stderr: "" });
  for (const option of Object.keys(OPTIONS)) expect(HELP).toMatch(new RegExp(`^  (-h, )?--${option} `, "m"));
});
