/**
 * The times of the handover from one run to the next while somebody types, all of them, in milliseconds. Host, worker,
 * and page read them here; docs/live.md has the same table. They were tuned with `npm run bench:edit`: measure before
 * changing one.
 */
export const HANDOVER_MS = {
  /**
   * From the last edit to the start of its run: the default of `rnnLab.autoRunDelay`. Keys of one number come about
   * 100 ms apart, so that `0.015` starts one run and not three.
   */
  typedRunDelay: 120,
  /** From the last edit to problems, hints, and lists. Later than the run, which reads the text for all. */
  readDelay: 150,
  /**
   * Pause of the run under way after each edit: the editor gets the processor, until the next edit or the start of its
   * run.
   */
  pauseAfterEdit: 200,
  /**
   * At most this long a typed run waits, after its first rows, until the page has drawn them: the curve is what the
   * reader waits for.
   */
  firstDraw: 250,
  /** Of training, a typed run leaves every other moment to the window, which may have the next edit to show. */
  halfSpeed: 500,
  /**
   * At most this long the page waits for what is said of a run without rows: each message is drawn, and the first rows
   * bring it along.
   */
  viewDelay: 100,
  /**
   * Status bar, lists, icons, and CodeLens wait this long after the last news of a run that takes over: its curve is
   * drawn by then.
   */
  surroundingsDelay: 150,
  /** They never wait longer, however fast somebody types. */
  maxSurroundingsDelay: 600,
  /** A typed value that another one replaced sooner was only passed through: its run leaves neither curve nor file. */
  transientRun: 1000,
  /** The first write of a typed run to the disk: most give way to the next edit before. */
  firstWrite: 500,
  /**
   * From the end of a run that another one replaces to the writing of its end to the disk, which takes 20 ms and more:
   * the next curve is drawn by then.
   */
  endWrite: 400,
  /** Of training. A run that is replaced sooner ends at once, without its last findings. */
  briefRun: 2000,
  /** Of training. Typing does not replace a run that has trained longer: the default of `rnnLab.keepRunsAfter`. */
  longRun: 10_000,
} as const;
