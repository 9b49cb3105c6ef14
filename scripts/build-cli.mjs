// @ts-check
/** Installs what is needed and builds; for experiment.mjs, which must keep its standard output clean. */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { DIST } from "./paths.mjs";
import { prepare } from "./prepare.mjs";

await prepare();
const { build } = await import("../esbuild.mjs");
await build();
// A build that comes out the same may leave the file as it is; its time says that it has been looked at.
const now = new Date();
for (const name of ["cli.js", "sweep.js"]) utimesSync(join(DIST, name), now, now);
