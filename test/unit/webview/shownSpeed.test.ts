import { expect, it } from "vitest";
import { shownSpeed } from "../../../webview/page/shownSpeed";
import { statusOf } from "./support";

const running = statusOf({ phase: "running", stepsPerSecond: 189 });
const done = statusOf({ phase: "done", iteration: 500, trainMs: 1000, stepsPerSecond: 0 });

it("the speed is of the moment, then the mean, and never above the limit in force", () => {
  expect([shownSpeed(running, 0), shownSpeed(running, 1000), shownSpeed(running, 10)]).toEqual([189, 189, 10]);
  expect([shownSpeed(done, 0), shownSpeed(done, 100)]).toEqual([500, 100]);
  expect(shownSpeed(statusOf({ phase: "paused", iteration: 5, trainMs: 10 }), 10)).toBe(0);
});
