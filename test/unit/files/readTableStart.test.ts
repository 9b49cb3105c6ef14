import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readTableStart } from "../../../src/files/readTableStart";
import { experimentOf } from "../core/support";

const folder = mkdtempSync(join(tmpdir(), "rnn-lab-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("labels that only one part of the split has are found while the experiment is edited, by its share", async () => {
  const rows = Array.from({ length: 20 }, (_, row) => `${row},${row < 17 ? ["walk", "run"][row % 2] : "jump"}`);
  writeFileSync(join(folder, "a.csv"), `x,y\n${rows.join("\n")}\n`);
  const task = { kind: "csv", file: "a.csv", columns: ["x"], target: "y", length: 2 } as const;
  const problemsOf = async (share: number) => {
    const experiment = experimentOf({ task, training: { loss: "cross-entropy", validation: { share } } });
    return (await readTableStart(folder, experiment))?.problems.map(({ key, text }) => `${key}: ${text.slice(0, 50)}`);
  };
  expect(await problemsOf(0.25)).toEqual(['target: Column "y": labels that occur in validation rows o']);
  expect(await problemsOf(0)).toEqual([]);
});
