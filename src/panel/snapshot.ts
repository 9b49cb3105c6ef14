import type { PanelSession } from "../session/panelSession";
import { SETTLED_TEXT } from "../shared/wire/liveEdit";
import type { ViewState } from "../shared/wire/protocol";
import { IDLE, type FrameRows } from "../shared/trace/trace";
import { TraceBuffer, boundedCapacity } from "../shared/trace/traceBuffer";
import { packRows } from "./packRows";

/** Bounds of what a snapshot shows of a long run. */
const SNAPSHOT_ROWS = 4096;
const SNAPSHOT_BYTES = 2 ** 24;

/** Null: no experiment. */
export function collectView(session: PanelSession | null, canRun: boolean): ViewState {
  return (
    session?.view(canRun) ?? {
      experiment: null,
      run: null,
      status: IDLE,
      pace: 0,
      gradientCheck: null,
      findings: [],
      fixProgress: null,
      baselines: [],
      text: SETTLED_TEXT,
      change: null,
      events: [],
      recorded: null,
      notSaved: null,
      canRun,
    }
  );
}

/** Thinned where the trace is long; spikes stay. */
export function collectRows(session: PanelSession): FrameRows | null {
  const { header } = session;
  const trace = session.run?.trace ?? null;
  if (trace === null || header === null) {
    return null;
  }
  const capacity = boundedCapacity(header.columns, SNAPSHOT_ROWS, SNAPSHOT_BYTES);
  const whole = trace.snapshot();
  if (whole.rows <= capacity) {
    return packRows(whole, header);
  }
  const thinned = new TraceBuffer(header.columns, capacity);
  thinned.append(whole);
  return packRows(thinned.snapshot(), header);
}
