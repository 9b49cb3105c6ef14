import type { RunContents } from "../runs/format/runContents";
import { IMPORTED_SCHEME } from "../runs/runName";

/**
 * Of experiments that came in a bundle. It is no place on a disk: the data that such an experiment names are looked for
 * nowhere.
 */
const IMPORTED_URI = `${IMPORTED_SCHEME}:/experiment.rnn.json`;

/**
 * A run of somebody else as one of ours: under a new id, without the place on their disk, which could be any place on
 * this one, and without the number that it had there.
 */
export function asImported(run: RunContents, id: string): RunContents {
  const { meta, header } = run;
  return {
    ...run,
    meta: {
      ...meta,
      runId: id,
      number: 0,
      origin: "command",
      uri: IMPORTED_URI,
      resumedFrom: null,
      writer: { process: 0, machine: "imported" },
    },
    header: header === null ? null : { ...header, runId: id },
  };
}
