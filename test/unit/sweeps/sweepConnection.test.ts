import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { SweepConnection, type LinkedSweep } from "../../../src/sweeps/sweepConnection";
import { readSweepMessage } from "../../../src/sweeps/sweepMessages";
import { Emitter } from "../../../src/lib/emitter";
import { MAX_FRAMES_IN_FLIGHT } from "../../../src/shared/wire/protocol";
import { TrialColumns } from "../../../src/shared/wire/trialColumns";
import type { SweepFrame, SweepView } from "../../../src/shared/wire/sweepProtocol";
import { readSweepFrame } from "../../../webview/sweep/messages";
import { initialSweepState, reduceFrame, type SweepState } from "../../../webview/sweep/state";
import { resultOf, trialsOf } from "../sweepPlan/support";

const INFO = { parameters: [], seeds: 9, trials: 9, goal: null };
const VIEW: SweepView = {
  source: "experiment",
  progress: null,
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
  readonly results = new TrialColumns([]);
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  add(count: number): void {
    for (let i = 0; i < count; i++) {
      const { length } = this.results;
      this.results.add(resultOf({ index: length, loss: [0.5, NaN, Infinity, -Infinity][length % 4] ?? 0 }), length);
      this.changes.fire();
    }
  }
}

/** The other end: the page's own reader and reducer, without a window. */
class Page {
  readonly frames: SweepFrame[] = [];
  readonly asked: string[] = [];
  readonly warnings: string[] = [];
  state: SweepState = initialSweepState();
  clock = 0;
  private listener: (message: unknown) => void = () => undefined;
  readonly link: SweepConnection;

  constructor(visible = true) {
    const page = {
      postMessage: (frame: SweepFrame) => {
        // As VS Code sends it: typed arrays go as they are.
        this.frames.push(structuredClone(frame));
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
        saveChart: ({ chart }) => ask(`save ${chart}`),
        chartFailed: ask,
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
    expect(page.frames).toMatchObject([{ first: 0, pending: 0, results: { index: Int32Array.of(0, 1, 2) } }]);
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
              if (step === "addMany") sweep.add(15_000);
              if (step === "draw") page.draw();
              if (step === "wait") wait(200);
              if (step === "snapshot") page.say({ type: "requestSnapshot" });
              if (step === "reload") {
                page.frames.length = 0;
                page.state = initialSweepState();
                page.say({ type: "ready" });
              }
              if (step === "hide") {
                page.link.setVisible(false);
                page.frames.length = 0;
                page.link.setVisible(true);
                page.state = initialSweepState();
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
              i < 100 && (page.frames.length > 0 || page.state.trials.length !== sweep.results.length);
              i++
            ) {
              wait(200);
              page.draw();
            }
            const { length } = sweep.results;
            expect(page.state.trials.block(0, length)).toEqual(sweep.results.block(0, length));
            expect(page.state.pending).toBe(0);
            page.link.dispose();
          },
        ),
        { numRuns: 40, seed: 5 },
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
      expect([page.frames.length, page.link.framesInFlight, page.state.trials.length]).toEqual([0, 0, 3]);
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
  const results = trialsOf().block(0, 0);
  const frame = { type: "sweep", sequence: 1, first: 0, pending: 0, results, view: VIEW };
  test.each([
    [null],
    [{ type: "snapshot" }],
    [{ ...frame, results: {} }],
    [{ ...frame, first: -1 }],
    [{ ...frame, results: [] }],
    [{ ...frame, results: { ...results, index: [1] } }],
    [{ ...frame, pending: undefined }],
    [{ ...frame, view: { ...VIEW, phase: "odd" } }],
    [{ ...frame, view: { ...VIEW, info: { parameters: [{}], trials: 1, seeds: 1 } } }],
  ])("%j is refused", (data) => {
    expect(() => readSweepFrame(data)).toThrow(/malformed at "\/?[a-z0-9/]*"$/);
  });

  test("a gap asks for everything", () => {
    const state = initialSweepState();
    const gap = { ...frame, type: "sweep", first: 3, results: trialsOf(resultOf({})).block(0, 1) } as const;
    expect(reduceFrame(state, gap)).toEqual({ state, replies: [{ type: "requestSnapshot" }] });
  });

  test("columns that do not belong together add nothing", () => {
    const trials = trialsOf(resultOf({ values: ["a"], message: "why" }), resultOf({ values: ["b"] }));
    const block = trials.block(0, 2);
    for (const broken of [
      { ...block, seed: new Float64Array(1) },
      { ...block, figures: [] },
      { ...block, values: [] },
      { ...block, status: Uint8Array.of(0, 9) },
      { ...block, messages: [{ row: 2, text: "why" }] },
      { ...block, values: [{ places: Float64Array.of(0, 2), choices: ["a", "b"] }] },
    ])
      expect(() => trials.append(broken)).toThrow(RangeError);
    expect([...trials]).toHaveLength(2);
    trials.append(block);
    expect([...trials].map(({ values, message }) => [...values, message])).toEqual([
      ["a", "why"],
      ["b", null],
      ["a", "why"],
      ["b", null],
    ]);
  });
});
