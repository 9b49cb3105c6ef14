import fc from "fast-check";
import { test, vi } from "vitest";
import { readComparePageMessage } from "../../src/panel/compareMessages";
import { readWebviewMessage } from "../../src/panel/messages";
import { readSweepMessage } from "../../src/sweeps/sweepMessages";
import { readCompareMessage, readCompareState } from "../../webview/compare/readMessage";
import { readHostMessage } from "../../webview/wire/messages";
import { readSweepFrame } from "../../webview/sweep/messages";
import { INITIAL_STATE, reduce, type LabState } from "../../webview/state/store";
import { appendOf, headerOf, rowsOf, snapshotOf, viewOf } from "../unit/webview/support";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

const types = [
  "ready",
  "acknowledge",
  "requestSnapshot",
  "command",
  "setPace",
  "openFile",
  "revealValue",
  "editValues",
  "ask",
  "viewError",
  "snapshot",
  "append",
  "view",
  "surface",
  "answer",
  "answerFailed",
  "reveal",
  "perform",
  "race",
  "rateTest",
  "seeds",
  "sweep",
  "chartFile",
  "chartFailed",
  "charts",
  "drawChart",
  "listCharts",
  "openTrial",
  "applyTrial",
  "__proto__",
  "toString",
  "constructor",
];
const fields = [
  "action",
  "chart",
  "charts",
  "format",
  "bytes",
  "content",
  "name",
  "trial",
  "trials",
  "kind",
  "iteration",
  "sequence",
  "command",
  "pace",
  "path",
  "edits",
  "requestId",
  "question",
  "message",
  "view",
  "header",
  "rows",
  "ghosts",
  "surface",
  "runId",
  "status",
  "answer",
  "place",
];
const odd = fc.oneof(
  fc.anything({ withTypedArray: true, withBigInt: true, withDate: true, withMap: true, maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    NaN,
    -1,
    0,
    1.5,
    2 ** 53,
    "run",
    viewOf(),
    headerOf("run"),
    rowsOf(0, 3),
    { kind: "weights", iteration: 1 },
    [{ path: ["seed"], value: 1 }],
    ["training", "__proto__"],
    { iteration: 3, timeStep: null, card: "loss" },
  ),
);
const hostile = fc.record(
  { type: fc.oneof(fc.constantFrom(...types), odd), ...Object.fromEntries(fields.map((field) => [field, odd])) },
  { requiredKeys: ["type"] },
);

test("whatever a webview sends, the host takes a message of ours or nothing", () => {
  fuzz("messages to the host", { short: 3000, full: 100_000 }, fc.oneof(odd, hostile), (data) => {
    const message = readWebviewMessage(data);
    if (message === null) return;
    assert(
      JSON.stringify(readWebviewMessage(message)) === JSON.stringify(message),
      "what was taken is taken again as it is",
    );
    assert(
      !("__proto__" in message && Object.getPrototypeOf(message) !== Object.prototype),
      "no message brings a prototype",
    );
  });
});

test("any question is one of ours or none", () => {
  const kinds = [
    "decay",
    "fixedPoints",
    "jacobians",
    "inspect",
    "attribution",
    "lengths",
    "lyapunov",
    "measures",
    "memory",
    "norms",
    "predictions",
    "psychometric",
    "sample",
    "sharpness",
    "spectrum",
    "tensors",
    "weights",
  ];
  const question = fc.record(
    {
      kind: fc.oneof(fc.constantFrom(...kinds), odd),
      iteration: fc.oneof(fc.nat(), odd),
      layer: odd,
      attempt: odd,
      poll: odd,
      sequence: odd,
      part: odd,
      prime: odd,
      temperature: odd,
      subject: odd,
      input: odd,
      text: odd,
    },
    { requiredKeys: [] },
  );
  fuzz("questions", { short: 1000, full: 10_000 }, fc.oneof(odd, question), (data) => {
    const message = readWebviewMessage({ type: "ask", requestId: 1, question: data });
    assert(message === null || message.type === "ask", "a question stays one");
  });
});

/** Right messages in a wrong order, doubled and lost, and wrong ones between them. */
const story = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("snapshot" as const),
      sequence: fc.nat(6),
      run: fc.constantFrom("a", "b"),
      to: fc.nat(20),
    }),
    fc.record({
      kind: fc.constant("append" as const),
      sequence: fc.nat(6),
      run: fc.constantFrom("a", "b"),
      from: fc.nat(20),
      count: fc.nat(5),
    }),
    fc.record({ kind: fc.constant("hostile" as const), data: hostile }),
  ),
  { maxLength: 12 },
);

test("whatever the host sends, in whatever order, the page keeps a state that it can draw", () => {
  // A story has six messages on average.
  fuzz("messages to the page, in stories", { short: 500, full: 10_000 }, story, (events) => {
    let state: LabState = INITIAL_STATE;
    for (const event of events) {
      const data =
        event.kind === "snapshot"
          ? snapshotOf(event.sequence, event.run, event.to)
          : event.kind === "append"
            ? appendOf(event.sequence, event.run, event.from, event.from + event.count)
            : event.data;
      state = reduce(state, { type: "host", message: readHostMessage(data) }).state;
      assert(state.run === null || state.view !== null, "a run comes with its view");
      assert(state.run === null || state.run.trace.rows <= state.run.trace.capacityRows, "the trace is bounded");
    }
  });
});

test("the pages of sweeps and comparisons, and their hosts, take what is theirs or nothing", () => {
  fuzz("messages of sweeps and comparisons", { short: 2000, full: 20_000 }, fc.oneof(odd, hostile), (data) => {
    readComparePageMessage(data);
    readSweepMessage(data);
    try {
      readSweepFrame(data);
    } catch (error) {
      assert(error instanceof Error && error.constructor === Error, `it refuses in words (${String(error)})`);
    }
    readCompareMessage(data);
    readCompareState(data);
  });
});
