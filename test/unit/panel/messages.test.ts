import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWebviewMessage } from "../../../src/panel/messages";
import { CHART_FORMATS, MAX_CHART_BYTES } from "../../../src/shared/wire/savedCharts";
import { PACES, VIEW_COMMANDS, type WebviewMessage } from "../../../src/shared/wire/protocol";

const good: fc.Arbitrary<WebviewMessage> = fc.oneof(
  fc.constantFrom<WebviewMessage>({ type: "ready" }, { type: "requestSnapshot" }, { type: "openFile" }),
  fc.nat().map((sequence): WebviewMessage => ({ type: "acknowledge", sequence })),
  fc.constantFrom(...VIEW_COMMANDS).map((command): WebviewMessage => ({ type: "command", command })),
  fc.constantFrom(...PACES).map((pace): WebviewMessage => ({ type: "setPace", pace })),
  fc.constantFrom(...CHART_FORMATS).map((format): WebviewMessage => ({
    type: "chartFile",
    requestId: null,
    chart: "loss",
    format,
    content: new Uint8Array([1, 2]),
  })),
  fc.nat().map((requestId): WebviewMessage => ({ type: "charts", requestId, charts: [{ id: "loss", title: "Loss" }] })),
  fc.nat().map((requestId): WebviewMessage => ({ type: "chartFailed", requestId, message: "none" })),
  fc.string().map((message): WebviewMessage => ({ type: "viewError", message })),
);

const types = fc.constantFrom(
  "ready",
  "acknowledge",
  "requestSnapshot",
  "command",
  "setPace",
  "openFile",
  "viewError",
  "snapshot",
  "__proto__",
  "toString",
);
/** Often nothing but the type, which is all that some messages need. */
const spoiled = fc.oneof(
  fc.record({ type: types }),
  fc.record(
    { type: types, sequence: fc.anything(), command: fc.anything(), pace: fc.anything(), message: fc.anything() },
    { requiredKeys: ["type"] },
  ),
);

describe("readWebviewMessage", () => {
  it("takes every message of the protocol as it is, and none with a field of nobody", () => {
    fc.assert(
      fc.property(good, (message) => {
        expect(readWebviewMessage(message)).toEqual(message);
        expect(readWebviewMessage({ ...message, extra: 1 })).toBeNull();
      }),
    );
  });

  it("takes nothing else, and never throws", () => {
    const accepted = new Map<string, number>();
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof(fc.anything(), spoiled), (data) => {
        const message = readWebviewMessage(data);
        if (message === null) return void refused++;
        accepted.set(message.type, (accepted.get(message.type) ?? 0) + 1);
        expect(readWebviewMessage(message)).toEqual(message);
      }),
      { numRuns: 5000 },
    );
    // Those that need no more than their type; of the others only what happens to be right.
    expect([...accepted.keys()]).toEqual(expect.arrayContaining(["ready", "requestSnapshot", "openFile"]));
    expect([...accepted.keys()].filter((type) => ["snapshot", "__proto__", "toString"].includes(type))).toEqual([]);
    expect(refused).toBeGreaterThan(1000);
  });

  it.each([
    { type: "acknowledge", sequence: -1 },
    { type: "acknowledge", sequence: 1.5 },
    { type: "acknowledge", sequence: "1" },
    { type: "acknowledge" },
    { type: "command", command: "workbench.action.quit" },
    { type: "command", command: "toString" },
    { type: "setPace", pace: 7 },
    { type: "setPace", pace: NaN },
    { type: "viewError", message: { text: "x" } },
    { type: "chartFile", requestId: null, chart: "../loss", format: "png", content: new Uint8Array(1) },
    { type: "chartFile", requestId: null, chart: "loss", format: "exe", content: new Uint8Array(1) },
    { type: "chartFile", requestId: null, chart: "loss", format: "csv", content: "1,2" },
    { type: "charts", requestId: 1, charts: [{ id: "Loss", title: "Loss" }] },
    { type: "snapshot" },
    { type: 3 },
    {},
  ])("refuses %j", (data) => {
    expect(readWebviewMessage(data)).toBeNull();
  });

  it("refuses a chart that is larger than any may be", () => {
    expect(
      readWebviewMessage({
        type: "chartFile",
        requestId: 1,
        chart: "loss",
        format: "png",
        content: new Uint8Array(MAX_CHART_BYTES + 1),
      }),
    ).toBeNull();
  });

  it("cuts a text that would flood the log", () => {
    const message = readWebviewMessage({ type: "viewError", message: "x".repeat(1e6) });
    expect(message?.type === "viewError" && message.message.length).toBe(2000);
  });
});
