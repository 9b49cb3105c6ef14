/** The notebook of examples/pytorch, executed as a user executes it in a terminal. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXAMPLES, ROOT } from "../../../scripts/paths.mjs";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { versionOf } from "../python";
import { findingsOf, readProbeFile } from "./trueGradients";

interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly outputs?: readonly unknown[] }[];
}

const NOTEBOOK = "examples/pytorch/adding.ipynb";
const nbconvert = findPythonPackage("nbconvert");
/** A kernel starts PyTorch. */
const PATIENCE = 400_000;

describe("the notebook of the PyTorch example", () => {
  const text = readFileSync(join(ROOT, NOTEBOOK), "utf8");

  it("is small, and has no paths of a machine", () => {
    expect(text.length).toBeLessThan(8000);
    expect(text).not.toMatch(/\/(?:home|root|tmp|usr|Users)\//);
    expect((JSON.parse(text) as Notebook).cells.some(({ outputs }) => outputs?.length)).toBe(true);
  });
});

describe.skipIf(nbconvert.missing !== null)(`${NOTEBOOK}, executed ${versionOf(nbconvert)}`, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-notebook-"));
    mkdirSync(join(folder, "examples"));
    cpSync(join(EXAMPLES, "pytorch"), join(folder, "examples/pytorch"), { recursive: true });
    cpSync(join(ROOT, "python"), join(folder, "python"), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    "records a run that ends well, and in which the gradient vanishes",
    () => {
      const options = [
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "adding.ipynb",
        "--output",
        "executed.ipynb",
      ];
      const cwd = join(folder, "examples/pytorch");
      // As in a terminal of its own: no folder for runs, no settings of the user.
      const { RNNLAB_RUNS: _, ...env } = process.env;
      const done = spawnSync(nbconvert.python, options, {
        cwd,
        encoding: "utf8",
        env: { ...env, STEPS: "60", HOME: folder, IPYTHONDIR: join(folder, "ipython") },
      });
      expect(done.status, done.stderr).toBe(0);
      const { cells } = JSON.parse(readFileSync(join(cwd, "executed.ipynb"), "utf8")) as Notebook;
      expect(JSON.stringify(cells.at(-2)!.outputs)).toContain("60 steps");
      const files = readdirSync(join(cwd, "rnnlab-runs"));
      expect(files).toEqual([expect.stringMatching(/\.rnnrun$/)]);
      const file = join(cwd, "rnnlab-runs", files[0]!);
      expect(readProbeFile(file).contents).toMatchObject({
        iterations: 60,
        start: { name: "adding, from a notebook" },
        end: { failure: null, captures: 2, dropped: 0 },
      });
      expect(findingsOf(file).map(({ rule }) => rule)).toEqual(["vanishing"]);
    },
    PATIENCE,
  );
});
