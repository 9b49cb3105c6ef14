import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { basename, join } from "node:path";
import { buildSync } from "esbuild";
import { temporaryFolder } from "./support";

/** A program in one file that Node runs. @param name of its source, from this folder and without ".ts" */
export function buildProgram(name: string): string {
  const script = join(temporaryFolder(), `${basename(name)}.cjs`);
  buildSync({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
    define: { "import.meta.dirname": JSON.stringify(import.meta.dirname) },
  });
  return script;
}

/** A process that says something line by line. */
export class Conversation {
  readonly ended: Promise<void>;
  private readonly lines: string[] = [];
  private waiting: ((line: string) => void)[] = [];

  private constructor(readonly child: ChildProcess) {
    createInterface(child.stdout!).on("line", (line) => {
      const next = this.waiting.shift();
      if (next === undefined) this.lines.push(line);
      else next(line);
    });
    this.ended = new Promise((resolve) => child.on("close", () => resolve()));
  }

  static start(command: string, args: readonly string[]): Conversation {
    return new Conversation(spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  /** The next line that it says. */
  hear(): Promise<string> {
    const line = this.lines.shift();
    return line === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(line);
  }

  /** @returns its answer */
  say(line: string): Promise<string> {
    this.child.stdin!.write(`${line}\n`);
    return this.hear();
  }

  /** Resolves when it has been collected. */
  kill(): Promise<void> {
    this.child.kill("SIGKILL");
    return this.ended;
  }
}
