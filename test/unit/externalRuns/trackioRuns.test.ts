import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/paths.mjs";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { versionOf } from "../python";
import { readTrackioRuns } from "../../../src/externalRuns/trackioRuns";

const trackio = findPythonPackage("trackio");
/** Against hanging only. */
const POLLED = { timeout: 120_000, interval: 100 };

/** Written by trackio itself. */
const DEMO = gunzipSync(readFileSync(join(ROOT, "test/fixtures/trackio/demo.db.gz")));

describe("the database of trackio", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-trackio-"));
    path = join(folder, "demo.db");
    writeFileSync(path, DEMO);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has its runs with their scalars, also those that are not finite, and nothing is put beside it", () => {
    const [first, odd] = readTrackioRuns(path, 100);
    expect(first).toMatchObject({
      name: "first",
      iterations: 4,
      loss: 0.2,
      part: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(first?.curves).toEqual({
      iteration: Float64Array.of(0, 1, 2, 3, 4),
      loss: Float64Array.of(1, 1 / 2, 1 / 3, 1 / 4, 1 / 5),
      validationLoss: Float64Array.of(2, 1, 2 / 3, 1 / 2, 2 / 5),
    });
    expect(first?.notes).toEqual(['Shown are "train/loss", "nested/val_loss".']);
    expect(odd?.curves["loss"]).toEqual(Float64Array.of(NaN, Infinity, -Infinity, 0.5));
    expect(odd?.curves["accuracy"]?.at(-1)).toBe(1);
    expect(first!.startedAt).toBeGreaterThan(Date.UTC(2026, 0));
    expect([readdirSync(folder), readFileSync(path).equals(DEMO)]).toEqual([["demo.db"], true]);
  });

  it("is read while a run writes it, with what is in the write-ahead log", () => {
    const writer = new DatabaseSync(path);
    writer.exec("PRAGMA journal_mode = WAL");
    writer.exec("PRAGMA wal_autocheckpoint = 0");
    const insert = writer.prepare(
      "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES ('live', ?, 'live', ?, ?)",
    );
    insert.run("2026-11-29T12:00:00+00:00", 0, Buffer.from('{"loss":3}'));
    const live = () => readTrackioRuns(path, 100).find(({ name }) => name === "live");
    expect(live()).toMatchObject({ iterations: 0, loss: 3 });
    insert.run("2026-11-29T12:00:01+00:00", 1, '{"loss":2}');
    expect(live()).toMatchObject({ iterations: 1, loss: 2, endedAt: live()!.startedAt + 1000 });
    writer.close();
  });

  it.skipIf(trackio.missing !== null)(
    `is read while trackio itself writes it ${versionOf(trackio)}`,
    async () => {
      // One line of input a step, so that what is there is known.
      const program = `import sys, trackio
trackio.init(project="live", name="run", embed=False, auto_log_gpu=False, auto_log_cpu=False)
for step, _ in enumerate(sys.stdin):
    trackio.log({"train/loss": 1 / (step + 1)}, step=step)
    print(step, flush=True)
trackio.finish()`;
      const writer = spawn(trackio.python, ["-c", program], {
        env: { ...process.env, TRACKIO_DIR: folder },
        stdio: ["pipe", "ignore", "ignore"],
      });
      const live = join(folder, "live.db");
      const stepsRead = (): number => {
        if (!existsSync(live)) return -1;
        return readTrackioRuns(live, 100)[0]?.iterations ?? -1;
      };
      writer.stdin.write("\n\n\n");
      await expect.poll(stepsRead, POLLED).toBe(2);
      writer.stdin.write("\n\n");
      await expect.poll(stepsRead, POLLED).toBe(4);
      // It opens the database for a write and closes it: whatever moment it is read at, it is whole.
      const ended = once(writer, "exit");
      writer.stdin.end("\n".repeat(95));
      let reads = 0;
      while (writer.exitCode === null) {
        const [run] = readTrackioRuns(live, 1000);
        const { iteration, loss } = run!.curves;
        expect([...loss!]).toEqual([...iteration!].map((step) => 1 / (step + 1)));
        reads++;
        await new Promise(setImmediate);
      }
      expect(reads).toBeGreaterThan(0);
      expect(await ended).toEqual([0, null]);
      expect(readTrackioRuns(live, 1000)[0]!.iterations).toBe(99);
    },
    300_000,
  );

  it("is refused in words where Node.js has no SQLite, and where it is none of trackio", () => {
    expect(() => readTrackioRuns(path, 100, null)).toThrow(
      `which needs Node.js 22.13 or newer. VS Code has Node.js ${process.versions.node} here.`,
    );
    writeFileSync(path, "not a database, but long enough to look at".repeat(100));
    expect(() => readTrackioRuns(path, 100)).toThrow("The database cannot be read: file is not a database");
    const other = join(folder, "other.db");
    const database = new DatabaseSync(other);
    database.exec("CREATE VIEW metrics AS SELECT 1 AS run_name, 2 AS step, 3 AS metrics, 4 AS timestamp");
    database.close();
    expect(() => readTrackioRuns(other, 100)).toThrow("It is no database of trackio: it has no table of metrics.");
  });
});
