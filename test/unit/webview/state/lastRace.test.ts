import { describe, expect, test } from "vitest";
import type { ShownRace } from "../../../../src/shared/wire/race";
import { lastRaceOf, readLastRace } from "../../../../webview/state/lastRace";
import { INITIAL_STATE, lostRaceOf, reduce, type LabState } from "../../../../webview/state/store";
import { headerOf, rowsOf, seriesOf, viewOf } from "../support";

const URI = viewOf({}).experiment?.uri ?? "";
const lane = (iteration: number, loss: number): ShownRace["lanes"][number] => ({
  cell: "lstm",
  hiddenSize: 8,
  parameterCount: 400,
  edits: [],
  phase: "running",
  message: null,
  iteration,
  iterations: 100,
  curve: { iteration: Float64Array.of(iteration), loss: Float64Array.of(loss) },
  trainMs: 1,
  result: null,
});
const RACE: ShownRace = {
  phase: "running",
  message: null,
  budget: 400,
  scoredOn: "training",
  lanes: [lane(50, 0.25), { ...lane(0, NaN), cell: "gru" }],
  inFile: "lstm",
};
const LAST = {
  uri: URI,
  isDone: false,
  share: 0.25,
  lanes: [
    { cell: "lstm", loss: 0.25 },
    { cell: "gru", loss: null },
  ],
};

function shown(state: LabState): LabState {
  return reduce(state, {
    type: "host",
    message: {
      type: "snapshot",
      sequence: state.lastSequence + 1,
      view: viewOf({}),
      header: headerOf("run"),
      rows: rowsOf(0, 3),
      scalars: seriesOf(3),
      ghosts: [],
      surface: null,
    },
  }).state;
}
const raced = (state: LabState, race: ShownRace | null): LabState =>
  reduce(state, { type: "host", message: { type: "race", race } }).state;

describe("a comparison of cell types whose host has ended", () => {
  test("is remembered as far as it came, also through messages that name none", () => {
    expect(lastRaceOf(URI, RACE)).toEqual(LAST);
    const running = raced(shown(INITIAL_STATE), RACE);
    expect([running.lastRace, lostRaceOf(running)]).toEqual([LAST, null]);
    const next = shown({ ...INITIAL_STATE, lastRace: running.lastRace });
    expect([lostRaceOf(next), lostRaceOf(raced(next, null))]).toEqual([LAST, LAST]);
  });

  test("is forgotten when there is another one, and when the file is about something else", () => {
    const next = shown({ ...INITIAL_STATE, lastRace: readLastRace(LAST) });
    const again = raced(next, RACE);
    expect(lostRaceOf(again)).toBeNull();
    expect(raced(again, null).lastRace).toBeNull();
    const other = shown({ ...INITIAL_STATE, lastRace: readLastRace({ ...LAST, uri: "file:///other.rnn.json" }) });
    expect(lostRaceOf(other)).toBeNull();
  });

  test.each([null, 7, { ...LAST, share: 2 }, { ...LAST, lanes: [{ cell: "tree", loss: 1 }] }])(
    "is not read from %j",
    (saved) => {
      expect(readLastRace(saved)).toBeNull();
    },
  );
});
