/** What the page keeps across a reload of the window, in the state that VS Code holds for each view. */
import { readLastRace, type LastRace } from "./lastRace";
import { readLastRun, type LastRun } from "./lastRun";
import { readPreferences, type Preferences } from "./preferences";
import type { LabState } from "./store";

/** The host reads `uri` from this after a window reload to find the experiment again. */
export interface SavedState {
  readonly uri: string | null;
  readonly preferences: Preferences;
  readonly lastRun: LastRun | null;
  readonly lastRace: LastRace | null;
}

/** How far a running run has come is written down this often. */
const WHILE_RUNNING_MS = 2000;

export class PageMemory {
  /** As it was saved: what the page starts with. */
  readonly saved: SavedState;
  private kept: SavedState;
  private keptAt = -Infinity;

  constructor(
    saved: unknown,
    private readonly write: (state: SavedState) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    const { uri, preferences, lastRun, lastRace } =
      typeof saved === "object" && saved !== null
        ? (saved as Record<keyof SavedState, unknown>)
        : { uri: null, preferences: null, lastRun: null, lastRace: null };
    this.saved = {
      uri: typeof uri === "string" ? uri : null,
      preferences: readPreferences(preferences),
      lastRun: readLastRun(lastRun),
      lastRace: readLastRace(lastRace),
    };
    this.kept = this.saved;
  }

  /** Without an experiment or a run yet, those of the last time stay. */
  save(state: LabState): void {
    const { kept } = this;
    const uri = state.view?.experiment?.uri ?? kept.uri;
    const lastRun = lastRunOf(state) ?? (kept.lastRun?.uri === uri ? kept.lastRun : null);
    const lastRace = state.lastRace?.uri === uri ? state.lastRace : null;
    const isNews =
      uri !== kept.uri ||
      state.preferences !== kept.preferences ||
      lastRun?.phase !== kept.lastRun?.phase ||
      lastRace?.isDone !== kept.lastRace?.isDone;
    const hasMoved = lastRun?.iteration !== kept.lastRun?.iteration || lastRace?.share !== kept.lastRace?.share;
    const isFurther = hasMoved && this.now() - this.keptAt >= WHILE_RUNNING_MS;
    if (!isNews && !isFurther) return;
    this.kept = { uri, preferences: state.preferences, lastRun, lastRace };
    this.keptAt = this.now();
    this.write(this.kept);
  }
}

/** Null while there is no run to remember. */

function lastRunOf({ view, run }: LabState): LastRun | null {
  if (view === null || view.experiment === null || run === null || view.status.phase === "idle") return null;
  const { phase, iteration, iterations, loss } = view.status;
  return { uri: view.experiment.uri, phase, iteration, iterations, loss };
}
