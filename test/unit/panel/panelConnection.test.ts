import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { PanelConnection } from "../../../src/panel/panelConnection";
import type { PanelServices } from "../../../src/panel/pageRequests";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { MAX_FRAMES_IN_FLIGHT } from "../../../src/shared/wire/protocol";
import type { HostMessage, WebviewMessage } from "../../../src/shared/wire/protocol";
import { COUNT_ONES, ENDLESS, FILE, MemoryLog, until, untilPhase } from "../session/support";
import { WORKER_PATH } from "../session/workerPath";

const sessions: ExperimentSession[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) {
    session.dispose();
  }
});

function openSession(): ExperimentSession {
  const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog());
  sessions.push(session);
  return session;
}

/** The other end of the link: keeps what arrives, and answers only when told to. */
class Page {
  readonly received: HostMessage[] = [];
  readonly asked: string[] = [];
  readonly warnings: string[] = [];
  private readonly listeners = new Set<(message: unknown) => void>();
  private clock = 0;
  readonly link: PanelConnection;

  constructor(visible = true) {
    const host: PanelServices = {
      canRun: () => true,
      runCommand: (command) => this.asked.push(command),
      openFile: (session) => this.asked.push(session.file.uri),
      revealValue: (session, path) => this.asked.push(`${session.file.uri} ${path.join(".")}`),
      editValues: (session, edits) => this.asked.push(`${session.file.uri} ${JSON.stringify(edits)}`),
      saveChart: (session, { chart, format, content }) =>
        this.asked.push(`${session.file.uri} ${chart}.${format} ${content.length}`),
      showFailure: (message) => this.warnings.push(message),
      warn: (message) => this.warnings.push(message),
    };
    const webview = {
      postMessage: (message: HostMessage) => {
        this.received.push(message);
        // As VS Code: for a page that goes away it never settles.
        return new Promise<boolean>(() => undefined);
      },
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        this.listeners.add(listener);
        return { dispose: () => this.listeners.delete(listener) };
      },
    };
    this.link = new PanelConnection(webview, host, visible, () => this.clock);
  }

  say(message: WebviewMessage | { readonly type: string }): void {
    for (const listener of this.listeners) {
      listener(message);
    }
  }

  get frames(): Extract<HostMessage, { sequence: number }>[] {
    return this.received.filter((message) => "sequence" in message);
  }

  acknowledgeAll(): void {
    for (const { sequence } of this.frames) {
      this.say({ type: "acknowledge", sequence });
    }
  }

  wait(milliseconds: number): void {
    this.clock += milliseconds;
  }
}

function run(session: ExperimentSession, experiment = COUNT_ONES): void {
  session.start({ experiment, configHash: "hash", paused: false });
}

