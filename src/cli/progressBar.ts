const WIDTH = 30;
/** A terminal is read by a person; ten times a second is enough. */
const INTERVAL_MS = 100;

export interface ProgressBar {
  /** `done` of `total`, and what else there is to say. */
  show(done: number, total: number, text: () => string): void;
  clear(): void;
}

/** One line that is drawn over and over, on a terminal only. */
export function createProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  let shownAt = 0;
  return {
    show(done, total, text) {
      const now = performance.now();
      if (!stream.isTTY || now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      const share = done / total;
      const filled = Math.round(share * WIDTH);
      stream.write(
        `\r\u001b[K[${"#".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${Math.floor(share * 100)}%  ${text()}`,
      );
    },
    clear() {
      if (stream.isTTY && shownAt > 0) stream.write("\r\u001b[K");
    },
  };
}
