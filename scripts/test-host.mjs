// @ts-check
/** npm run test:host [-- --grep TEXT]: builds, then runs only the tests inside VS Code. */
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values } = readCommandLine(import.meta.url, { options: { grep: { type: "string" } } });
await prepare();
const { build } = await import("../esbuild.mjs");
const { runHostTests } = await import("./host-tests.mjs");

await build();
const { passed, failed } = await runHostTests(values.grep === undefined ? {} : { grep: values.grep });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
