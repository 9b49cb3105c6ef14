import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ExperimentFiles } from "../../../src/config/facts/dataFiles";
import { readTableColumns } from "../../../src/files/readTableStart";
import { readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { readSummary } from "../../../src/runs/runSummary";
import { readRunFile } from "../../../src/runs/readRunFile";
import { experimentOf } from "../core/support";
import { trainedRun } from "../runs/support";

const READS = 1500;
const trained = trainedRun();
const INSIDE = "inside,b\n1,2\n";
const OUTSIDE = "outside,b\n1,2\n";

let root: string;
let folder: string;
let swapper: ChildProcess | null = null;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rnn-lab-swapped-"));
  folder = join(root, "lab");
  mkdirSync(folder);
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "outside", "cur.csv"), OUTSIDE);
});
afterEach(() => {
  swapper?.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** Exchanges what is at a path for a link to the outside and back, in another process, for ever. */
async function startSwapping(program: string): Promise<ChildProcess> {
  const script = `const fs = require("node:fs"); process.chdir(${JSON.stringify(folder)}); ${program}
    swap(); process.stdout.write("swapping"); for (;;) swap();`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  swapper = child;
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

const swapFile = (name: string, inside: string): string => `
  const swap = () => {
    fs.symlinkSync("../outside/${name}", "link"); fs.renameSync("link", "${name}");
    fs.copyFileSync("${inside}", "file"); fs.renameSync("file", "${name}");
  };`;
const swapFolder = `
  const swap = () => {
    fs.renameSync("sub", "real"); fs.symlinkSync("../outside", "sub");
    fs.rmSync("sub"); fs.renameSync("real", "sub");
  };`;

/** What came of the reads that were not refused; as many reads as it takes for one to succeed, and READS at least. */
async function readOften<T>(read: () => Promise<T>): Promise<T[]> {
  const results = new Set<T>();
  for (let i = 0; i < READS || results.size === 0; i++) {
    const result = await read().catch(() => null);
    if (result !== null) results.add(result);
    // A turn for whoever reports that the other process has ended.
    await new Promise(setImmediate);
  }
  expect(swapper?.exitCode, "the other process swapped all the time").toBeNull();
  return [...results];
}

const textOf = ({ data }: ExperimentFiles): string => (typeof data === "string" ? data : "none");

test("a data file that another process exchanges for a link out of its folder is never read from there", async () => {
  for (const name of ["cur.csv", "inside"]) writeFileSync(join(folder, name), INSIDE);
  await startSwapping(swapFile("cur.csv", "inside"));
  const experiment = experimentOf({ task: { kind: "text", file: "cur.csv" } });
  const texts = await readOften(async () => textOf(await readExperimentFiles(folder, experiment)));
  expect(texts).toEqual([INSIDE]);
  const columns = await readOften(async () => {
    const names = await readTableColumns(folder, "cur.csv");
    if (names === null) throw new Error("refused");
    return names.join();
  });
  expect(columns).toEqual(["inside,b"]);
});

test("nor is one in a folder that is exchanged for a link", async () => {
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub", "cur.csv"), INSIDE);
  await startSwapping(swapFolder);
  const experiment = experimentOf({ task: { kind: "text", file: "sub/cur.csv" } });
  const texts = await readOften(async () => textOf(await readExperimentFiles(folder, experiment)));
  expect(texts).toEqual([INSIDE]);
});

test("nor is a run file", async () => {
  const named = (name: string): Uint8Array => encodeRun({ ...trained, meta: { ...trained.meta, name } });
  const path = join(folder, "x.rnnrun");
  for (const file of [path, join(folder, "inside")]) writeFileSync(file, named("inside"));
  writeFileSync(join(root, "outside", "x.rnnrun"), named("outside"));
  await startSwapping(swapFile("x.rnnrun", "inside"));
  const summaries = await readOften(async () => (await readSummary(path)).meta.name);
  expect(summaries).toEqual(["inside"]);
  const whole = await readOften(async () => readRunFile(path).meta.name);
  expect(whole).toEqual(["inside"]);
});
