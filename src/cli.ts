/** `npm run -s experiment -- FILE`: an experiment in a terminal. Bundled to dist/cli.js. */
import { main } from "./cli/main";

// A reader that goes away early (`| head`) is no error of ours.
process.stdout.on("error", () => undefined);
void main(process.argv.slice(2)).then((exitCode) => (process.exitCode = exitCode));
