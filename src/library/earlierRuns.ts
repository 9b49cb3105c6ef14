import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { byStart, externalRunId } from "../externalRuns/externalRun";
import type { Disposable } from "../lib/dispose";
import { formatRunTime } from "../runs/runName";
import { MAX_GHOSTS, thinnedGhost } from "../session/ghosts";
import type { EarlierCurves } from "../session/probeSession";
import { COLUMN } from "../shared/trace/trace";
import { RunReader } from "../threads/runReader";
import type { ExternalRuns } from "./externalRuns";

/** Of a curve as it is read; fewer are kept. */
const POINTS = 2 ** 14;

/** Earlier runs of the same script: the latest in the same folder with the same name. */
export class EarlierRuns implements Disposable {
  private readonly reader: RunReader;

  constructor(
    workerPath: string,
    private readonly external: ExternalRuns,
  ) {
    this.reader = new RunReader(workerPath);
  }

  /** @returns null where the file is not listed */
  async find(path: string): Promise<EarlierCurves | null> {
    await this.external.load();
    const run = this.external.find(externalRunId(await realpath(path)));
    if (run === null) return null;
    // One that was opened may be in a folder that is followed as well.
    const listed = new Map(this.external.groups.flatMap(({ runs }) => runs.map((one) => [one.id, one] as const)));
    const earlier = [...listed.values()]
      .filter(
        ({ kind, name, path: other, startedAt }) =>
          kind === "probe" && name === run.name && dirname(other) === dirname(run.path) && startedAt < run.startedAt,
      )
      .sort(byStart)
      .slice(0, MAX_GHOSTS)
      .reverse();
    const read =
      earlier.length === 0
        ? []
        : await this.reader.readCurves(
            earlier.map((one) => one.path),
            POINTS,
          );
    const ghosts = earlier.flatMap((one, index) => {
      const found = read[index];
      const curves = found === undefined || "problem" in found ? null : found.curves;
      const [iterations, losses] = [curves?.[COLUMN.iteration], curves?.[COLUMN.loss]];
      if (iterations === undefined || losses === undefined || iterations.length < 2) return [];
      const label = formatRunTime(one.startedAt, vscode.env.language);
      return [thinnedGhost({ runId: one.id, number: this.external.numberOf(one), label }, iterations, losses)];
    });
    return { number: this.external.numberOf(run), ghosts };
  }

  dispose(): void {
    this.reader.dispose();
  }
}
