import { describe, expect, it } from "vitest";
import type { Ghost } from "../../../../../src/shared/wire/protocol";
import { iterationAxis, type IterationAxis } from "../../../../../webview/chart/iterationAxis";
import { DEFAULT_PREFERENCES, type XAxis } from "../../../../../webview/state/preferences";
import { RunClock } from "../../../../../webview/state/runClock";
import { iterationWindow } from "../../../../../webview/state/zoom";
import type { Theme } from "../../../../../webview/ui/theme";
import { ghostItems, ghostLines, ghostText } from "../../../../../webview/views/scalars/ghostLines";
import { headerOf } from "../../support";

const theme = {
  series: ["#0000ff", "#ff8800", "#aa00aa"],
  background: "#ffffff",
  foreground: "#000000",
} as unknown as Theme;

function ghostOf(number: number, last: number): Ghost {
  const iteration = Float64Array.from({ length: last + 1 }, (_, i) => i);
  return {
    runId: `run-${number}`,
    number,
    label: `clip.norm ${number}`,
    iteration,
    loss: iteration.map((at) => number * 1000 - at),
  };
}

const ghosts = [ghostOf(1, 156), ghostOf(2, 400), ghostOf(3, 20)];

/** A run of 401 iterations at 10 ms each. */
function axisOf(xAxis: XAxis, clocks: readonly RunClock[], batchesPerEpoch = 1): IterationAxis {
  const iterations = Float64Array.from({ length: 401 }, (_, i) => i);
  const course = { iterations, rows: 401, active: true, planned: 1000, ghostEnds: [] };
  const preferences = { ...DEFAULT_PREFERENCES, xAxis };
  return iterationAxis({
    header: {
      ...headerOf("run-4"),
      data: { inputKind: "values", targetKind: "values", vocabulary: null, batchesPerEpoch },
    },
    window: iterationWindow(course, "all", null),
    preferences,
    ghosts,
    clockOf: (runId) => clocks.find((clock) => clock.runId === runId) ?? null,
  });
}

function clockOf(runId: string, msPerIteration: number, batchesPerEpoch = 1): RunClock {
  const clock = new RunClock(runId, batchesPerEpoch);
  for (const iteration of [100, 200, 400]) clock.note(iteration, iteration * msPerIteration);
  return clock;
}

describe("an earlier run", () => {
  it("has a legend entry with its color, name and value each, the latest first", () => {
    const items = ghostItems({ ghosts, theme }, axisOf("iteration", []), 100);
    expect(items.map(({ label, value }) => [label, value])).toEqual([
      ["clip.norm 3", "ended at 20"],
      ["clip.norm 2", "1,900"],
      ["clip.norm 1", "900"],
    ]);
    const lines = ghostLines({ ghosts, theme }).toReversed();
    expect(items.map(({ swatch }) => [swatch?.color, swatch?.dash])).toEqual(
      lines.map(({ color, dash }) => [color, dash]),
    );
    expect(new Set(lines.map(({ color }) => color)).size).toBe(3);
  });

  it("has no value beyond its end, and says where that was", () => {
    const axis = axisOf("iteration", []);
    expect(ghostText(ghosts[0]!, axis, 156)).toBe("844");
    expect(ghostText(ghosts[0]!, axis, 157)).toBe("ended at 156");
    expect(ghostText(ghosts[0]!, axis, 500)).toBe("ended at 156");
  });
});

describe("an x axis", () => {
  it("counts iterations where the run has no epochs or no known times", () => {
    expect(axisOf("epoch", []).kind).toBe("iteration");
    expect(axisOf("time", [new RunClock("run-4", 1)]).kind).toBe("iteration");
  });

  it("of epochs divides by the batches of each run", () => {
    const axis = axisOf("epoch", [clockOf("run-1", 1, 20), clockOf("run-4", 1, 10)], 10);
    expect(axis.name).toBe("epoch");
    expect(axis.unit!.toShown(400)).toBe(40);
    expect(axis.unit!.toValue(40)).toBe(400);
    // 100 iterations are 10 epochs here; there they took 200, which is beyond its end.
    expect(axis.placesOf("run-1")!.toShown(100)).toBe(50);
    expect(ghostText(ghosts[0]!, axis, 100)).toBe("ended at 156");
    expect(ghostText(ghosts[0]!, axis, 50)).toBe("900");
    expect(ghostText(ghosts[1]!, axis, 50)).toBe("epochs not recorded");
  });

  it("of time compares runs by the time they trained, up to a round number of seconds", () => {
    const axis = axisOf("time", [clockOf("run-1", 20), clockOf("run-4", 10)]);
    expect(axis.name).toBe("training time (s)");
    expect(axis.unit!.toShown(250)).toBeCloseTo(2.5, 9);
    // The slower one trained for 3.12 s, this one for 4 s so far.
    expect(axis.unit!.toShown(axis.max)).toBeCloseTo(4, 9);
    expect(ghostText(ghosts[0]!, axis, 100)).toBe("950");
    expect(ghostText(ghosts[0]!, axis, 320)).toBe("ended at 156");
    expect(ghostText(ghosts[1]!, axis, 100)).toBe("time not recorded");
  });
});
