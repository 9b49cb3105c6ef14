import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { SweepConnection, type LinkedSweep } from "../../../src/sweeps/sweepConnection";
import { readSweepMessage } from "../../../src/sweeps/sweepMessages";
import { Emitter } from "../../../src/lib/emitter";
import { MAX_FRAMES_IN_FLIGHT } from "../../../src/shared/wire/protocol";
import type { TrialResult } from "../../../src/shared/wire/sweep";
import type { SweepFrame, SweepView } from "../../../src/shared/wire/sweepProtocol";
import { readSweepFrame } from "../../../webview/sweep/messages";
import { INITIAL_SWEEP_STATE, reduceFrame, type SweepState } from "../../../webview/sweep/state";
import { resultOf } from "../sweepPlan/support";

const INFO = { parameters: [], seeds: 9, trials: 9, goal: null };
const VIEW: SweepView = {
  uri: "file:///a.rnn.json",
  name: "a",
  fileName: "a.rnn.json",
  phase: "running",
  info: INFO,
  elapsedMs: 1,
  threads: 2,
  message: null,
  canRun: true,
};

class FakeSweep implements LinkedSweep {
  readonly results: TrialResult[] = [];
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  add(count: number): void {
    for (let i = 0; i < count; i++) {
      this.results.push(
        resultOf({ index: this.results.length, loss: [0.5, NaN, Infinity, -Infinity][this.results.length % 4] ?? 0 }),
      );
      this.changes.fire();
    }
  }
}

/** The other end: the page's own reader and reducer, without a window. */
class Page {
  readonly frames: SweepFrame[] = [];
  readonly asked: string[] = [];
  readonly warnings: string[] = [];
  state: SweepState = INITIAL_SWEEP_STATE;
  clock = 0;
  private listener: (message: unknown) => void = () => undefined;
  readonly link: SweepConnection;

  constructor(visible = true) {
    const page = {
      postMessage: (frame: SweepFrame) => {
        // As VS Code sends it.
        this.frames.push(JSON.parse(JSON.stringify(frame)) as SweepFrame);
        // As VS Code: for a page that goes away it never settles.
        return new Promise<boolean>(() => undefined);
      },
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        this.listener = listener;
        return { dispose: () => (this.listener = () => undefined) };
      },
    };
    const ask = (what: string) => void this.asked.push(what);
    this.link = new SweepConnection(
      page,
      {
        view: () => VIEW,
        runCommand: ask,
        openFile: () => ask("file"),
        openTrial: (index) => ask(`trial ${index}`),
        applyTrial: (index) => ask(`apply ${index}`),
        warn: (message) => this.warnings.push(message),
      },
      visible,
      () => this.clock,
    );
  }

  say(message: unknown): void {
    this.listener(message);
  }

  /** Takes in the oldest frame that it has not, and acknowledges it. */
  draw(): void {
    const frame = this.frames.shift();
    if (frame === undefined) return;
    const { state, replies } = reduceFrame(this.state, readSweepFrame(frame));
    this.state = state;
    for (const reply of replies) this.say(reply);
    this.say({ type: "acknowledge", sequence: frame.sequence });
  }
}

