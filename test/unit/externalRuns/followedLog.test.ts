import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/paths.mjs";
import { FollowedLog } from "../../../src/externalRuns/followedLog";
import { readForeign } from "../../../src/externalRuns/readForeign";
import type { RestartRule } from "../../../src/externalRuns/scalarPoints";

const FIXTURES = join(ROOT, "test/fixtures/tensorboard");
const FILE = "events.out.tfevents.1700000000.fixture.1.0";

describe("a folder of event files, or a database of trackio", () => {
  let folder = "";
  let mayOpen = true;
  let rule: RestartRule = "last-of-each-step";
  let reads = 0;
  const opened: FollowedLog[] = [];
  const warnings: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-log-"));
    [mayOpen, rule, reads] = [true, "last-of-each-step", 0];
  });
  afterEach(() => {
    opened.splice(0).forEach((log) => log.dispose());
    rmSync(folder, { recursive: true, force: true });
    expect(warnings.splice(0)).toEqual([]);
  });

  function open(path = folder): FollowedLog {
    const log = new FollowedLog(path, {
      mayOpen: () => mayOpen,
      warn: (message) => warnings.push(message),
      read: async (sources, points) => {
        reads += sources.length;
        return readForeign(sources, points);
      },
      rule: () => rule,
    });
    opened.push(log);
    return log;
  }

  const told = (log: FollowedLog) =>
    log.runs.map(({ name, kind, state, iterations }) => [name, kind, state, iterations]);

  it("has a run for each folder with event files, which is read again when it has changed", async () => {
    cpSync(join(FIXTURES, "plain"), join(folder, "a/plain"), { recursive: true });
    cpSync(join(FIXTURES, "restart"), join(folder, "restart"), { recursive: true });
    mkdirSync(join(folder, "empty"));
    const log = open();
    await log.look();
    expect(told(log).sort()).toEqual([
      ["a/plain", "tensorboard", "done", 190],
      ["restart", "tensorboard", "done", 9],
    ]);
    const file = join(folder, "a/plain", FILE);
    const whole = readFileSync(file);
    await log.look();
    expect(reads).toBe(2);
    truncateSync(file, whole.length >> 1);
    await log.look();
    const half = log.runs.find(({ name }) => name === "a/plain");
    expect([half?.state, (half?.iterations ?? 0) < 190, reads]).toEqual(["running", true, 3]);
    appendFileSync(file, whole.subarray(whole.length >> 1));
    await log.look();
    expect(log.runs.find(({ name }) => name === "a/plain")?.iterations).toBe(190);
    rmSync(join(folder, "restart"), { recursive: true });
    await log.look();
    expect(log.runs.length).toBe(1);
  });

  it("is shown by the other rule once it is set", async () => {
    cpSync(join(FIXTURES, "restart"), folder, { recursive: true });
    const log = open();
    await log.look();
    expect([log.runs[0]?.iterations, log.runs[0]?.notes.at(-1)]).toEqual([
      9,
      expect.stringContaining("the last point"),
    ]);
    rule = "tensorboard";
    log.readAnew();
    await log.look();
    await log.look();
    expect([log.runs[0]?.loss, log.runs[0]?.notes.at(-1)]).toEqual([94, expect.stringContaining("TensorBoard's page")]);
  });

  it("is listed and not opened where it is not trusted, and says why it cannot be read", async () => {
    const path = join(folder, "demo.db");
    writeFileSync(path, "no database");
    mayOpen = false;
    const log = open(path);
    await log.look();
    expect([told(log), reads]).toEqual([[["demo.db", null, "unopened", null]], 0]);
    mayOpen = true;
    log.readAnew();
    await log.look();
    await log.look();
    expect(log.runs[0]).toMatchObject({ state: "unreadable", problem: expect.stringContaining("cannot be read") });
    writeFileSync(path, gunzipSync(readFileSync(join(ROOT, "test/fixtures/trackio/demo.db.gz"))));
    await log.look();
    expect(
      told(log)
        .map(([name, kind]) => [name, kind])
        .sort(),
    ).toEqual([
      ["first", "trackio"],
      ["odd", "trackio"],
    ]);
    expect(new Set(log.runs.map(({ id }) => id)).size).toBe(2);
  });
});
