/** What the session of a probe's run and its thread say to each other. Both ends are ours, so the types are trusted. */
import type { Reply } from "../lib/requests";
import type { SeriesSnapshot, SeriesUpdate } from "../shared/trace/scalarSeries";
import type { RunStatus, TraceHeader, TraceRows } from "../shared/trace/trace";
import type { ShownFinding } from "../shared/wire/findings";
import type { ProbedView } from "../shared/wire/protocol";
import type { Question } from "../shared/wire/questions";

/** What the thread is started with. */
export interface ProbeJob {
  readonly path: string;
}

export type ProbeRequest =
  /** A report with rows has been taken in. */
  { readonly type: "credit" } | { readonly type: "ask"; readonly requestId: number; readonly question: Question };

/** Where in the user's program `watch` is called. */
export interface WatchPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export type ProbeReport =
  /** All there is so far. Comes first, and again when the columns are others. */
  | {
      readonly type: "whole";
      readonly header: TraceHeader;
      readonly rows: TraceRows;
      readonly scalars: SeriesSnapshot;
      readonly watch: WatchPlace;
      readonly startedAt: number;
    }
  | { readonly type: "more"; readonly rows: TraceRows; readonly scalars: SeriesUpdate }
  /** Whenever one of them has changed. */
  | {
      readonly type: "state";
      readonly status: RunStatus;
      readonly findings: readonly ShownFinding[];
      readonly probed: ProbedView;
    }
  /** It is no file of a probe, or cannot be opened, in words for a person. Nothing else follows. */
  | { readonly type: "refused"; readonly message: string }
  /** With an Answer. */
  | Reply;
