import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { readRun } from "../../../src/runs/format/readRun";
import { readSummary } from "../../../src/runs/runSummary";
import { RunFixes } from "../../../src/session/runFixes";
import { diagnose, experimentIn } from "../diagnosis/support";
import { EXPLODING } from "../fixes/support";
import { trainedRun } from "../runs/support";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-run-fixes-"));
  await build({
    entryPoints: { fixes: join(import.meta.dirname, "../../../src/worker/fixThread.ts") },
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    outdir: folder,
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { findings } = diagnose(EXPLODING);
const SETUP = {
  text: EXPLODING,
  experiment: experimentIn(EXPLODING),
  files: { data: null, weights: null },
  trainMs: 5,
  savedAs: null,
};

describe("the search for fixes of a run", () => {
  let fixes: RunFixes;
  /** Called at each change. */
  let onChange: () => void = () => undefined;
  afterEach(() => fixes.dispose());

  function open(): RunFixes {
    fixes = new RunFixes(join(folder, "fixes.js"), () => onChange());
    fixes.receive(findings);
    fixes.setFigures({ judgedLoss: Infinity, shownLoss: Infinity });
    return fixes;
  }

  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      onChange = () => {
        if (condition()) resolve();
      };
      onChange();
    });
  const offered = (): string[] => fixes.findings[0]?.fixes.map(({ title }) => title) ?? [];

  it("offers the fixes of the rules before it, those that helped during it, and the best at its end", async () => {
    open();
    expect(fixes.findings).toBe(findings);
    fixes.start(true, SETUP);
    await until(() => fixes.progress !== null);
    expect(offered()).toEqual([]);
    expect(fixes.progress?.total).toBeGreaterThan(5);
    await until(() => !fixes.isSearching);
    expect(fixes.progress).toBeNull();
    expect(fixes.findings.map(({ rule }) => rule)).toEqual(findings.map(({ rule }) => rule));
    expect(fixes.findings[0]?.fixes[0]?.trial).toMatchObject({ iterations: 500, runLoss: Infinity });
    expect(fixes.findings.flatMap((finding) => finding.fixes).every(({ trial }) => trial !== undefined)).toBe(true);
  });

  it("is needed once for what was found, again at the end of the run, and never without figures of the run", () => {
    open();
    expect([fixes.needsSearch(false), fixes.needsSearch(true)]).toEqual([true, true]);
    fixes.start(false, SETUP);
    expect([fixes.needsSearch(false), fixes.needsSearch(true)]).toEqual([false, true]);
    const shown = new RunFixes("", () => undefined);
    shown.receive(findings);
    expect(shown.needsSearch(true)).toBe(false);
  });

  it("starts anew from the trials that it has made", async () => {
    open().start(false, SETUP);
    await until(() => !fixes.isSearching);
    const first = fixes.findings;
    fixes.receive(findings);
    expect(fixes.findings).toEqual(first);
    const seen: (number | undefined)[] = [];
    fixes.start(true, SETUP);
    await until(() => {
      if (fixes.progress !== null) seen.push(fixes.progress.tried);
      return !fixes.isSearching;
    });
    expect(new Set(seen).size).toBe(1);
    expect(fixes.findings).toEqual(first);
  });

  it("goes on after it was held", async () => {
    open().start(true, SETUP);
    fixes.hold(true);
    expect(fixes.isHeld).toBe(true);
    fixes.hold(false);
    await until(() => !fixes.isSearching);
    expect(offered()).not.toEqual([]);
  });

  it("ends when it is canceled, and leaves the fixes of the rules", async () => {
    open().start(true, SETUP);
    await until(() => fixes.progress !== null);
    fixes.cancel();
    expect([fixes.isSearching, fixes.progress, fixes.findings]).toEqual([false, null, findings]);
    expect(fixes.needsSearch(true)).toBe(true);
  });

  it("adds what it offers to the file of the run, which stays whole", async () => {
    const savedAs = join(folder, "run.rnnrun");
    const run = { ...trainedRun(), findings };
    writeFileSync(savedAs, encodeRun(run));
    open().start(true, { ...SETUP, savedAs });
    await until(() => !fixes.isSearching);
    const bytes = readFileSync(savedAs);
    const read = readRun(bytes);
    expect(read.findings).toEqual(fixes.findings);
    expect([read.goodBytes, read.endedAt]).toEqual([bytes.length, run.endedAt]);
    expect((await readSummary(savedAs)).progress?.endedAt).toBe(run.endedAt);
  });

  it("without a file ends as well", async () => {
    open().start(true, { ...SETUP, savedAs: join(folder, "none", "run.rnnrun") });
    await until(() => !fixes.isSearching);
    expect(offered()).not.toEqual([]);
  });

  it("that cannot run leaves the fixes of the rules", async () => {
    open().start(true, { ...SETUP, experiment: { ...SETUP.experiment, trace: { every: 1, sequence: 99 } } });
    await until(() => !fixes.isSearching);
    expect(fixes.findings).toBe(findings);
  });
});
