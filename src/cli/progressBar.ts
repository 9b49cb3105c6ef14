const WIDTH = 30;
/** A terminal is read by a person; ten times a second is enough. */
const INTERVAL_MS = 100;

export interface ProgressBar {
  show(iteration: number, iterations: number, loss: number): void;
  clear(): void;
}

/** One line that is drawn over and over, on a terminal only. */
export function createProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  let shownAt = 0;
  return {
    show(iteration, iterations, loss) {
      const now = performance.now();
      if (!stream.isTTY || now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      const done = iteration / iterations;
      const filled = Math.round(done * WIDTH);
      stream.write(`\r\u001b[K[${"#".repeat(filled)}${" ".repeat(WIDTH - filled)}] ${Math.floor(done * 100)} %  iteration ${iteration} of ${iterations}  loss ${loss.toPrecision(4)}`);
    },
    clear() {
      if (stream.isTTY && shownAt > 0) stream.write("\r\u001b[K");
    },
  };
}
