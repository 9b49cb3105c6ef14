import { DisposableStore, type Disposable } from "../lib/dispose";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { vectorColumn } from "../shared/trace/trace";
import { WhenContext } from "../window/whenContext";

/** What a step of the walkthrough asks for. VS Code ticks the step when its key is set, and remembers that. */
const STEPS: Readonly<Record<string, (session: ExperimentSession) => boolean>> = {
  /** A run came to its end. */
  "rnnLab.walkthrough.learned": ({ status }) => status.phase === "done",
  "rnnLab.walkthrough.exploded": ({ status }) => status.phase === "diverged",
  /** A run follows one with another clip. */
  "rnnLab.walkthrough.clipped": clipChanged,
  /** A run began with a gradient that vanishes on its way back. */
  "rnnLab.walkthrough.vanished": vanishes,
  "rnnLab.walkthrough.remembered": ({ run, status }) =>
    run?.experiment.model.cell === "lstm" && status.phase === "done",
};

/** Ticks the steps of the walkthrough when somebody has done what they say, by whatever means. */
export class WalkthroughProgress implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly context = new WhenContext();
  private readonly open = new Set(Object.keys(STEPS));

  constructor(sessions: SessionRegistry) {
    this.owned.add(sessions.onDidSettle(({ session }) => this.look(session)));
  }

  /** The keys of the steps that were done in this window. */
  get done(): readonly string[] {
    return Object.keys(STEPS).filter((key) => !this.open.has(key));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private look(session: ExperimentSession): void {
    for (const key of this.open) {
      if (STEPS[key]?.(session) !== true) continue;
      this.open.delete(key);
      this.context.set(key, true);
    }
  }
}

function clipChanged({ run, history }: ExperimentSession): boolean {
  const before = history.former?.experiment.training.clip;
  const now = run?.experiment.training.clip;
  return now != null && before !== undefined && JSON.stringify(before) !== JSON.stringify(now);
}

/** Below this part of the gradient at the last step, the first steps hardly count. */
const VANISHED = 1e-4;

/** In the first row that was traced. */
function vanishes({ run, header }: ExperimentSession): boolean {
  const trace = run?.trace ?? null;
  if (trace === null || header === null || trace.rows === 0) return false;
  const norms = trace.column(vectorColumn.stateGradNorm(header.numLayers - (header.directions ?? 1)));
  const steps = norms === null ? 0 : norms.length / trace.rows - 1;
  return norms !== null && steps > 1 && norms[1]! / norms[steps]! < VANISHED;
}