describe("PanelConnection", () => {
  it("sends nothing before the page is ready, then everything in one snapshot", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    run(session);
    await untilPhase(session, "done");
    expect(page.received).toEqual([]);
    page.say({ type: "ready" });
    const [snapshot, ...more] = page.received;
    expect(more).toEqual([]);
    expect(snapshot).toMatchObject({
      type: "snapshot",
      header: { iterations: 500 },
      rows: { rows: 501 },
      view: { status: { phase: "done" } },
    });
    expect(snapshot?.type === "snapshot" && snapshot.surface).toBeTruthy();
  });

  it("sends nothing while hidden, and a snapshot when the page is back", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    page.link.setVisible(false);
    const before = page.received.length;
    run(session);
    await untilPhase(session, "done");
    page.link.setVisible(true);
    expect(page.received.length).toBe(before);
    page.say({ type: "ready" });
    expect(page.received.at(-1)).toMatchObject({ type: "snapshot", rows: { rows: 501 } });
  });

  it("leaves the curves of the run before until the next one has rows to show", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    page.acknowledgeAll();
    run(session);
    await untilPhase(session, "done");
    page.acknowledgeAll();
    const before = page.frames.length;
    run(session, { ...COUNT_ONES, seed: 2 });
    await untilPhase(session, "done");
    const snapshots = page.frames.slice(before).filter((frame) => frame.type === "snapshot");
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]?.rows?.rows).toBeGreaterThan(0);
  });

  it("sends no more of a run that another is about to replace, and goes on when it is not replaced after all", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    session.setPace(1000);
    run(session);
    await until(session, () => (session.run?.trace?.rows ?? 0) > 5);
    page.acknowledgeAll();
    session.handover.setEditState("coming");
    const before = page.frames.length;
    await until(session, () => session.status.phase === "done");
    page.acknowledgeAll();
    expect(page.frames.length).toBe(before);
    session.handover.setEditState("settled");
    page.acknowledgeAll();
    const snapshotAt = page.frames.findLastIndex((frame) => frame.type === "snapshot");
    expect(page.frames.slice(snapshotAt).reduce((rows, frame) => rows + (frame.rows?.rows ?? 0), 0)).toBe(501);
  });

  it("keeps at most two frames unacknowledged and puts what comes meanwhile together, so that no row is lost", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    session.setPace(1000);
    run(session);
    await untilPhase(session, "done");
    expect(page.link.framesInFlight).toBeGreaterThan(0);
    expect(page.link.framesInFlight).toBeLessThanOrEqual(MAX_FRAMES_IN_FLIGHT);
    while (page.link.framesInFlight > 0) {
      page.acknowledgeAll();
    }
    const snapshotAt = page.frames.findLastIndex((frame) => frame.type === "snapshot");
    const iterations = page.frames.slice(snapshotAt).flatMap((frame) => [...(frame.rows?.columns[0] ?? [])]);
    expect(iterations).toEqual(Array.from({ length: 501 }, (_, index) => index));
    const sequences = page.frames.map((frame) => frame.sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    const last = page.frames.at(-1);
    expect(last?.type === "append" && last.status.phase).toBe("done");
  });

  it("answers a request for a snapshot even when both frames were lost", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    run(session);
    await untilPhase(session, "done");
    page.wait(6000);
    page.say({ type: "requestSnapshot" });
    expect(page.received.at(-1)).toMatchObject({ type: "snapshot", rows: { rows: 501 } });
  });

  it.each(["ready", "requestSnapshot"] as const)(
    "has one snapshot on its way and one due, however often the page says %s",
    async (type) => {
      const session = openSession();
      run(session);
      await untilPhase(session, "done");
      const page = new Page();
      page.link.show(session);
      page.say({ type: "ready" });
      page.acknowledgeAll();
      const before = page.frames.length;
      const flood = () => {
        for (let i = 0; i < 2000; i++) page.say({ type });
        return page.frames.length - before;
      };
      expect(flood()).toBe(1);
      page.acknowledgeAll();
      expect(flood()).toBe(2);
      page.acknowledgeAll();
      page.acknowledgeAll();
      expect([page.frames.length - before, page.link.framesInFlight]).toEqual([3, 0]);
      expect(page.frames.every((frame) => frame.type === "snapshot" && frame.rows?.rows === 501)).toBe(true);
    },
  );

  it("gives a page that was loaded anew a snapshot of its own soon, though the one before is never acknowledged", () => {
    const page = new Page();
    page.link.show(openSession());
    page.say({ type: "ready" });
    page.say({ type: "ready" });
    expect(page.frames).toHaveLength(1);
    page.wait(1500);
    page.say({ type: "acknowledge", sequence: 99 });
    expect(page.frames).toHaveLength(2);
  });

  it("takes what was sent before a snapshot for drawn when the snapshot is", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    page.acknowledgeAll();
    session.setPace(1000);
    run(session);
    await until(session, () => {
      if (page.frames.at(-1)?.type === "append") return true;
      page.acknowledgeAll();
      return false;
    });
    // Loaded anew: the page before has taken the rows with it.
    page.say({ type: "ready" });
    page.say({ type: "acknowledge", sequence: page.frames.at(-1)?.sequence ?? 0 });
    expect(page.link.framesInFlight).toBe(0);
  });

  it("takes frames that are never acknowledged for lost and sends a snapshot", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    run(session, ENDLESS);
    await until(session, () => page.link.framesInFlight > 0 && (session.run?.trace?.rows ?? 0) > 100);
    const frames = page.frames.length;
    await until(session, (event) => event?.kind === "rows");
    expect(page.frames.length).toBe(frames);
    page.wait(6000);
    await until(session, () => page.frames.length > frames);
    expect(page.frames.at(-1)?.type).toBe("snapshot");
    expect(page.warnings.join()).toContain("did not acknowledge");
  });

  it("keeps the old curves on the screen until another run has something to show", async () => {
    const session = openSession();
    const page = new Page();
    const held = session.thread.retain();
    run(session);
    await untilPhase(session, "done");
    page.link.show(session);
    page.say({ type: "ready" });
    page.acknowledgeAll();
    const before = page.received.length;
    run(session);
    await untilPhase(session, "done");
    page.acknowledgeAll();
    const later = page.received.slice(before);
    // What is said of a run before its first rows comes with them.
    expect(later[0]).toMatchObject({ type: "snapshot", view: { status: { phase: "running" } } });
    expect(
      later
        .filter((message) => message.type === "snapshot")
        .every((message) => message.header !== null && message.ghosts.length === 1),
    ).toBe(true);
    held.dispose();
  });

  it("thins a long trace for a snapshot", async () => {
    const session = openSession();
    const page = new Page();
    run(session, { ...COUNT_ONES, training: { ...COUNT_ONES.training, iterations: 30_000 } });
    await untilPhase(session, "done");
    page.link.show(session);
    page.say({ type: "ready" });
    const [snapshot] = page.frames;
    expect(snapshot?.rows?.rows).toBeLessThanOrEqual(4096);
    expect(snapshot?.rows?.columns[0]?.at(-1)).toBe(30_000);
  });

  it("passes commands, pace and file on, and refuses what is no message of ours", () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "command", command: "run" });
    page.say({ type: "openFile" });
    page.say({ type: "setPace", pace: 100 });
    page.say({ type: "format the disk" });
    page.say({ type: "viewError", message: "no canvas" });
    expect(page.asked).toEqual(["run", FILE.uri]);
    expect(session.view(true).pace).toBe(100);
    expect(page.warnings).toEqual([
      expect.stringContaining("unknown message from the panel (1 so far)"),
      expect.stringContaining("no canvas"),
    ]);
  });

  it("answers a page that asks whether the host is there, ready or not, and refuses none of its signals", () => {
    const page = new Page(false);
    page.say({ type: "ping" });
    page.say({ type: "keepState", state: "{}" } as never);
    expect([page.received, page.warnings]).toEqual([[{ type: "pong" }], []]);
  });

  it("asks the page for a chart as soon as it is there, and hands on what a button of the page saves", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    const listed = page.link.charts.list();
    const drawn = page.link.charts.draw("loss", "csv");
    const refused = page.link.charts.draw("none", "csv");
    expect(page.received).toEqual([]);
    page.say({ type: "ready" });
    expect(page.received.slice(1)).toEqual([
      { type: "listCharts", requestId: 1 },
      { type: "drawChart", requestId: 2, chart: "loss", format: "csv" },
      { type: "drawChart", requestId: 3, chart: "none", format: "csv" },
    ]);
    page.say({ type: "charts", requestId: 1, charts: [{ id: "loss", title: "Loss" }] });
    page.say({ type: "chartFile", requestId: 2, chart: "loss", format: "csv", content: new Uint8Array([7]) });
    page.say({ type: "chartFailed", requestId: 3, message: "This run has no chart." });
    expect(await listed).toEqual([{ id: "loss", title: "Loss" }]);
    expect(await drawn).toEqual(new Uint8Array([7]));
    await expect(refused).rejects.toThrow("no chart");
    page.say({ type: "chartFile", requestId: null, chart: "loss", format: "png", content: new Uint8Array(3) });
    expect(page.asked).toEqual([`${FILE.uri} loss.png 3`]);
    const abandoned = page.link.charts.list();
    page.link.dispose();
    await expect(abandoned).rejects.toThrow("closed");
  });

  it("answers a page that asked for a snapshot meanwhile, and gives a page that was loaded anew no answer of the one before", async () => {
    const session = openSession();
    const page = new Page();
    page.link.show(session);
    page.say({ type: "ready" });
    run(session);
    await untilPhase(session, "done");
    const answers = () => page.received.filter((message) => message.type === "answer");
    const ask = (requestId: number, iteration: number) =>
      page.say({ type: "ask", requestId, question: { kind: "weights", iteration } });
    ask(1, 3);
    page.say({ type: "requestSnapshot" });
    await session.questions.ask({ kind: "weights", iteration: 0 });
    expect(answers()).toMatchObject([{ requestId: 1, answer: { iteration: 3 } }]);
    ask(2, 5);
    page.say({ type: "ready" });
    // The thread answers questions of one kind in their order: by now it has answered the one of the page before, too.
    ask(1, 7);
    await session.questions.ask({ kind: "weights", iteration: 0 });
    expect(answers().slice(1)).toMatchObject([{ requestId: 1, answer: { iteration: 7 } }]);
  });

  it("waits for another ready when the page is hidden twice", () => {
    const page = new Page();
    page.link.show(openSession());
    page.link.setVisible(false);
    page.say({ type: "ready" });
    page.link.setVisible(false);
    page.link.setVisible(true);
    expect(page.received).toEqual([]);
    page.say({ type: "ready" });
    expect(page.received).toMatchObject([{ type: "snapshot" }]);
  });

  it("shows an empty view without a session, and another session when it is told to", () => {
    const [first, second] = [openSession(), openSession()];
    const page = new Page();
    page.link.show(null);
    page.say({ type: "ready" });
    expect(page.received.at(-1)).toMatchObject({ type: "snapshot", header: null, view: { experiment: null } });
    page.acknowledgeAll();
    page.link.show(first);
    expect([first.thread.isRetained, first.listenerCount]).toEqual([true, 1]);
    page.link.show(second);
    expect([first.thread.isRetained, first.listenerCount, second.thread.isRetained]).toEqual([false, 0, true]);
    page.link.dispose();
    page.link.dispose();
    expect([second.thread.isRetained, second.listenerCount]).toEqual([false, 0]);
  });

  it("never has more than two frames in flight and never speaks out of turn, whatever the page says when", () => {
    const step = fc.oneof(
      fc
        .constantFrom("ready", "requestSnapshot", "hide", "show", "view", "other")
        .map((kind) => ({ kind, sequence: 0 })),
      fc.nat(20).map((sequence) => ({ kind: "acknowledge", sequence })),
    );
    const [first, second] = [openSession(), openSession()];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const page = new Page();
        page.link.show(first);
        let saidReady = false;
        let visible = true;
        for (const { kind, sequence } of steps) {
          const before = page.received.length;
          if (kind === "hide" || kind === "show") {
            visible = kind === "show";
            saidReady &&= visible;
            page.link.setVisible(visible);
          } else if (kind === "view") {
            page.link.sendView();
          } else if (kind === "other") {
            page.link.show(page.link.shownSession === first ? second : first);
          } else {
            saidReady ||= kind === "ready";
            page.say(kind === "acknowledge" ? { type: kind, sequence } : { type: kind });
          }
          expect(page.link.framesInFlight).toBeLessThanOrEqual(MAX_FRAMES_IN_FLIGHT);
          if (!saidReady || !visible) {
            expect(page.received.length).toBe(before);
          }
        }
        page.link.dispose();
      }),
    );
    expect([first.listenerCount, second.listenerCount]).toEqual([0, 0]);
  });
});
