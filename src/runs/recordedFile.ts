import * as l10n from "@vscode/l10n";
import { FileMark } from "./fileMark";
import { createLease, leasePath, removeLease } from "./lease";
import { RunWriter } from "./runWriter";
import { describeError } from "../lib/outsideText";

/**
 * The file of a run that is under way: made when something is first written, with a lease beside it, and made again
 * when it is not there any more. What keeps it from being written is reported once, and null when it is written again.
 */
export class RecordedFile {
  /** What it begins with. */
  readonly firstFrames: Uint8Array[] = [];
  private readonly mark: FileMark;
  private writer: RunWriter | null = null;
  private problem: string | null = null;
  /** Part of the run is lost for good. */
  private gap: string | null = null;

  /** @param memory where another thread finds what the file should be; see {@link FileMark} */
  constructor(
    private readonly path: string,
    private readonly reportProblem: (problem: string | null) => void,
    memory?: SharedArrayBuffer,
  ) {
    this.mark = new FileMark(memory);
  }

  get isOpen(): boolean {
    return this.writer !== null;
  }

  /** It was there, and is not at its path any more. */
  get isMissing(): boolean {
    return this.writer !== null && !this.writer.isInPlace;
  }

  /**
   * Does not throw.
   * @param work writes; `isWhole` says whether the file has all that was written before
   * @returns whether it could; not for a run that is not to be kept
   */
  write(work: (writer: RunWriter, isWhole: boolean) => void): boolean {
    if (this.mark.isDropped) return true;
    let failure: string | null = null;
    this.mark.beginChange();
    try {
      work(...this.open());
    } catch (error) {
      failure = describeError(error);
    } finally {
      this.mark.endChange(this.writer?.marked ?? null);
    }
    this.report(failure ?? this.gap);
    return failure === null;
  }

  /** The end of the run has not been written, and is tried again. */
  set isEndWaiting(isWaiting: boolean) {
    this.mark.setEndWaiting(isWaiting);
  }

  close(): void {
    if (this.writer === null) return;
    this.writer.close();
    this.writer = null;
    this.mark.beginChange();
    this.mark.endChange(null);
    removeLease(leasePath(this.path));
  }

  private open(): [writer: RunWriter, isWhole: boolean] {
    if (this.writer === null) {
      this.writer = this.create();
      return [this.writer, true];
    }
    const isWhole = this.writer.recover(this.firstFrames);
    if (!isWhole) this.gap = l10n.t("Another program has changed the run's file. Part of the run is lost.");
    return [this.writer, isWhole];
  }

  private create(): RunWriter {
    createLease(leasePath(this.path));
    try {
      return RunWriter.create(this.path, this.firstFrames);
    } catch (error) {
      removeLease(leasePath(this.path));
      throw error;
    }
  }

  private report(problem: string | null): void {
    if (problem === this.problem) return;
    this.problem = problem;
    this.reportProblem(problem);
  }
}
