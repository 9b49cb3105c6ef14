import type { Experiment } from "../../config/schema/schema";
import type { Checkpoint } from "../../core/numerics/checkpoint";
import type { Baseline } from "../../shared/wire/baselines";
import type { Finding } from "../../shared/wire/findings";
import type { VariedValue } from "../../shared/wire/runIdentity";
import type { LossSurface, RunStatus, TraceHeader, TraceRows, ColumnSpec, EngineName } from "../../shared/trace/trace";

/** What a run was started with: the first frame of its file. */
export interface RunMeta {
  readonly runId: string;
  /** Counted per experiment file, from 1; 0 where nobody counts: in files of version 0.1, a terminal, or a bundle. */
  readonly number: number;
  /** In which hyperparameters the run differs from the run before it; bounded. */
  readonly varied: readonly VariedValue[];
  /** URI of the experiment's file. */
  readonly uri: string;
  readonly fileName: string;
  /** `name` of the experiment, else the file name. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** By what it was started: a command, or an edit of the text. */
  readonly origin: "command" | "edit";
  /** The text of the file, as it was, and what it resolved to. */
  readonly configText: string;
  readonly config: Experiment;
  readonly configHash: string;
  readonly seed: number;
  readonly engine: EngineName;
  /** Threads of the arithmetic: with another number the last digits differ. */
  readonly threads: number;
  /** By what: "rnnLab", "node", "platform". */
  readonly versions: Readonly<Record<string, string>>;
  /** The process that writes, or wrote, and its machine. */
  readonly writer: { readonly process: number; readonly machine: string };
  /** The interrupted run that this one goes on from. */
  readonly resumedFrom: string | null;
  /** CRC-32 of the files that the experiment names; null where it names none. */
  readonly files: { readonly data: number | null; readonly weights: number | null };
}

/** Something that happened to a run on its way. */
export interface RunEvent {
  readonly kind: string;
  readonly iteration: number;
  readonly detail: unknown;
}

/** What a list shows of a run beside its status: over all of its iterations so far. */
export interface RunMetrics {
  /** The lowest finite training loss; null where none was finite. */
  readonly bestLoss: number | null;
  /** At the last evaluation; null without a validation set. */
  readonly validationLoss: number | null;
  /** The latest; null where outputs are neither right nor wrong. */
  readonly accuracy: number | null;
}

/** How far a run has come. */
export interface RunProgress {
  readonly status: RunStatus;
  /** Iteration of the last checkpoint in the file. */
  readonly checkpoint: number | null;
  /** Milliseconds since 1970; null before the end. */
  readonly endedAt: number | null;
  /** Null in files of version 0.1, and before the first iteration. */
  readonly metrics: RunMetrics | null;
}

/** All that a run file tells. */
export interface RunContents {
  readonly meta: RunMeta;
  /** Null when the run never came so far. */
  readonly header: TraceHeader | null;
  /** The scalars of every iteration; of files of version 0.1, and of a disk that refused for long, of most. */
  readonly metrics: { readonly columns: readonly ColumnSpec[]; readonly rows: TraceRows };
  /** All columns of the header, of as many iterations as there is room for. */
  readonly rows: TraceRows;
  /** The last one in the file; null before the first. Earlier ones are passed over: nothing goes on from them. */
  readonly checkpoint: Checkpoint | null;
  readonly events: readonly RunEvent[];
  readonly findings: readonly Finding[];
  /** None: they were not known before the run ended. */
  readonly baselines: readonly Baseline[];
  readonly surface: LossSurface | null;
  /** The latest known. */
  readonly status: RunStatus;
  /** Null when the run has not ended, or was interrupted. */
  readonly endedAt: number | null;
  /** Bytes from the start up to the first bad one. */
  readonly goodBytes: number;
}
