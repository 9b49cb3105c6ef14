/** The probe on the real PyTorch, and what follows from its files, against autograd over the network step by step. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { versionOf } from "../python";
import { findingsOf, readProbeFile, runProgram, worstOf, type TrueCase } from "./trueGradients";

const torch = findPythonPackage("torch");
/** Two processes of a group start PyTorch once more. */
const PATIENCE = 400_000;

describe.skipIf(torch.missing !== null)(`a probe ${versionOf(torch)}`, () => {
  let folder = "";
  let cases: TrueCase[] = [];
  let kinds: TrueCase[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-probe-"));
    cases = runProgram(torch.python, "cases.py", folder);
    kinds = runProgram(torch.python, "models.py", folder).filter(({ missing }) => missing === undefined);
  }, PATIENCE);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const kind = (name: string): TrueCase => kinds.find((one) => one.name === name)!;

  it("tells dL/dh_t of every layer, direction and step, in every form of the modules", () => {
    expect(cases.length).toBeGreaterThan(70);
    const limitOf = (name: string) => (name.includes("float32") ? 2e-5 : 1e-10);
    expect(
      cases.map((one) => [one.name, worstOf(one)] as const).filter(([name, off]) => !(off <= limitOf(name))),
    ).toEqual([]);
  });

  it("tells it in every way to train them", () => {
    const compared = kinds.filter(({ calls, cells }) => calls !== undefined || cells !== undefined);
    expect(compared.length).toBeGreaterThan(14);
    const off = compared.map((one) => [one.name, worstOf(one), one.limit ?? 1e-10] as const);
    expect(off.filter(([, worst, limit]) => !(worst <= limit))).toEqual([]);
  });

  it("leaves losses, random numbers, buffers, compiled graphs and children as they are", () => {
    const same = kinds.filter((one) => one.same !== undefined);
    expect(same.length).toBeGreaterThan(4);
    expect(same.filter((one) => !one.same).map(({ name }) => name)).toEqual([]);
    expect(kinds.filter(({ graphs }) => graphs !== undefined && graphs !== 1)).toEqual([]);
  });

  it("records the scalars of every step, as they were", () => {
    const { name: _, losses } = kind("unchanged");
    const { contents } = readProbeFile(kind("unchanged").file);
    expect([...contents.scalars.keys()]).toEqual(["iteration", "loss", "lr", "nan"]);
    expect([...contents.scalars.get("loss")!]).toEqual(losses);
    expect(contents.scalars.get("nan")!.every(Number.isNaN)).toBe(true);
    expect(contents).toMatchObject({
      iterations: 20,
      end: { failure: null, iterations: 20, captures: 20, dropped: 0 },
    });
    expect(contents.start.watch.file).toMatch(/models\.py$/);
  });

  it("captures what its process did, and nothing of copies, children and layers without a gradient", () => {
    const counted = kinds.filter((one) => one.captures !== undefined);
    expect(counted.map((one) => readProbeFile(one.file).captures.length)).toEqual(counted.map((one) => one.captures));
  });

  it("says what only it can see", () => {
    const told = kinds.filter((one) => one.event !== undefined);
    expect(told.length).toBeGreaterThan(0);
    for (const { file, event, healthy } of told) {
      const { events } = readProbeFile(file).contents;
      expect(events).toMatchObject([{ kind: event, detail: {} }]);
      expect(events[0]!.detail.layer ?? events[0]!.detail.module).toBeDefined();
      if (healthy !== undefined) expect(readProbeFile(healthy).contents.events).toEqual([]);
    }
  });

  it("finds the fault of a network, and none in a healthy one", () => {
    const networks = runProgram(torch.python, "findings.py", folder);
    expect(networks.filter(({ rules }) => rules!.length === 0).length).toBeGreaterThan(4);
    expect(networks.map(({ name, file }) => [name, findingsOf(file).map(({ rule }) => rule)])).toEqual(
      networks.map(({ name, rules }) => [name, rules]),
    );
  });

  it("leaves out what is no number, and records the rest", () => {
    const { contents } = readProbeFile(kind("scalars").file);
    const rows = [...contents.scalars].map(([name, values]) => [name, [...values]]);
    const twice = (value: number) => [value, value];
    expect(rows).toEqual([
      ["iteration", [0, 1]],
      ["loss", twice(0.5)],
      ["nan", twice(NaN)],
      ["infinite", twice(Infinity)],
      ["half", twice(0.25)],
      ["whole", twice(3)],
      ["flag", twice(1)],
      ["text_number", twice(0.125)],
    ]);
    expect(contents.end?.failure).toBeNull();
  });

  it("writes one file for all ranks", () => {
    expect(kind("data_parallel").none).toBeNull();
  });
});
