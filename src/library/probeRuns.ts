import { basename } from "node:path";
import * as vscode from "vscode";
import { openRegularFile, readFrom } from "../disk/regularFile";
import type { Disposable } from "../lib/dispose";
import { describeError } from "../lib/outsideText";
import type { ExperimentPanels } from "../panel/experimentPanels";
import type { PanelSource } from "../panel/panelSerializer";
import { checkHead, FRAME_HEAD_BYTES, HEAD_BYTES, kindOf } from "../runs/format/frames";
import { isProbeFrame } from "../runs/format/probe/readProbe";
import { isRunPath } from "../runs/runFileNames";
import type { SessionLog } from "../session/experimentSession";
import { ProbeSession } from "../session/probeSession";
import type { ProbeRoom } from "../threads/probeWorker";
import type { EarlierRuns } from "./earlierRuns";

/** Runs that Python processes train and record, as sessions: one for each file that a panel shows. */
export class ProbeRuns implements PanelSource, Disposable {
  private readonly sessions = new Map<string, ProbeSession>();

  constructor(
    private readonly room: ProbeRoom,
    private readonly panels: ExperimentPanels,
    private readonly earlier: EarlierRuns,
    private readonly log: SessionLog,
  ) {}

  /**
   * Shows the run in a panel, which follows its file.
   * @param title of the panel
   * @throws Error in words for a person when it is no file of a probe, or the workspace is not trusted
   */
  async show(path: string, title: string): Promise<ProbeSession> {
    const session = await this.open(path, title);
    this.panels.open(session);
    return session;
  }

  /** For a panel that a window reload has left. */
  session(uri: vscode.Uri): Promise<ProbeSession> {
    return this.open(uri.fsPath, null);
  }

  /** Sessions of probes' files by their URIs, and those of `others` by theirs. */
  orElse(others: PanelSource): PanelSource {
    return {
      session: (uri) => (uri.scheme === "file" && isRunPath(uri.path) ? this : others).session(uri),
    };
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  private async showEarlier(session: ProbeSession, path: string): Promise<void> {
    try {
      const earlier = await this.earlier.find(path);
      if (earlier !== null) session.showEarlier(earlier);
    } catch (error) {
      this.log.warn(`Earlier runs beside ${path} could not be read: ${describeError(error)}`);
    }
  }

  private async open(path: string, title: string | null): Promise<ProbeSession> {
    if (!vscode.workspace.isTrusted)
      throw new Error(vscode.l10n.t("Runs are opened in trusted workspaces only. Trust this workspace first."));
    await requireProbe(path);
    const uri = vscode.Uri.file(path).toString();
    const known = this.sessions.get(uri);
    if (known !== undefined) return known;
    const file = { path, uri, fileName: basename(path), title };
    const forget = (): void => {
      this.sessions.delete(uri);
      session.dispose();
    };
    const session: ProbeSession = new ProbeSession(file, this.room, forget);
    this.sessions.set(uri, session);
    // The run is shown before the curves behind it are read.
    void this.showEarlier(session, path);
    return session;
  }
}

/** @throws Error in words for a person when the file is none of a probe, or cannot be read */
async function requireProbe(path: string): Promise<void> {
  const { handle } = await openRegularFile(path);
  try {
    const head = await readFrom(handle, 0, HEAD_BYTES + FRAME_HEAD_BYTES);
    const wrong = checkHead(head);
    if (wrong !== null) throw new Error(vscode.l10n.t("The file cannot be read: {0}.", wrong));
    if (!isProbeFrame(kindOf(head.subarray(HEAD_BYTES))))
      throw new Error(vscode.l10n.t("The file is a run of RNN Lab itself, not one that was recorded in Python."));
  } finally {
    await handle.close();
  }
}
