import { isRunsTableHostMessage } from "../../src/shared/guards/isRunsTableHostMessage.generated";
import { isRunsTableState } from "../../src/shared/guards/isRunsTableState.generated";
import { readFields } from "../../src/shared/guards/readFields";
import type { RunsTableHostMessage, RunsTableState } from "../../src/shared/wire/runsTable";

/** Null when it is no message of ours. */
export function readRunsTableMessage(data: unknown): RunsTableHostMessage | null {
  if (!isRunsTableHostMessage(data)) return null;
  const fits =
    data.type === "runs"
      ? data.changed.every(({ values }) => values.length === data.paths.length)
      : data.curves.every(({ iteration, loss }) => iteration.length === loss.length);
  return fits ? data : null;
}

const DEFAULT_STATE: RunsTableState = {
  sort: [],
  filter: "",
  columns: {},
  group: null,
  expanded: [],
  selected: [],
  chart: false,
  band: "range",
  logarithmic: true,
};

/** What an earlier page has left; what cannot be read of it has its default. */
export function readRunsTableState(saved: unknown): RunsTableState {
  return readFields(isRunsTableState, saved, DEFAULT_STATE);
}
