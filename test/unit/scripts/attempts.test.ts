/** What npm test says of tests that fail at first. */
import { expect, test } from "vitest";
import { runVitest } from "../../../scripts/vitest.mjs";

test("a test that passes at the second attempt counts as passed, and is named with its error", async () => {
  const config = "test/fixtures/attempts/vitest.config.mts";
  expect(await runVitest(config, ["--retry=1"], { quiet: true })).toMatchObject({
    passed: 2,
    failed: 1,
    failures: [expect.stringMatching(/^never passes: AssertionError: expected 2 to be 3/)],
    repeated: [expect.stringMatching(/^passes at the second attempt: AssertionError: expected 1 to be 2/)],
  });
  expect(await runVitest(config, [], { quiet: true })).toMatchObject({ passed: 1, failed: 2, repeated: [] });
});
