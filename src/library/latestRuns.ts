import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";
import type { SessionSource } from "../panel/panelSerializer";
import type { RunEntry } from "../runs/runStore";
import type { ExperimentSession, SessionLog } from "../session/experimentSession";
import type { SessionFile } from "../session/sessionFile";
import { isUnderWay } from "./resumable";
import type { RunLibrary } from "./runLibrary";
import { readShownRun, type SavedRuns } from "./savedRuns";
import { savedRunId } from "./savedRunUri";

/** Between two looks whether a run that another window trains still goes on. */
const LOOK_AGAIN_MS = 1000;

/**
 * The latest recorded run of each experiment file, in the session of that file, until it has a run of its own: after
 * the window was reloaded, a panel shows what it showed before.
 */
export class LatestRuns implements Disposable {
  /** Sessions that show what another window trains. */
  private readonly elsewhere = new Set<ExperimentSession>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly library: RunLibrary,
    private readonly recorded: SavedRuns,
    private readonly log: SessionLog,
  ) {}

  /** Shows the run in the session, unless that has one. Without a recorded run nothing happens. */
  async show(session: ExperimentSession): Promise<void> {
    if (!isBlank(session)) return;
    const isWanted = session.handover.watch();
    try {
      await this.library.store?.load();
      const entry = latestOf(this.library.store?.all ?? [], session.file);
      if (entry !== null) await this.start(session, entry, () => isWanted() && isBlank(session));
    } catch (error) {
      this.log.warn(`The latest run of ${session.file.fileName} could not be shown: ${String(error)}`);
    }
  }

  /** The sessions of experiment files with their latest runs, and those of recorded runs. */
  in(files: SessionSource): SessionSource {
    const source = this.recorded.orElse(files);
    return {
      session: async (uri) => {
        const session = await source.session(uri);
        if (savedRunId(uri) === null) await this.show(session);
        return session;
      },
    };
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async start(session: ExperimentSession, entry: RunEntry, isWanted: () => boolean): Promise<void> {
    const request = await readShownRun(entry, true);
    if (!isWanted()) return;
    session.start(request);
    if (!isUnderWay(entry)) return;
    this.elsewhere.add(session);
    this.lookAgainLater();
  }

  private lookAgainLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.lookAgain().catch((error: unknown) => this.log.warn(`The runs could not be listed: ${String(error)}`));
    }, LOOK_AGAIN_MS);
  }

  /** A run that has ended meanwhile, or lost its process, is shown as far as it came. */
  private async lookAgain(): Promise<void> {
    for (const session of this.elsewhere) {
      const runId = session.run?.runId ?? "";
      const shows = (): boolean => session.run?.runId === runId && session.run.request.from?.isUnderWay === true;
      const entry = (await this.library.store?.read(runId)) ?? null;
      if (shows() && entry !== null && isUnderWay(entry)) continue;
      this.elsewhere.delete(session);
      if (shows() && entry !== null) await this.start(session, entry, shows);
    }
    if (this.elsewhere.size > 0) this.lookAgainLater();
  }
}

function isBlank(session: ExperimentSession): boolean {
  return session.run === null && !session.handover.hasNext && session.questions.size === 0;
}

/** An untitled file that has the URI of an earlier one is another file, unless it says the same. */
function latestOf(runs: readonly RunEntry[], { uri, configHash: hash }: SessionFile): RunEntry | null {
  const isUntitled = vscode.Uri.parse(uri).scheme === "untitled";
  const wanted = ({ meta, progress }: RunEntry): boolean =>
    meta.uri === uri && progress !== null && (!isUntitled || meta.configHash === hash);
  return runs.find(wanted) ?? null;
}
