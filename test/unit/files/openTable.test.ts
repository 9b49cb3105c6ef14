import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOpenTable, MAX_DATA_BYTES } from "../../../src/config/facts/dataFiles";
import { datasetShape } from "../../../src/config/facts/datasetShape";
import { countData } from "../../../src/config/facts/dataCounts";
import { createTrainer } from "../../../src/core/training/trainer";
import { openRegularFile, type RegularFile } from "../../../src/disk/regularFile";
import { checksums } from "../../../src/files/checksums";
import { isUtf8Text, openTable } from "../../../src/files/openTable";
import { readExperimentFiles } from "../../../src/files/readExperimentFiles";
import type { ByteSource } from "../../../src/tables/byteSource";
import { experimentOf } from "../config/support";

let folder: string;
const opened: RegularFile[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-tables-"));
});
afterAll(async () => {
  for (const { handle } of opened) await handle.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tableOf(name: string, bytes: string | Uint8Array): Promise<ByteSource> {
  writeFileSync(join(folder, name), bytes);
  const file = await openRegularFile(join(folder, name));
  opened.push(file);
  return openTable(file);
}

const EXPERIMENT = experimentOf(
  `{ "task": { "kind": "csv", "file": "t.csv", "columns": ["x", "y"], "target": "y", "length": 12 },
     "training": { "batchSize": 8, "iterations": 20, "validation": { "share": 0.2 } } }`,
);
// Several chunks.
const TEXT = `x,y\n${Array.from({ length: 60_000 }, (_, t) => `${t % 31},${(Math.sin(t / 5) * 100).toFixed(3)}`).join("\n")}\n`;

describe("a table that is read from its file", () => {
  test("trains to the same bits as one that is held, and has the same checksum", async () => {
    const bytes = new TextEncoder().encode(TEXT);
    const table = await tableOf("t.csv", bytes);
    const losses = (data: Uint8Array | ByteSource): number[] => {
      const trainer = createTrainer(EXPERIMENT, { files: { data, weights: null } });
      const found: number[] = [];
      while (trainer.step(null) === "running") found.push(trainer.metrics.loss, trainer.metrics.validationLoss);
      return found;
    };
    expect(losses(table)).toEqual(losses(bytes));
    expect(checksums({ data: table, weights: null })).toEqual(checksums({ data: bytes, weights: null }));
  });

  test("counts for no memory of its own", async () => {
    const table = await tableOf("counted.csv", TEXT);
    const counts = countData(EXPERIMENT.task, table);
    expect(counts).toMatchObject({ rows: 60_000, textBytes: 0 });
    expect(datasetShape(EXPERIMENT.task, 0.2, counts)).not.toBeNull();
  });

  test("does not see what is appended, and says so when it becomes shorter", async () => {
    const table = await tableOf("growing.csv", "x\n1\n");
    appendFileSync(join(folder, "growing.csv"), "2\n");
    expect([...table.chunks(0)].map((chunk) => chunk.length)).toEqual([4]);
    truncateSync(join(folder, "growing.csv"), 2);
    expect(() => [...table.chunks(0)]).toThrow(/became shorter/);
  });

  test("is UTF-8 text, also where a character lies in two chunks", async () => {
    const long = "a".repeat(2 ** 18 - 1);
    expect(isUtf8Text(await tableOf("two.csv", `${long}\u00fc\n`))).toBe(true);
    expect(isUtf8Text(await tableOf("latin1.csv", Buffer.from([0x61, 0xfc, 0x0a])))).toBe(false);
    expect(isUtf8Text(await tableOf("cut.csv", Buffer.from([0x61, 0xc3])))).toBe(false);
  });

  test("is one that is too large to be held, where the reader can open it", async () => {
    writeFileSync(join(folder, "t.csv"), "");
    truncateSync(join(folder, "t.csv"), MAX_DATA_BYTES + 1);
    await expect(readExperimentFiles(folder, EXPERIMENT)).rejects.toThrow(/the maximum is 134,217,728/);
    const { data } = await readExperimentFiles(folder, EXPERIMENT, true);
    expect(isOpenTable(data) && data.size).toBe(MAX_DATA_BYTES + 1);
    truncateSync(join(folder, "t.csv"), 5);
    expect((await readExperimentFiles(folder, EXPERIMENT, true)).data).toBeInstanceOf(Uint8Array);
  });
});