describe("the link to the page of a sweep", () => {
  test("says nothing before the page is ready, and then everything", () => {
    const sweep = new FakeSweep();
    const page = new Page();
    page.link.show(sweep);
    sweep.add(3);
    expect(page.frames).toEqual([]);
    page.say({ type: "ready" });
    expect(page.frames).toMatchObject([{ first: 0, results: [{ index: 0 }, { index: 1 }, { index: 2 }] }]);
  });

  test("gives all results in the end, with two frames in flight at most, whatever is lost, late or hidden", () => {
    vi.useFakeTimers();
    try {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom("add", "addMany", "draw", "wait", "reload", "snapshot", "hide", "again"), {
            maxLength: 60,
          }),
          (steps) => {
            let sweep = new FakeSweep();
            const page = new Page();
            page.link.show(sweep);
            const wait = (ms: number) => {
              page.clock += ms;
              vi.advanceTimersByTime(ms);
            };
            page.say({ type: "ready" });
            for (const step of steps) {
              if (step === "add") sweep.add(1);
              if (step === "addMany") sweep.add(1500);
              if (step === "draw") page.draw();
              if (step === "wait") wait(200);
              if (step === "snapshot") page.say({ type: "requestSnapshot" });
              if (step === "reload") {
                page.frames.length = 0;
                page.state = INITIAL_SWEEP_STATE;
                page.say({ type: "ready" });
              }
              if (step === "hide") {
                page.link.setVisible(false);
                page.frames.length = 0;
                page.link.setVisible(true);
                page.state = INITIAL_SWEEP_STATE;
                page.say({ type: "ready" });
              }
              if (step === "again") {
                sweep = new FakeSweep();
                page.link.show(sweep);
              }
              expect(page.link.framesInFlight).toBeLessThanOrEqual(MAX_FRAMES_IN_FLIGHT);
            }
            for (
              let i = 0;
              i < 100 && (page.frames.length > 0 || page.state.results.length !== sweep.results.length);
              i++
            ) {
              wait(200);
              page.draw();
            }
            expect(page.state.results).toEqual(sweep.results);
            page.link.dispose();
          },
        ),
        { numRuns: 80, seed: 5 },
      );
    } finally {
      vi.useRealTimers();
    }
  });

  test.each(["ready", "requestSnapshot"])(
    "has the results on their way once, however often the page says %s",
    (type) => {
      const sweep = new FakeSweep();
      sweep.add(3);
      const page = new Page();
      page.link.show(sweep);
      for (let i = 0; i < 2000; i++) page.say({ type: i === 0 ? "ready" : type });
      expect(page.frames).toHaveLength(1);
      page.draw();
      expect(page.frames).toHaveLength(1);
      page.draw();
      expect([page.frames.length, page.link.framesInFlight, page.state.results.length]).toEqual([0, 0, 3]);
      page.link.dispose();
    },
  );

  test("does what the page asks, and nothing that is none of its messages", () => {
    const page = new Page();
    page.say({ type: "command", command: "sweep" });
    page.say({ type: "openTrial", index: 4 });
    page.say({ type: "openFile" });
    for (const message of [
      null,
      3,
      "sweep",
      { type: "command", command: "run" },
      { type: "openTrial", index: -1 },
      { type: "openTrial", index: "4" },
      { type: "acknowledge" },
      { type: "viewError" },
      { type: "bogus" },
    ])
      page.say(message);
    expect(page.asked).toEqual(["sweep", "trial 4", "file"]);
    expect(page.warnings.length).toBe(9);
    expect(readSweepMessage({ type: "viewError", message: "x".repeat(10_000) })).toEqual({
      type: "viewError",
      message: "x".repeat(2000),
    });
  });
});

describe("a frame that is none", () => {
  test.each([
    [null],
    [{ type: "snapshot" }],
    [{ type: "sweep", sequence: 1, first: 0, results: {}, view: VIEW }],
    [{ type: "sweep", sequence: 1, first: -1, results: [], view: VIEW }],
    [{ type: "sweep", sequence: 1, first: 0, results: [{ index: 0 }], view: VIEW }],
    [{ type: "sweep", sequence: 1, first: 0, results: [], view: { ...VIEW, phase: "odd" } }],
    [
      {
        type: "sweep",
        sequence: 1,
        first: 0,
        results: [],
        view: { ...VIEW, info: { parameters: [{}], trials: 1, seeds: 1 } },
      },
    ],
  ])("%j is refused", (frame) => {
    expect(() => readSweepFrame(frame)).toThrow(/malformed at "\/?[a-z0-9/]*"$/);
  });

  test("a gap asks for everything", () => {
    const frame = { type: "sweep", sequence: 1, view: VIEW, first: 3, results: [resultOf({})] } as const;
    expect(reduceFrame(INITIAL_SWEEP_STATE, frame)).toEqual({
      state: INITIAL_SWEEP_STATE,
      replies: [{ type: "requestSnapshot" }],
    });
  });
});
