import { afterEach, describe, expect, it } from "vitest";
import { SessionRegistry } from "../../../src/session/sessionRegistry";
import type { RunPhase } from "../../../src/shared/trace/trace";
import { COUNT_ONES, ENDLESS, FILE, MemoryLog, buildWorker, until, untilPhase } from "./support";

let registry = new SessionRegistry("", new MemoryLog());

afterEach(() => registry.dispose());

const typed = (configHash: string) => ({
  experiment: { ...ENDLESS, seed: configHash.length },
  configHash,
  paused: false,
  byTyping: true,
});

describe("what is told calmly", () => {
  it("is of a run that takes over while somebody types what it came to, each kind once", async () => {
    registry = new SessionRegistry(buildWorker(), new MemoryLog());
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
    await until(session, () => session.run?.runId !== first && (session.trace?.rows ?? 0) > 0);
    expect(told).toEqual([]);
    await until(session, () => told.length > 0);
    expect(told.toSorted()).toEqual(["run", "view"]);
    expect(all).toBeGreaterThan(2);
    // That it stopped and started in between has nobody seen.
    expect([...new Set(phases)]).toEqual(["running"]);
  });

  it("is at once what somebody does by a command", async () => {
    registry = new SessionRegistry(buildWorker(), new MemoryLog());
    const session = registry.open(FILE);
    const told: string[] = [];
    const all: string[] = [];
    registry.onDidSettle(({ event: { kind } }) => told.push(kind));
    registry.onDidChange(({ event: { kind } }) => all.push(kind));
    session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
    await untilPhase(session, "done");
    expect(told).toEqual(all);
  });

  it("is nothing of a session that is gone", async () => {
    registry = new SessionRegistry(buildWorker(), new MemoryLog());
    const session = registry.open(FILE);
    session.start(typed("first"));
    const told: string[] = [];
    registry.onDidSettle(({ event: { kind } }) => told.push(kind));
    registry.dispose();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toEqual([]);
  });
});
