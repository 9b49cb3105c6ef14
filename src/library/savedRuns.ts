import { dirname } from "node:path";
import * as vscode from "vscode";
import { configHash } from "../config/compare/hash";
import { parseExperiment } from "../config/read/parse";
import { readExperimentFiles } from "../files/readExperimentFiles";
import type { SessionSource } from "../panel/panelSerializer";
import type { RunEntry } from "../runs/runStore";
import type { WeightsChoice } from "../runs/restartedRun";
import type { ExperimentSession } from "../session/experimentSession";
import type { RunRequest } from "../session/runState";
import type { SessionRegistry } from "../session/sessionRegistry";
import { Deadline } from "../lib/deadline";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { NO_FILES } from "../config/facts/dataFiles";
import { SAVED_RUN_SCHEME, savedRunId, savedRunUri } from "./savedRunUri";
import { isUnderWay, resumePoint } from "./resumable";
import type { ExternalRuns } from "./externalRuns";
import type { RunLibrary } from "./runLibrary";

/** Between two looks at a run that grows while it is read. */
const LOOK_AGAIN_MS = 1000;

/**
 * Recorded runs as sessions, so that everything that shows a session shows them, and their texts as read-only
 * documents.
 */
export class SavedRuns implements vscode.TextDocumentContentProvider, Disposable {
  private readonly owned = new DisposableStore();
  /** Whose runs are being read again. */
  private readonly reading = new Set<ExperimentSession>();
  private readonly lookAgain = new Deadline(LOOK_AGAIN_MS);

  constructor(
    private readonly library: RunLibrary,
    private readonly external: ExternalRuns,
    private readonly sessions: SessionRegistry,
  ) {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(SAVED_RUN_SCHEME, this));
    this.owned.add(library.onDidRename((ids) => this.followNames(ids)));
    this.owned.add(external.onDidChange(() => void this.followGrowth()));
  }

  /** The session that shows the run, loaded from its file when it is not yet. */
  async show(entry: RunEntry): Promise<ExperimentSession> {
    const { meta } = entry;
    const uri = savedRunUri(entry);
    const known = this.sessions.find(uri.toString());
    if (known !== null && known.run !== null) return known;
    const experiment = parseExperiment(meta.configText).experiment ?? meta.config;
    const session =
      known ??
      this.sessions.open({
        uri: uri.toString(),
        fileName: meta.fileName,
        name: this.titleOf(entry),
        configHash: meta.configHash,
        experiment,
      });
    session.start(await readShownRun(entry, false));
    return session;
  }

  /** @throws Error when the run is not there any more */
  async session(uri: vscode.Uri): Promise<ExperimentSession> {
    await this.load();
    const entry = this.find(savedRunId(uri) ?? "");
    if (entry === null) throw new Error(vscode.l10n.t("This saved run no longer exists."));
    return this.show(entry);
  }

  /** Sessions of recorded runs by their URIs, and those of `others` by theirs. */
  orElse(others: SessionSource): SessionSource {
    return { session: (uri) => (savedRunId(uri) === null ? others : this).session(uri) };
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const id = savedRunId(uri) ?? "";
    if (this.find(id) === null) await this.load();
    return this.find(id)?.meta.configText ?? `// ${vscode.l10n.t("This run no longer exists.")}\n`;
  }

  dispose(): void {
    this.lookAgain.clear();
    this.owned.dispose();
  }

  private async load(): Promise<void> {
    await Promise.all([this.library.store?.load(), this.external.load()]);
  }

  private find(id: string): RunEntry | null {
    return this.library.store?.find(id) ?? this.external.entry(id);
  }

  /** Runs that are opened while another process trains them, perhaps on another machine, are shown as they grow. */
  private async followGrowth(): Promise<void> {
    for (const session of this.sessions.all) {
      const shown = session.run?.request.from;
      const entry =
        shown === undefined ? null : this.external.entry(savedRunId(vscode.Uri.parse(session.file.uri)) ?? "");
      if (shown?.isUnderWay !== true || entry === null || this.reading.has(session)) continue;
      if (shown.bytes === entry.bytes && isUnderWay(entry)) continue;
      // One that is still being read is read to its end first.
      if (session.isActive) {
        this.lookAgain.set(() => void this.followGrowth());
        continue;
      }
      this.reading.add(session);
      const request = await readShownRun(entry, false).finally(() => this.reading.delete(session));
      if (session.run?.request.from === shown) session.start(request);
    }
  }

  private titleOf(entry: RunEntry): string {
    return `${entry.meta.name} · ${this.library.identity(entry).name}`;
  }

  /** In panels, legends, and the titles of tabs. */
  private followNames(renamed: ReadonlySet<string>): void {
    for (const session of this.sessions.all) {
      const { file, run, history } = session;
      const entry = this.find(savedRunId(vscode.Uri.parse(file.uri)) ?? "");
      if (entry !== null && renamed.has(entry.id)) session.describe({ ...file, name: this.titleOf(entry) });
      if ([run, ...history.ghosts].some((shown) => shown !== null && renamed.has(shown.runId))) session.noteNames();
    }
  }
}

/**
 * What a session needs to show a recorded run.
 * @param isLatest in the session of its file, instead of one of its own
 */
export async function readShownRun(entry: RunEntry, isLatest: boolean): Promise<RunRequest> {
  const { meta } = entry;
  const experiment = parseExperiment(meta.configText).experiment ?? meta.config;
  // Without its files the curves are there all the same.
  const files = await readExperimentFiles(folderOf(entry), experiment).catch(() => NO_FILES);
  return {
    experiment,
    configHash: meta.configHash,
    text: meta.configText,
    files,
    threads: meta.threads,
    paused: false,
    from: {
      runId: entry.id,
      path: entry.path,
      bytes: entry.bytes,
      resume: false,
      resumeFrom: resumePoint(entry),
      isLatest,
      isUnderWay: isUnderWay(entry),
    },
  };
}

/**
 * What a session needs to go on with a recorded run from its last checkpoint, or its best weights; with one that was
 * done, past its end.
 * @param paused after the next iteration
 * @throws Error in words for a person when that would not lead to the same end
 */
export async function readResumedRun(
  entry: RunEntry,
  paused: boolean,
  weights: WeightsChoice = "last",
): Promise<RunRequest> {
  const { meta } = entry;
  const { experiment } = parseExperiment(meta.configText);
  if (experiment === null || configHash(experiment) !== meta.configHash)
    throw new Error(
      vscode.l10n.t(
        "The run was saved by another version of RNN Lab, which interprets its config differently. Restore its config and run it again.",
      ),
    );
  return {
    experiment,
    configHash: meta.configHash,
    text: meta.configText,
    files: await readExperimentFiles(folderOf(entry), experiment),
    threads: meta.threads,
    paused,
    from: {
      runId: entry.id,
      path: entry.path,
      bytes: entry.bytes,
      resume: true,
      weights,
      resumeFrom: entry.progress?.checkpoint ?? null,
    },
  };
}

/** Where the files that the experiment names were. */
function folderOf({ meta }: RunEntry): string | null {
  const uri = vscode.Uri.parse(meta.uri);
  return uri.scheme === "file" ? dirname(uri.fsPath) : null;
}
