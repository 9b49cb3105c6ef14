// @ts-check
/**
 * npm run package -- [--repository URL]: makes rnn-lab-VERSION.vsix. Install it with `code --install-extension FILE`.
 *
 * --repository: the address of the public repository, e.g. https://github.com/OWNER/NAME; else the environment variable
 * RNNLAB_REPOSITORY. It goes into package.json as repository, bugs and homepage, and links of the pages become
 * absolute. Without one the VSIX holds the pages and pictures that README.md and CHANGELOG.md link to.
 *
 * The same sources give the same bytes, at any time and in any folder.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine, refuse } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";
import { ROOT } from "./paths.mjs";

const { values } = readCommandLine(import.meta.url, { options: { repository: { type: "string" } } });
const repository = (values.repository ?? process.env["RNNLAB_REPOSITORY"])?.replace(/(\.git)?\/?$/, "") ?? null;
if (repository !== null && !/^https:\/\/[\w.-]+(\/[\w.~-]+)+$/.test(repository))
  refuse(`--repository ${repository}: an address such as https://github.com/OWNER/NAME`);

await prepare();
const { pack } = await import("./pack.mjs");

const { name, version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const vsix = join(ROOT, `${name}-${version}.vsix`);
const { bytes, files } = await pack(vsix, { repository });
console.log(`${vsix}\n${(bytes / 1000).toFixed(0)} kB, ${files.length} files`);
