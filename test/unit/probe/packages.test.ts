/** The probe on recurrent layers and training loops of other packages, so far as the Python has them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { versionOf } from "../python";
import { findingsOf, readProbeFile, runProgram, worstOf, type TrueCase } from "./trueGradients";

const snntorch = findPythonPackage("snntorch");
/** Some packages take long to load for the first time. */
const PATIENCE = 400_000;

describe.skipIf(snntorch.missing !== null)(`a probe of layers of snntorch ${versionOf(snntorch)} and others`, () => {
  let folder = "";
  let kinds: TrueCase[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-packages-"));
    kinds = runProgram(snntorch.python, "packages.py", folder).filter(({ missing }) => missing === undefined);
  }, PATIENCE);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("finds their faults, and none in their healthy use", () => {
    const layers = kinds.filter(({ calls }) => calls === undefined);
    expect(layers.length).toBeGreaterThan(6);
    expect(layers.map(({ name, file }) => [name, findingsOf(file).map(({ rule }) => rule)])).toEqual(
      layers.map(({ name, rules }) => [name, rules]),
    );
    for (const { file } of layers)
      expect(readProbeFile(file).contents).toMatchObject({ iterations: 3, end: { dropped: 0 } });
    expect(layers.filter(({ same }) => same === false)).toEqual([]);
  });

  it("tells the gradients of their training loops", () => {
    const off = kinds
      .filter(({ calls }) => calls !== undefined)
      .map((one) => [`${one.name}, ${one.version}`, worstOf(one), one.limit!] as const);
    expect(off.filter(([, worst, limit]) => !(worst <= limit))).toEqual([]);
  });
});
