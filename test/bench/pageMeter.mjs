// @ts-check
/** Measures how smoothly a page draws, from inside it. */

/**
 * @typedef {{ intervals: number[], longTasks: number[], milliseconds: number }} PageFigures
 *
 * `intervals`: milliseconds between two animation frames, one after the other. `longTasks`: tasks of the page's thread
 * over 50 ms.
 */

/** The first part of the memory samples is warm-up: caches fill, code is compiled. */
const WARM_UP_PART = 0.25;

/** @param {import("playwright-core").Frame} frame */
export async function installMeter(frame) {
  await frame.evaluate(() => {
    const meter = {
      intervals: /** @type {number[]} */ ([]),
      longTasks: /** @type {number[]} */ ([]),
      began: performance.now(),
      stop: () => {},
    };
    let last = performance.now();
    let running = true;
    const tick = (/** @type {number} */ now) => {
      meter.intervals.push(now - last);
      last = now;
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(tick);
    });
    const observer = new PerformanceObserver((list) =>
      meter.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: "longtask" });
    meter.stop = () => {
      running = false;
      observer.disconnect();
    };
    Object.assign(window, { panelMeter: meter });
  });
}

/**
 * @param {import("playwright-core").Frame} frame
 * @returns {Promise<PageFigures>}
 */
export function readMeter(frame) {
  return frame.evaluate(() => {
    const meter = /** @type {{ intervals: number[], longTasks: number[], began: number, stop: () => void }} */ (
      /** @type {any} */ (window)["panelMeter"]
    );
    meter.stop();
    return { intervals: meter.intervals, longTasks: meter.longTasks, milliseconds: performance.now() - meter.began };
  });
}

/** @param {readonly PageFigures[]} pages */
export function summarise(pages) {
  const intervals = pages.flatMap((page) => page.intervals).sort((a, b) => a - b);
  const at = (/** @type {number} */ part) =>
    intervals[Math.min(intervals.length - 1, Math.floor(part * intervals.length))] ?? NaN;
  const seconds = pages.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  return {
    framesPerSecond: intervals.length / seconds,
    frameP50Ms: at(0.5),
    frameP95Ms: at(0.95),
    frameMaxMs: intervals.at(-1) ?? NaN,
    longestTaskMs: Math.max(0, ...pages.flatMap(({ longTasks }) => longTasks)),
  };
}

/**
 * Least-squares slope of the samples after the warm-up.
 * @param {readonly { at: number, bytes: number }[]} samples `at` in milliseconds
 * @returns {number} megabytes an hour
 */
export function slopePerHour(samples) {
  const used = samples.slice(Math.floor(samples.length * WARM_UP_PART));
  const meanAt = used.reduce((sum, { at }) => sum + at, 0) / used.length;
  const meanBytes = used.reduce((sum, { bytes }) => sum + bytes, 0) / used.length;
  const covariance = used.reduce((sum, { at, bytes }) => sum + (at - meanAt) * (bytes - meanBytes), 0);
  const variance = used.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return ((covariance / variance) * 3_600_000) / 2 ** 20;
}

/**
 * The heap of the page and of its webviews after a collection, bytes.
 * @param {import("playwright-core").Page} page
 */
export async function collectedHeap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? NaN;
}
