import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createLease,
  decodeLease,
  encodeLease,
  LEASE_BYTES,
  leasePath,
  SILENT_AFTER_MS,
  writeLease,
  type RunLease,
} from "../../../src/runs/lease";
import { LeaseWatch } from "../../../src/runs/leaseWatch";
import { ownPlace, stateOfProcess } from "../../../src/runs/processPlace";
import { buildProgram, Conversation } from "./processes";
import { temporaryFolder } from "./support";

const WINDOWS = process.platform === "win32";
/** The user and group `nobody` of most systems. */
const NOBODY = 65_534;
const LINUX = process.platform === "linux";
/** A namespace of its own needs rights that not every user has. */
const canUnshare = LINUX && spawnSync("unshare", ["-p", "--fork", "true"]).status === 0;

const elsewhere: RunLease = {
  process: 17,
  processStart: "900",
  boot: "another",
  pidNamespace: "pid:[1]",
  machine: "another",
  beat: 0,
};

/** In which everybody may look. */
function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  return folder;
}

/** root may read everything. */
async function withoutRights<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** A reader on a clock that the test moves. */
class Reader {
  time = 1000;
  readonly path = join(openFolder(), "run.rnnrun");
  readonly watch = new LeaseWatch(() => this.time);

  async state(): Promise<string> {
    return (await this.watch.look(this.path))?.state ?? "no lease";
  }

  async stateAfter(ms: number): Promise<string> {
    this.time += ms;
    return this.state();
  }

  write(lease: RunLease): Promise<void> {
    return writeLease(leasePath(this.path), lease);
  }
}

const holders: Conversation[] = [];
afterEach(() => Promise.all(holders.splice(0).map((holder) => holder.kill())));

describe("a lease", () => {
  it("has one size, whatever it says, and is read back as it was", () => {
    const lease = { ...ownPlace(), beat: 123_456, machine: "ü\"'".repeat(40) };
    expect(Buffer.byteLength(encodeLease(lease))).toBe(LEASE_BYTES);
    expect(decodeLease(encodeLease(lease))).toEqual(lease);
    expect(decodeLease(encodeLease(elsewhere).slice(0, 90))).toBeNull();
    for (const text of ["", "null", "[]", "{}", '{"format":"rnnlease 1","process":-1}'])
      expect(decodeLease(text)).toBeNull();
  });

  it("of a process that is gone is taken over, one of a process that lives is not", () => {
    const path = join(temporaryFolder(), "a.rnnlease");
    createLease(path);
    createLease(path);
    writeFileSync(path, encodeLease({ ...ownPlace(), processStart: "1", beat: 5 }));
    if (LINUX) createLease(path);
    const parent = stateOfProcess(process.ppid);
    writeFileSync(
      path,
      encodeLease({
        ...ownPlace(),
        process: process.ppid,
        processStart: typeof parent === "object" ? parent.start : null,
        beat: 5,
      }),
    );
    expect(() => createLease(path)).toThrow(/Another process is writing this run/);
    expect(decodeLease(readFileSync(path, "utf8"))?.beat).toBe(5);
  });
});

describe("the writer of a run on another machine", () => {
  it("may live at first, lives once its counter moves, and is gone after 20 seconds of silence", async () => {
    const reader = new Reader();
    expect(await reader.state()).toBe("no lease");
    await reader.write(elsewhere);
    expect(await reader.state()).toBe("may live");
    expect(await reader.stateAfter(SILENT_AFTER_MS - 1)).toBe("may live");
    await reader.write({ ...elsewhere, beat: 1 });
    expect(await reader.stateAfter(5)).toBe("lives");
    expect(await reader.stateAfter(SILENT_AFTER_MS - 1)).toBe("lives");
    expect(await reader.stateAfter(1)).toBe("gone");
    await reader.write({ ...elsewhere, beat: 2 });
    expect(await reader.stateAfter(60_000)).toBe("lives");
  });

  it("that was never seen to move is gone after the same time, whatever the times of its file are", async () => {
    const reader = new Reader();
    await reader.write(elsewhere);
    expect(await reader.state()).toBe("may live");
    expect(await reader.stateAfter(SILENT_AFTER_MS)).toBe("gone");
  });

  it.skipIf(WINDOWS)(
    "is not taken for gone while its lease cannot be read (Windows has no such permissions)",
    async () => {
      const reader = new Reader();
      await reader.write(elsewhere);
      chmodSync(leasePath(reader.path), 0);
      expect(await withoutRights(() => reader.state())).toBe("may live");
      expect(await withoutRights(() => reader.stateAfter(SILENT_AFTER_MS))).toBe("may live");
      chmodSync(leasePath(reader.path), 0o600);
      expect(await reader.stateAfter(1)).toBe("may live");
      expect(await reader.stateAfter(SILENT_AFTER_MS)).toBe("gone");
    },
  );

  it("has no lease where something else has its name", async () => {
    const reader = new Reader();
    mkdirSync(leasePath(reader.path), { recursive: true });
    expect(await reader.state()).toBe("no lease");
  });

  it("lives though the folder shows each of its beats 15 seconds late", async () => {
    let time = 0;
    const beats = Array.from({ length: 30 }, (_, beat) => ({
      at: 2000 * beat,
      text: encodeLease({ ...elsewhere, beat }),
    }));
    // As a network folder that keeps what it has read for 15 seconds.
    const cache = { at: -Infinity, text: "" };
    const watch = new LeaseWatch(
      () => time,
      () => {
        if (time - cache.at >= 15_000)
          Object.assign(cache, { at: time, text: beats.findLast(({ at }) => at <= time)?.text });
        return Promise.resolve(cache.text);
      },
    );
    const states = new Set<string | undefined>();
    for (; time < 58_000; time += 2500) states.add((await watch.look("run.rnnrun"))?.state);
    expect([...states]).toEqual(["may live", "lives"]);
  });
});

