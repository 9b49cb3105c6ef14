// @ts-check
/**
 * npm run build, npm run watch: bundles everything that runs.
 *
 *   node esbuild.mjs [--production] [--watch]
 *
 * Development builds also hold the tests that run inside VS Code, and a page that feeds the webview without VS Code.
 */
import { context } from "esbuild";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readCommandLine } from "./scripts/command-line.mjs";
import { generate } from "./scripts/generate.mjs";
import { DIST, ROOT } from "./scripts/paths.mjs";

/**
 * The environment of programs that npm test starts once it has built: they use what is there. To build again would also
 * take the files from under the tests that run beside them.
 */
export const BUILT = "RNNLAB_BUILT";

/**
 * @param {{ production?: boolean, watch?: boolean, folder?: string }} [options] folder: where to, dist when left out
 * @returns {Promise<string[]>} the files that went into the bundles, relative to the project; with watch, those of the
 * first build; none where npm test has built them
 */
export async function build({ production = false, watch = false, folder = DIST } = {}) {
  if (process.env[BUILT] === "1" && !production && !watch) return [];
  await generate();
  const contexts = await Promise.all(bundles(production, folder).map((options) => context(options)));
  try {
    const results = await Promise.all(contexts.map((bundle) => bundle.rebuild()));
    if (watch) await Promise.all(contexts.map((bundle) => bundle.watch()));
    return [...new Set(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {})))];
  } finally {
    if (!watch) await Promise.all(contexts.map((bundle) => bundle.dispose()));
  }
}

/**
 * @param {boolean} production
 * @param {string} folder
 * @returns {import("esbuild").BuildOptions[]}
 */
function bundles(production, folder) {
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    minify: production,
    sourcemap: production ? false : "linked",
    logLevel: "warning",
    metafile: true,
    legalComments: "none",
  };
  /** @type {import("esbuild").BuildOptions} */
  const node = {
    ...common,
    platform: "node",
    format: "cjs",
    // The Node in the oldest VS Code that engines.vscode allows.
    target: "node20",
    // jsonc-parser's `main` is a UMD module, which does not bundle.
    mainFields: ["module", "main"],
    external: ["vscode"],
  };
  /** @type {import("esbuild").BuildOptions} */
  const browser = { ...common, platform: "browser", format: "iife", target: "chrome120" };

  const settings = { node, browser, folder };
  return production ? shipped(settings) : [...shipped(settings), ...development(settings)];
}

/** @typedef {import("esbuild").BuildOptions} BuildOptions */
/** @typedef {{ node: BuildOptions, browser: BuildOptions, folder: string }} Settings */

/**
 * The extension, its threads, the command line, and the pages of the panel.
 * @param {Settings} settings
 * @returns {import("esbuild").BuildOptions[]}
 */
function shipped({ node, browser, folder }) {
  return [
    { ...node, entryPoints: { extension: "src/extension.ts" }, outdir: folder, plugins: [withoutCore] },
    {
      ...node,
      entryPoints: {
        threads: "src/threadEntries.ts",
        cli: "src/cli.ts",
        helper: "src/worker/helper.ts",
        heartbeat: "src/worker/heartbeat.ts",
        sweep: "src/sweep.ts",
        probe: "src/worker/probe/probeThread.ts",
        table: "src/worker/tableThread.ts",
      },
      outdir: folder,
    },
    // Each starts its thread in the bundle of all of them.
    ...["worker", "race", "fixes", "export", "predict"].map((thread) => ({
      ...node,
      stdin: { contents: `require("./threads.js").run("${thread}");`, sourcefile: `${thread}.js` },
      external: ["./threads.js"],
      outfile: join(folder, `${thread}.js`),
    })),
    {
      ...browser,
      entryPoints: {
        main: "webview/main.ts",
        sweep: "webview/sweep/main.ts",
        compare: "webview/compare/main.ts",
        runsTable: "webview/runsTable/main.ts",
      },
      outdir: join(folder, "webview"),
    },
  ];
}

/**
 * Pages without VS Code, and what runs inside it for tests and benches.
 * @param {Settings} settings
 * @returns {import("esbuild").BuildOptions[]}
 */
function development({ node, browser, folder }) {
  return [
    {
      ...browser,
      entryPoints: {
        main: "webview/fake/main.ts",
        sweep: "webview/fake/sweep.ts",
        compare: "webview/fake/compare.ts",
        runsTable: "webview/fake/runsTable.ts",
      },
      outdir: join(folder, "fake"),
    },
    {
      ...node,
      entryPoints: { index: "test/host/index.ts" },
      outdir: join(folder, "test", "host"),
      external: ["vscode", "mocha"],
      plugins: [hostTests],
    },
    {
      ...node,
      entryPoints: {
        panel: "test/bench/inside/panel.ts",
        soak: "test/bench/inside/soak.ts",
        probeSoak: "test/bench/inside/probeSoak.ts",
        edit: "test/bench/inside/edit.ts",
        runs: "test/bench/inside/runs.ts",
      },
      outdir: join(folder, "test", "bench"),
    },
  ];
}

/** The mathematics runs in the worker; the extension host's thread must not even load it. */
const withoutCore = {
  name: "without-core",
  /** @param {import("esbuild").PluginBuild} bundle */
  setup(bundle) {
    bundle.onEnd(({ metafile }) => {
      const stray = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
        Object.entries(inputs)
          .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && /^src\/(core|kernel)\//.test(file))
          .map(([file]) => file),
      );
      return {
        errors: stray.map((file) => ({
          text: `dist/extension.js contains ${file}: only the worker and the command line may run it`,
        })),
      };
    });
  },
};

/** `import "host-tests"` runs every test/host/**\/*.test.ts. */
const hostTests = {
  name: "host-tests",
  /** @param {import("esbuild").PluginBuild} bundle */
  setup(bundle) {
    bundle.onResolve({ filter: /^host-tests$/ }, () => ({ path: "all", namespace: "host-tests" }));
    bundle.onLoad({ filter: /.*/, namespace: "host-tests" }, async () => {
      const folder = join(ROOT, "test", "host");
      const files = (await readdir(folder, { recursive: true }))
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => file.endsWith(".test.ts"))
        .sort();
      return {
        contents: files.map((file) => `import ${JSON.stringify(`./${file}`)};`).join("\n"),
        resolveDir: folder,
        watchDirs: [folder],
      };
    });
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = readCommandLine(import.meta.url, {
    options: { production: { type: "boolean", default: false }, watch: { type: "boolean", default: false } },
  });
  await build(values).catch((error) => {
    // esbuild has printed its own errors.
    if (!("errors" in error)) console.error(error);
    process.exitCode = 1;
  });
}
