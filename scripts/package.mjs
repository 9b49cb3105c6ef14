// @ts-check
/** npm run package: makes rnn-lab-VERSION.vsix. Install it with `code --install-extension FILE`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "./prepare.mjs";
import { ROOT } from "./paths.mjs";

await prepare();
const { pack } = await import("./pack.mjs");

const { name, version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const vsix = join(ROOT, `${name}-${version}.vsix`);
const { bytes, files } = await pack(vsix);
console.log(`${vsix}\n${(bytes / 1000).toFixed(0)} kB, ${files.length} files`);
