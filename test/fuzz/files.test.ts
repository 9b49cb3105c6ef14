import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, test, vi } from "vitest";
import { readExperimentFiles } from "../../src/files/readExperimentFiles";
import { ExperimentError } from "../../src/config/facts/experimentError";
import { readSafetensors, writeSafetensors } from "../../src/formats/safetensors";
import { experimentOf } from "../unit/core/support";
import { assert, fuzz, fuzzAsync } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

let outside: string;
let folder: string;
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "rnn-lab-fuzz-"));
  folder = join(outside, "lab");
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "secret");
  writeFileSync(join(folder, "words.txt"), "inside");
  writeFileSync(join(folder, "data", "more.txt"), "inside");
  symlinkSync(join(outside, "secret.txt"), join(folder, "link.txt"));
  symlinkSync(outside, join(folder, "up"));
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

test("whatever the name of a data file, nothing outside the folder is read and nothing else is thrown", async () => {
  const part = fc.oneof(
    fc.constantFrom(
      "..",
      ".",
      "data",
      "up",
      "lab",
      "secret.txt",
      "words.txt",
      "link.txt",
      "",
      "C:",
      "\\\\server",
      "~",
      "%2e%2e",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const joint = fc.constantFrom("/", "\\", "//", "/./");
  await fuzzAsync(
    "paths",
    { short: 500, full: 10_000 },
    fc.tuple(fc.array(part, { minLength: 1, maxLength: 6 }), joint),
    async ([parts, between]) => {
      const name = parts.join(between);
      if (name === "") return;
      try {
        assert(
          (await readExperimentFiles(folder, experimentOf({ task: { kind: "text", file: name } }))).data === "inside",
          "only files of the folder are read",
        );
      } catch (error) {
        assert(error instanceof ExperimentError, `an error says what is wrong with the file (${String(error)})`);
      }
    },
  );
});

test("weights that were damaged or made up give tensors or an error, never more than the file holds", () => {
  const right = writeSafetensors([
    { name: "weight_ih_l0", shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) },
    { name: "b", shape: [1], values: Float64Array.of(0) },
  ]);
  const damage = fc.array(fc.record({ at: fc.nat(right.length - 1), byte: fc.nat(255) }), { maxLength: 6 });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(damage, fc.nat(right.length)).map(([changes, length]) => {
      const copy = right.slice(0, Math.max(length, 8));
      for (const { at, byte } of changes) copy[at % copy.length] = byte;
      return copy;
    }),
  );
  fuzz("weights", { short: 2000, full: 20_000 }, bytes, (file) => {
    try {
      const { tensors } = readSafetensors(file);
      assert(tensors.reduce((sum, { values }) => sum + values.length, 0) <= file.length, "no more numbers than bytes");
    } catch (error) {
      assert(
        error instanceof Error &&
          error.message.length < 1000 &&
          !(error instanceof RangeError && /allocation|array length/i.test(error.message)),
        `an error in words (${String(error)})`,
      );
    }
  });
});
