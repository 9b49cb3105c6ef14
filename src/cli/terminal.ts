/** The only place that writes reports and messages to a terminal. */
import { terminalText } from "../lib/outsideText";

export function printOut(text: string): void {
  process.stdout.write(terminalText(text));
}

export function printError(text: string): void {
  process.stderr.write(terminalText(text));
}
