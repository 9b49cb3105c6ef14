// @ts-check
/**
 * npm start: shows the extension in a real VS Code with the examples open. Ctrl-C ends it.
 *   npm start -- --port 8123   at this port; else any free one
 *   npm start -- --no-open     prints the address without opening a browser
 *   npm start -- --check       ends as soon as the address answers, with exit code 0
 *   npm start -- --desktop     in the VS Code installed on this machine (its `code` command)
 *   npm start -- --profile FOLDER
 *                              keeps settings, layout and the copy of the examples there; else in .vscode-test/start
 */
import { join, resolve } from "node:path";
import { readCommandLine, refuse } from "./command-line.mjs";
import { CACHE } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { ensureVscodeServer } from "./vscode-server.mjs";

// Handed on to the Node that goes on, so that the time told is the whole one.
const startedAt = Number((process.env["RNNLAB_STARTED_AT"] ??= String(Date.now() - process.uptime() * 1000)));
const options = readOptions();
await prepare(async () => options.desktop || ensureVscodeServer());
// What these import may have been installed only now.
const { build } = await import("../esbuild.mjs");
const { openDesktop, serve } = await import("./serve-examples.mjs");

try {
  await Promise.all([build(), options.desktop || ensureVscodeServer()]);
  if (options.desktop) await openDesktop(options);
  else await serve({ ...options, startedAt });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function readOptions() {
  const { values } = readCommandLine(import.meta.url, {
    options: {
      port: { type: "string", default: "0" },
      open: { type: "boolean", default: true },
      check: { type: "boolean", default: false },
      desktop: { type: "boolean", default: false },
      profile: { type: "string", default: join(CACHE, "start") },
    },
    allowNegative: true,
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    refuse(`--port ${values.port}: a port is a whole number from 1 to 65535`);
  return {
    port,
    open: values.open && !values.check,
    check: values.check,
    desktop: values.desktop,
    profile: resolve(values.profile),
  };
}
