import type { Disposable } from "../lib/dispose";
import type { Emitter } from "../lib/emitter";
import type { HandoverState } from "../shared/handover/policy";
import type { ScalarSeries } from "../shared/trace/scalarSeries";
import type { LossSurface, RunStatus, TraceHeader } from "../shared/trace/trace";
import type { TraceBuffer } from "../shared/trace/traceBuffer";
import type { Ghost, ViewState } from "../shared/wire/protocol";
import type { Answer, Question } from "../shared/wire/questions";
import type { ShownRace } from "../shared/wire/race";
import type { ShownRateTest } from "../shared/wire/rateTest";
import type { SeedTrials } from "../shared/wire/seeds";
import type { SessionEvent } from "./sessionEvent";
import type { SessionFile } from "./sessionFile";

/** What a panel shows: an experiment, or a run that is trained and recorded elsewhere. */
export interface PanelSession {
  readonly file: Pick<SessionFile, "uri" | "fileName" | "name">;
  readonly onDidChange: Emitter<SessionEvent>["event"];
  readonly status: RunStatus;
  /** Null before a run has begun. */
  readonly header: TraceHeader | null;
  readonly run: {
    readonly runId: string;
    readonly trace: TraceBuffer | null;
    readonly scalars: ScalarSeries | null;
    readonly surface: LossSurface | null;
  } | null;
  /** Earlier runs, and what is shown beside the run; left out where there is no such thing. */
  readonly history?: { readonly ghosts: readonly Ghost[] };
  readonly beside?: {
    readonly race: { readonly shown: ShownRace | null };
    readonly rateTest: { readonly shown: ShownRateTest | null };
    readonly seeds: { readonly shown: SeedTrials | null };
  };
  /** What is to come after the run; left out where nothing can. */
  readonly handover?: { readonly state: HandoverState; drawn(runId: string): void };
  readonly thread: { retain(): Disposable };
  readonly questions: { ask(question: Question): Promise<Answer> };
  view(canRun: boolean): ViewState;
}
