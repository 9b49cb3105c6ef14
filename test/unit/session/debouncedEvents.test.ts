import { afterEach, describe, expect, it, vi } from "vitest";
import type { ExperimentSession } from "../../../src/session/experimentSession";
import { SessionRegistry } from "../../../src/session/sessionRegistry";
import type { RunPhase } from "../../../src/shared/trace/trace";
import { COUNT_ONES, ENDLESS, FILE, MemoryLog, until, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

let registry = new SessionRegistry("", new MemoryLog());

afterEach(() => {
  vi.useRealTimers();
  registry.dispose();
});

const typed = (configHash: string) => ({
  experiment: { ...ENDLESS, seed: configHash.length },
  configHash,
  paused: false,
  byTyping: true,
});

describe("what is told calmly", () => {
  it("is of a run that takes over while somebody types what it came to, each kind once", async () => {
    registry = new SessionRegistry(WORKER_PATH, new MemoryLog());
    const session = registry.open(FILE);
    session.start(typed("first"));
    await untilPhase(session, "running");
    await new Promise<void>((resolve) => registry.onDidSettle(({ event }) => event.kind === "view" && resolve()));
    const told: string[] = [];
    const phases: RunPhase[] = [];
    registry.onDidSettle(({ event: { kind } }) => {
      if (kind === "view" || kind === "run") told.push(kind);
      phases.push(session.status.phase);
    });
    let all = 0;
    registry.onDidChange(({ event: { kind } }) => void (all += kind === "view" || kind === "run" ? 1 : 0));
    const first = session.run?.runId;
    session.handover.setEditState("coming");
    session.start(typed("the second"));
    session.handover.setEditState("settled");
    await until(session, () => session.run?.runId !== first && (session.run?.trace?.rows ?? 0) > 0);
    expect(told).toEqual([]);
    await until(session, () => told.length > 0);
    expect(told.toSorted()).toEqual(["run", "view"]);
    expect(all).toBeGreaterThan(2);
    // That it stopped and started in between has nobody seen.
    expect([...new Set(phases)]).toEqual(["running"]);
  });

  it("is at once what somebody does by a command", async () => {
    registry = new SessionRegistry(WORKER_PATH, new MemoryLog());
    const session = registry.open(FILE);
    const told: string[] = [];
    const all: string[] = [];
    registry.onDidSettle(({ event: { kind } }) => told.push(kind));
    registry.onDidChange(({ event: { kind } }) => all.push(kind));
    session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
    await untilPhase(session, "done");
    expect(told).toEqual(all);
  });

  it("is nothing of a session that is gone, whose events were held back", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    registry = new SessionRegistry(WORKER_PATH, new MemoryLog());
    const gone = registry.open(FILE);
    const kept = registry.open({ ...FILE, uri: "file:///kept.rnn.json" });
    const told = new Set<ExperimentSession>();
    registry.onDidSettle(({ session }) => told.add(session));
    for (const session of [gone, kept]) session.start(typed("first"));
    expect(told.size).toBe(0);
    registry.move(kept.file.uri, FILE);
    expect(registry.all).toEqual([kept]);
    vi.runOnlyPendingTimers();
    expect([...told]).toEqual([kept]);
  });
});
