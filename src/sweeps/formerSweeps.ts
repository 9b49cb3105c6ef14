import { Deadline } from "../lib/deadline";
import type { Disposable } from "../lib/dispose";
import type { ExperimentSession } from "../session/experimentSession";
import type { SavedSweeps } from "./savedSweeps";
import type { SweepFileContents } from "./sweepFile";

/** Between two looks whether a sweep that another window runs has lost its window. */
const LOOK_AGAIN_MS = 1000;

/**
 * The latest saved sweep of each session that has none in this window. One that another window runs is that window's,
 * until it is closed or its extension host is gone.
 */
export class FormerSweeps implements Disposable {
  private readonly elsewhere = new Set<ExperimentSession>();
  private readonly lookAgain = new Deadline(LOOK_AGAIN_MS);

  /** @param isWanted whether the session has no sweep yet */
  constructor(
    private readonly saved: SavedSweeps,
    private readonly isWanted: (session: ExperimentSession) => boolean,
    private readonly onFound: (session: ExperimentSession, sweep: SweepFileContents) => Promise<void>,
  ) {}

  async recall(session: ExperimentSession): Promise<void> {
    if (!this.isWanted(session)) return this.forget(session);
    const found = await this.saved.find(session.file.uri);
    if (!this.isWanted(session)) return this.forget(session);
    if (found !== "busy") this.forget(session);
    if (found === "none") return;
    if (found !== "busy") return this.onFound(session, found);
    this.elsewhere.add(session);
    this.lookAgain.set(() => {
      for (const other of this.elsewhere) void this.recall(other);
    });
  }

  /** The session is no more, or has a sweep. */
  forget(session: ExperimentSession): void {
    this.elsewhere.delete(session);
  }

  dispose(): void {
    this.lookAgain.clear();
    this.elsewhere.clear();
  }
}