describe.skipIf(!LINUX)("the writer of a run in another process of this machine", () => {
  let script: string;
  beforeAll(() => (script = buildProgram("leaseHolder")));

  async function start(path: string, wrap: readonly string[] = []): Promise<Conversation> {
    const [command = process.execPath, ...args] = [...wrap, process.execPath, script, path];
    const holder = Conversation.start(command, args);
    holders.push(holder);
    expect(await holder.hear()).toBe("ready");
    return holder;
  }

  it("lives while it is stopped, for however long, and is gone as soon as it is killed", async () => {
    const reader = new Reader();
    const holder = await start(reader.path);
    expect(await reader.state()).toBe("lives");
    holder.child.kill("SIGSTOP");
    expect(await reader.stateAfter(3_600_000)).toBe("lives");
    await holder.kill();
    expect(await reader.state()).toBe("gone");
  });

  it("is gone when another process has its number", async () => {
    const reader = new Reader();
    const holder = await start(reader.path);
    const lease = decodeLease(readFileSync(leasePath(reader.path), "utf8"))!;
    expect(lease.process).toBe(holder.child.pid);
    await reader.write({ ...lease, processStart: String(Number(lease.processStart) - 1) });
    expect(await reader.state()).toBe("gone");
  });

  it("writes its lease over in place, so that its size never changes", async () => {
    const reader = new Reader();
    const holder = await start(reader.path);
    const before = statSync(leasePath(reader.path));
    for (let beat = 0; beat < 12; beat++) expect(await holder.say("beat")).toBe("beat");
    const after = statSync(leasePath(reader.path));
    expect([after.ino, after.size]).toEqual([before.ino, LEASE_BYTES]);
    expect(decodeLease(readFileSync(leasePath(reader.path), "utf8"))?.beat).toBeGreaterThanOrEqual(12);
  });

  it.skipIf(!canUnshare)(
    "in another PID namespace with the same host name is judged by its beats (not run where unshare is not permitted)",
    async () => {
      const reader = new Reader();
      const holder = await start(reader.path, ["unshare", "-p", "--fork", "--mount-proc"]);
      const lease = decodeLease(readFileSync(leasePath(reader.path), "utf8"))!;
      expect([lease.process, lease.machine, lease.boot]).toEqual([1, ownPlace().machine, ownPlace().boot]);
      expect(lease.pidNamespace).not.toBe(ownPlace().pidNamespace);
      expect(await reader.state()).toBe("may live");
      expect(await holder.say("beat")).toBe("beat");
      expect(await reader.stateAfter(60_000)).toBe("lives");
      await holder.kill();
      expect(await reader.stateAfter(SILENT_AFTER_MS - 1)).toBe("lives");
      expect(await reader.stateAfter(1)).toBe("gone");
    },
  );

  it.skipIf(!canUnshare)(
    "is not looked up by number where /proc is that of another namespace (not run where unshare is not permitted)",
    async () => {
      const reader = new Reader();
      await start(reader.path, ["unshare", "-p", "--fork"]);
      const lease = decodeLease(readFileSync(leasePath(reader.path), "utf8"))!;
      expect(lease.pidNamespace).toBeNull();
      expect(await reader.state()).toBe("may live");
    },
  );
});
