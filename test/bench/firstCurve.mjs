// @ts-check
/**
 * npm run bench:first-curve -- [--rounds 5] [--size 1280x720] [--smoke] [--json FILE]
 *
 * How long it takes from opening the address of `npm start` to the first curve, doing what README says: open the
 * address in a browser, open 01-it-learns.rnn.json, select ▷ at the top right of the editor. Every round has a `npm
 * start` with a new profile and a new browser, as in a fresh clone; each click comes as soon as there is something to
 * click, so a person's own time is not in it. Software rendering: the browser has no GPU.
 *
 * --smoke: one round, to see that the bench works. results.mjs says what the JSON holds.
 */
import { rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    rounds: { type: "string" },
    size: { type: "string", default: "1280x720" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
await prepare();
const { launchBrowser } = await import("../../scripts/browser.mjs");
const { ROOT } = await import("../../scripts/paths.mjs");
const { startServing, stopTree } = await import("../../scripts/processes.mjs");
const { makeScratch } = await import("../../scripts/scratch.mjs");
const { webviewWith } = await import("../../scripts/window.mjs");
const { writeResult } = await import("./results.mjs");

const rounds = Number(options.rounds ?? (options.smoke ? 1 : 5));
const [width, height] = options.size.split("x").map(Number);
if (!Number.isInteger(rounds) || rounds < 1 || !width || !height) {
  console.error("--rounds takes a whole number, --size WIDTHxHEIGHT");
  process.exit(2);
}

const EXAMPLE = "01-it-learns.rnn.json";
/** Against hanging only. */
const PATIENCE_MS = 120_000;

console.log(`${cpus()[0]?.model}, ${cpus().length} threads, Node ${process.version}, window ${options.size}`);
/** @type {{ workbenchMs: number, fileMs: number, curveMs: number }[]} */
const measured = [];
for (let round = 1; round <= rounds; round++) {
  const times = await measureRound({ width, height });
  measured.push(times);
  const seconds = Object.values(times).map((ms) => (ms / 1000).toFixed(1));
  console.log(`round ${round}: window ${seconds[0]} s, file ${seconds[1]} s, first curve ${seconds[2]} s`);
}
const curves = measured.map(({ curveMs }) => curveMs).sort((a, b) => a - b);
const medianMs = ((curves[(rounds - 1) >> 1] ?? NaN) + (curves[rounds >> 1] ?? NaN)) / 2;
console.log(
  `address opened to first curve: median ${(medianMs / 1000).toFixed(1)} s of ${rounds} (${((curves[0] ?? NaN) / 1000).toFixed(1)} to ${((curves.at(-1) ?? NaN) / 1000).toFixed(1)})`,
);
writeResult("firstCurve", { medianMs, rounds: measured }, options.json);

/**
 * @param {{ width: number, height: number }} size
 * @returns milliseconds from opening the address to the window, the open file and the curve
 */
async function measureRound(size) {
  const profile = await makeScratch("first-curve");
  const child = startServing(
    process.execPath,
    [join(ROOT, "scripts", "start.mjs"), "--no-open", "--profile", profile],
    {
      cwd: ROOT,
    },
  );
  const browser = await launchBrowser();
  try {
    const address = await addressOf(child);
    const page = await browser.newPage({ viewport: size });
    page.setDefaultTimeout(PATIENCE_MS);
    const startedAt = performance.now();
    const since = () => performance.now() - startedAt;
    await page.goto(address);
    const file = page.locator(".explorer-folders-view .monaco-list-row", { hasText: EXAMPLE });
    await file.waitFor();
    const workbenchMs = since();
    await file.click();
    await page.locator(`.tab.active[data-resource-name="${EXAMPLE}"]`).waitFor();
    const run = page.locator(".editor-actions .action-label[aria-label^='Run']").first();
    await run.waitFor();
    const fileMs = since();
    await run.click();
    const panel = await webviewWith(page, ".card-loss canvas", PATIENCE_MS);
    await panel.waitForFunction(hasCurve, undefined, { timeout: PATIENCE_MS });
    return { workbenchMs, fileMs, curveMs: since() };
  } finally {
    await browser.close();
    await stopTree(child);
    await rm(profile, { recursive: true, force: true });
  }
}

/**
 * The address that `npm start` prints.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<string>}
 */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    const onText = (/** @type {unknown} */ text) => {
      output += String(text);
      const address = /^ {2}(http:\/\/\S+)$/m.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on("data", onText);
    child.stderr?.on("data", onText);
    child.on("exit", (code) => reject(new Error(`npm start ended with exit code ${code}:\n${output}`)));
  });
}

/** In the page: whether a line in a color is drawn in Loss; axes, grid and letters are gray. */
function hasCurve() {
  const canvas = document.querySelector(".card-loss canvas");
  if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0) return false;
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  for (let i = 0; i < pixels.length; i += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.slice(i, i + 4);
    if (alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) return true;
  }
  return false;
}
