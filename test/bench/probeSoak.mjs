// @ts-check
/**
 * npm run soak:probe -- [--minutes 30] [--smoke] [--json FILE]
 *
 * A PyTorch script trains, its probe records, and the panel of its run is open in a real VS Code. Prints what became of
 * the memory of host, threads and page, and whether the panel has followed to the last iteration. Needs the Python of
 * `npm run python`, or of RNNLAB_PYTHON.
 *
 * --smoke: some seconds, to see that the bench works. results.mjs says what the JSON holds.
 */
import { join } from "node:path";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { ROOT } from "../../scripts/paths.mjs";
import { prepare } from "../../scripts/prepare.mjs";
import { findPythonPackage } from "../../scripts/python.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    minutes: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const minutes = Number(options.minutes ?? (options.smoke ? 0.05 : 30));
if (!(minutes > 0)) {
  console.error("--minutes takes a number above 0");
  process.exit(2);
}
await prepare();
const { build } = await import("../../esbuild.mjs");
const { webviewWith } = await import("../../scripts/window.mjs");
const { runInside } = await import("./insideWindow.mjs");
const { collectedHeap } = await import("./pageMeter.mjs");
const { writeResult } = await import("./results.mjs");

const torch = findPythonPackage("torch");
/** @type {Record<string, unknown>} */
let result = { missing: torch.missing };
if (torch.missing === null) {
  /** @type {Record<string, number>[]} */
  const samples = [];
  /** @type {Record<string, unknown>} */
  let finished = {};
  let shown = "";
  await build();
  const plan = {
    python: torch.python,
    script: join(ROOT, "test/bench/inside/probeSoak.py"),
    minutes,
    samples: options.smoke ? 2 : 10,
  };
  await runInside("probeSoak", plan, async (event, page) => {
    if (event["type"] === "finished") {
      finished = event;
      const frame = await webviewWith(page, ".lab-wide");
      await frame.locator(".pill", { hasText: "Done" }).first().waitFor();
      shown = (await frame.locator(".pill").first().textContent()) ?? "";
    }
    if (event["type"] !== "sample") return;
    const sample = /** @type {Record<string, number>} */ (event);
    sample["pageHeap"] = await collectedHeap(page);
    samples.push(sample);
    const mb = (/** @type {string} */ name) => ((sample[name] ?? NaN) / 2 ** 20).toFixed(1).padStart(7);
    const parts = [
      `${((sample["at"] ?? 0) / 60_000).toFixed(1).padStart(6)} min  iteration ${sample["iteration"]}`,
      `host${mb("hostHeap")} buffers${mb("arrayBuffers")} threads${mb("workerHeap")} page${mb("pageHeap")}`,
      `rss${mb("rss")} MB`,
    ];
    console.log(parts.join("  "));
  });
  const of = (/** @type {Record<string, number> | undefined} */ sample) => ({
    hostMb: (sample?.["hostHeap"] ?? NaN) / 2 ** 20,
    buffersMb: (sample?.["arrayBuffers"] ?? NaN) / 2 ** 20,
    threadsMb: (sample?.["workerHeap"] ?? NaN) / 2 ** 20,
    pageMb: (sample?.["pageHeap"] ?? NaN) / 2 ** 20,
    rssMb: (sample?.["rss"] ?? NaN) / 2 ** 20,
  });
  result = {
    missing: null,
    minutes,
    start: of(samples[0]),
    middle: of(samples[Math.floor(samples.length / 2)]),
    end: of(samples.at(-1)),
    steps: finished["steps"],
    acknowledged: finished["acknowledged"],
    viewErrors: finished["viewErrors"],
    problem: finished["problem"],
    shown,
  };
  console.log(`${finished["steps"]} steps, the panel shows the last one: ${shown}; ${finished["viewErrors"]} errors`);
} else console.log(`not run: ${torch.missing}`);
writeResult("probeSoak", result, options.json);
