import { expect, it } from "vitest";
import { readComparePageMessage } from "../../../src/panel/compareMessages";

it("takes from the page that compares runs what is one of its messages, with its fields and no others", () => {
  expect(readComparePageMessage({ type: "verb", verb: "openRun", id: "a" })).toEqual({
    type: "verb",
    verb: "openRun",
    id: "a",
  });
  expect(readComparePageMessage({ type: "leaveOut", id: "a" })).toEqual({ type: "leaveOut", id: "a" });
  expect(readComparePageMessage({ type: "viewError", message: "x".repeat(5000) })).toEqual({
    type: "viewError",
    message: "x".repeat(2000),
  });
  const refused = [
    null,
    1,
    {},
    { type: "verb", verb: "deleteRuns", id: "a" },
    { type: "verb", verb: "openRun" },
    { type: "verb", verb: "openRun", id: "a", more: 1 },
    { type: "leaveOut", id: 1 },
    { type: "leaveOut", id: "x".repeat(300) },
    { type: "viewError" },
  ];
  for (const message of refused) expect(readComparePageMessage(message)).toBeNull();
});
