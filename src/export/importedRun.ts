import type { RunContents } from "../runs/format/runContents";

/**
 * Of experiments that came in a bundle. It is no place on a disk: the data that such an experiment names are looked for
 * nowhere.
 */
const IMPORTED_URI = "rnnlab-imported:/experiment.rnn.json";

/**
 * A run of somebody else as one of ours: under a new id, and without the place on their disk, which could be any place
 * on this one.
 */
export function asImported(run: RunContents, id: string): RunContents {
  const { meta, header } = run;
  return {
    ...run,
    meta: { ...meta, runId: id, uri: IMPORTED_URI, resumedFrom: null, writer: { process: 0, machine: "imported" } },
    header: header === null ? null : { ...header, runId: id },
  };
}
