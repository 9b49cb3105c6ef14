// @ts-check
/**
 * npm run -s experiment -- FILE: trains an experiment in the terminal. npm run -s trial -- --sweep DIR: trains trials
 * of a sweep folder. Builds the program first when it is older than its sources. Its standard output is the program's
 * own alone, so that another program can read it.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DIST, ROOT } from "./paths.mjs";

// npm runs scripts in the project's folder, but a file is named as seen from where the command was typed.
const { INIT_CWD: typedIn, npm_lifecycle_event: npmScript } = process.env;
const isNpmScript = npmScript === "experiment" || npmScript === "trial";
const PROGRAM = join(DIST, npmScript === "trial" ? "sweep.js" : "cli.js");

if (!isUpToDate()) {
  // In a process of its own, whose output all goes to standard error: npm and the build have things to say.
  const { status } = spawnSync(process.execPath, [join(ROOT, "scripts", "build-cli.mjs")], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(1);
}
if (isNpmScript && typedIn !== undefined) process.chdir(typedIn);
await import(pathToFileURL(PROGRAM).href);

function isUpToDate() {
  const built = statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = [
    ...readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).map((name) => join(ROOT, "src", name)),
    join(ROOT, "package-lock.json"),
  ];
  return sources.every(
    (file) => file.includes(".generated.") || (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) <= built,
  );
}
