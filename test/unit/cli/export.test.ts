/** `--export` as a process of its own. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { readBundle } from "../../../src/export/readBundle";
import { readSafetensors } from "../../../src/formats/safetensors";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = fileURLToPath(new URL("../../../", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-export-"));
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
  writeFileSync(
    join(folder, "a.rnn.json"),
    '{ "name": "Mine", "task": { "kind": "adding", "sequences": 20, "length": 6 }, "model": { "cell": ' +
      '"gru", "hiddenSize": 4 }, "training": { "iterations": 12, "optimizer": { "kind": "adam" } }, "trace": { "every": 5 } }',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), "a.rnn.json", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("a bundle can be taken in again, and holds what the run printed", async () => {
  const { status, stdout } = run("--export", "bundle", "--out", "bundle", "--set", "engine=float64");
  expect(status).toBe(0);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(
    /^bundle: README\.md, experiment\.rnn\.json, metrics\.csv, run\.rnnrun, loss\.svg, weights\.safetensors, bundle\.json$/,
  );
  const imported = await readBundle(join(folder, "bundle"));
  expect(stdout).toContain(`loss = ${formatValue(imported.status.loss ?? NaN, 6)}\n`);
  expect([...(imported.rows.columns[0] ?? [])]).toEqual([0, 5, 10, 12]);
  expect(imported.meta).toMatchObject({ name: "Mine", seed: 1, engine: "float64", threads: 1 });
});

test("an event file, and a script with its data", () => {
  expect(run("--export", "tensorboard", "--out", "board").status).toBe(0);
  expect(readdirSync(join(folder, "board"))).toEqual([
    expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.rnnlab$/),
  ]);
  expect(run("--export", "pytorch", "--out", "torch").status).toBe(0);
  expect(readdirSync(join(folder, "torch")).toSorted()).toEqual(["data.safetensors", "train.py"]);
  const { tensors } = readSafetensors(readFileSync(join(folder, "torch", "data.safetensors")));
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual(
    expect.arrayContaining([
      ["inputs", [20, 6, 2]],
      ["targets", [20, 1, 1]],
      ["param.weight_hh_l0", [12, 4]],
      ["losses", [13, 2]],
    ]),
  );
});

test("what cannot be exported is refused before any training", () => {
  expect(run("--export", "onnx", "--out", "x")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/--export onnx: the format must be one of bundle, tensorboard, pytorch/),
  });
  expect(run("--export", "bundle")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/--export requires --out DIR/),
  });
  expect(run("--export", "bundle", "--out", "a.rnn.json")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/cannot write to this folder/),
  });
});
