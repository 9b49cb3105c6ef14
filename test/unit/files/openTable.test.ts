import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countData } from "../../../src/config/facts/dataCounts";
import { isOpenTable, isTableFile, MAX_TABLE_BYTES, type TableFile } from "../../../src/config/facts/dataFiles";
import { datasetShape } from "../../../src/config/facts/datasetShape";
import { createTrainer } from "../../../src/core/training/trainer";
import { checksums } from "../../../src/files/checksums";
import { countFiles, openFiles, type TableWatch } from "../../../src/files/openTable";
import { readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { Utf8Check } from "../../../src/files/utf8Check";
import { ReadingStopped, type ByteSource } from "../../../src/tables/byteSource";
import { experimentOf } from "../config/support";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-tables-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function experimentWith(file: string, task: Record<string, unknown> = {}) {
  return experimentOf(
    JSON.stringify({
      task: { kind: "csv", file, columns: ["x", "y"], target: "y", length: 12, ...task },
      training: { batchSize: 8, iterations: 20, validation: { share: 0.2 } },
    }),
  );
}

/** By its path, as the window sends it to its threads. */
async function namedTable(name: string, bytes: string | Uint8Array): Promise<TableFile> {
  writeFileSync(join(folder, name), bytes);
  const { data } = await readExperimentFiles(folder, experimentWith(name));
  if (!isTableFile(data)) throw new Error(`${name} is held`);
  return data;
}

function open(table: TableFile, watch: TableWatch = {}): ByteSource {
  const { data } = openFiles({ data: table, weights: null }, watch);
  if (!isOpenTable(data)) throw new Error("not open");
  return data;
}

// Several chunks.
const TEXT = `x,y\n${Array.from({ length: 60_000 }, (_, t) => `${t % 31},${(Math.sin(t / 5) * 100).toFixed(3)}`).join("\n")}\n`;

describe("a table that is read from its file", () => {
  test("trains to the same bits as one that is held, and has the same checksum", async () => {
    const bytes = new TextEncoder().encode(TEXT);
    const table = open(await namedTable("t.csv", bytes));
    const losses = (data: Uint8Array | ByteSource): number[] => {
      const trainer = createTrainer(experimentWith("t.csv"), { files: { data, weights: null } });
      const found: number[] = [];
      while (trainer.step(null) === "running") found.push(trainer.metrics.loss, trainer.metrics.validationLoss);
      return found;
    };
    expect(losses(table)).toEqual(losses(bytes));
    // Another training of the same task reads nothing.
    expect(losses(table)).toEqual(losses(bytes));
    expect(checksums({ data: table, weights: null })).toEqual(checksums({ data: bytes, weights: null }));
  });

  test("is counted once, in one pass, for no memory of its own", async () => {
    const named = await namedTable("counted.csv", TEXT);
    const { task } = experimentWith("counted.csv");
    expect(countData(task, named)).toBeNull();
    let passes = 0;
    const counted = countFiles({ data: named, weights: null }, experimentWith("counted.csv"), {
      onBytes: (bytes) => (passes += Number(bytes === named.size)),
      onRows: () => (passes += 100),
    });
    expect(passes).toBe(1);
    const counts = countData(task, counted.data);
    expect(counts).toMatchObject({ rows: 60_000, textBytes: 0, inputs: null });
    expect(datasetShape(task, 0.2, counts)).not.toBeNull();
    // Nobody needs the file for that any more.
    rmSync(join(folder, "counted.csv"));
    expect(checksums(openFiles(counted)).data).toBe(
      checksums({ data: new TextEncoder().encode(TEXT), weights: null }).data,
    );
  });

  test("is counted by its values where its series and words decide how large the data are", async () => {
    const rows = Array.from({ length: 60_000 }, (_, t) => `${t % 7},some words,${t % 31},${["a", "b", "c"][t % 3]!}`);
    const named = await namedTable("series.csv", `s,note,y,w\n${rows.join("\n")}\n`);
    const columns = [{ name: "w", kind: "category" }, "y"];
    const experiment = experimentWith("series.csv", { group: "s", columns });
    const { data } = countFiles({ data: named, weights: null }, experiment);
    expect(countData(experiment.task, data)).toMatchObject({ inputs: 4, outputs: 1 });
    expect(countData(experiment.task, data)?.series).toHaveLength(7);
    const other = experimentWith("series.csv", { group: "w" });
    expect(countData(other.task, data)).toMatchObject({ rows: 60_000, series: null });
  });

  test("tells of its rows while it is read, and can be stopped", async () => {
    const named = await namedTable("watched.csv", TEXT);
    const seen: number[] = [];
    const experiment = experimentWith("watched.csv");
    createTrainer(experiment, { files: { data: open(named, { onRows: (rows) => seen.push(rows) }), weights: null } });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan(59_990);
    const stop = (): never => {
      throw new ReadingStopped();
    };
    const train = () => createTrainer(experiment, { files: { data: open(named, { onRows: stop }), weights: null } });
    expect(train).toThrow(ReadingStopped);
    expect(() => open(named, { onBytes: stop })).toThrow(ReadingStopped);
  });

  test("does not see what is appended", async () => {
    const table = open(await namedTable("growing.csv", TEXT));
    appendFileSync(join(folder, "growing.csv"), "2,2\n");
    let bytes = 0;
    for (const chunk of table.chunks(0)) bytes += chunk.length;
    expect(bytes).toBe(TEXT.length);
  });

  const changes: Record<string, (path: string) => void> = {
    "is written anew": (path) => writeFileSync(path, TEXT.replace("1,", "2,")),
    "becomes shorter": (path) => truncateSync(path, TEXT.length - 1),
    "is replaced": (path) => {
      writeFileSync(`${path}.new`, TEXT);
      renameSync(`${path}.new`, path);
    },
  };
  test.each(Object.keys(changes))("is not read when it %s after it was counted", async (change) => {
    const table = open(await namedTable("changed.csv", TEXT));
    changes[change]!(join(folder, "changed.csv"));
    expect(() => [...table.chunks(0)].length).toThrow(
      /^the table was changed while it was read\. Run the experiment again$/,
    );
  });

  test("is refused where it is no UTF-8 text or is gone, at the key that names it", async () => {
    const latin1 = await namedTable("latin1.csv", Buffer.concat([Buffer.from(TEXT), Buffer.from([0xfc])]));
    expect(() => open(latin1)).toThrow('task.file "latin1.csv": the file is not UTF-8 text. Save it as UTF-8.');
    const gone = await namedTable("gone.csv", TEXT);
    rmSync(join(folder, "gone.csv"));
    expect(() => open(gone)).toThrow(/^task\.file "gone\.csv": the file does not exist\./);
  });

  test("may have two gibibytes, and is held where it is small", async () => {
    const path = join(folder, "large.csv");
    writeFileSync(path, "");
    truncateSync(path, MAX_TABLE_BYTES);
    const { data } = await readExperimentFiles(folder, experimentWith("large.csv"));
    expect(isTableFile(data) && data.size).toBe(MAX_TABLE_BYTES);
    truncateSync(path, MAX_TABLE_BYTES + 1);
    await expect(readExperimentFiles(folder, experimentWith("large.csv"))).rejects.toThrow(
      /the maximum is 2,147,483,648/,
    );
    truncateSync(path, 5);
    expect((await readExperimentFiles(folder, experimentWith("large.csv"))).data).toBeInstanceOf(Uint8Array);
  });
});

test("bytes in chunks of any size are UTF-8 exactly where a decoder accepts them", () => {
  const piece = fc.oneof(
    fc.constantFrom("a,1\n", "\u00fc", "\u20ac", "\u{1f600}").map((text) => Buffer.from(text)),
    fc
      .constantFrom([0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0x80], [0xff], [0xed, 0xa0, 0x80])
      .map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      const bytes = Buffer.concat(pieces);
      const check = new Utf8Check();
      for (let at = 0; at < bytes.length; at += size) check.accepts(bytes.subarray(at, at + size));
      let isText = true;
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        isText = false;
      }
      expect(check.isWhole).toBe(isText);
    }),
  );
});
