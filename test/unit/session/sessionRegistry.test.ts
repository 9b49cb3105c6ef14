import { afterEach, describe, expect, it } from "vitest";
import { MAX_SESSIONS, SessionRegistry } from "../../../src/session/sessionRegistry";
import { COUNT_ONES, FILE, MemoryLog, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

let registry = new SessionRegistry("", new MemoryLog());

afterEach(() => registry.dispose());

function fileOf(uri: string) {
  return { ...FILE, uri };
}

describe("SessionRegistry", () => {
  it("gives the same session for the same file", () => {
    registry = new SessionRegistry("", new MemoryLog());
    const session = registry.open(FILE);
    expect(registry.open(FILE)).toBe(session);
    expect(registry.find(FILE.uri)).toBe(session);
    expect(registry.find("file:///other")).toBeNull();
  });

  it("moves a session with its run when the file is renamed, and closes what stood under the new name", async () => {
    registry = new SessionRegistry(WORKER_PATH, new MemoryLog());
    const session = registry.open(fileOf("a"));
    const other = registry.open(fileOf("b"));
    const removed: unknown[] = [];
    registry.onDidRemove((gone) => removed.push(gone));
    session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
    registry.move("a", fileOf("b"));
    registry.move("nowhere", fileOf("c"));
    expect([registry.find("a"), registry.find("b"), registry.find("c")]).toEqual([null, session, null]);
    expect(removed).toEqual([other]);
    await untilPhase(session, "done");
    expect(session.view(true).experiment!.uri).toBe("b");
  });

  it("tells what happens in every session", () => {
    registry = new SessionRegistry("", new MemoryLog());
    const heard: string[] = [];
    registry.onDidChange(({ session, event }) => heard.push(`${session.file.uri} ${event.kind}`));
    registry.open(fileOf("a")).setPace(10);
    registry.open(fileOf("b")).setPace(10);
    expect(heard).toEqual(["a view", "b view"]);
  });

  it("forgets the longest unused sessions beyond its bound, but none that is shown", () => {
    registry = new SessionRegistry("", new MemoryLog());
    const shown = registry.open(fileOf("shown"));
    shown.thread.retain();
    for (let index = 0; index < MAX_SESSIONS + 5; index++) {
      registry.open(fileOf(String(index)));
    }
    expect(registry.all.length).toBe(MAX_SESSIONS);
    expect(registry.find("shown")).toBe(shown);
    expect([registry.find("0"), registry.find(String(MAX_SESSIONS + 4)) === null]).toEqual([null, false]);
  });
});
