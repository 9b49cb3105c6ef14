/** The wall clock of VS Code's processes, which can jump: libfaketime, loaded before everything else. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LIBRARIES = "/usr/lib";

export class Clock {
  private constructor(
    private readonly file: string,
    private readonly library: string | null,
  ) {}

  /** @param folder for the file with the offset of the clock */
  static create(folder: string): Clock {
    const clock = new Clock(join(folder, "clock"), findLibrary());
    clock.jump(0);
    return clock;
  }

  /** Why it cannot jump; null: it can. */
  get cannotJump(): string | null {
    return this.library === null ? "libfaketime is not installed (Debian: apt-get install libfaketime)" : null;
  }

  /** For the processes that use it. The monotonic clock and the times of files do not change. */
  get env(): NodeJS.ProcessEnv {
    if (this.library === null) return {};
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    };
  }

  /** @param seconds off the real time */
  jump(seconds: number): void {
    writeFileSync(this.file, `${seconds < 0 ? "" : "+"}${seconds}\n`);
  }
}

function findLibrary(): string | null {
  if (process.platform !== "linux" || !existsSync(LIBRARIES)) return null;
  const places = readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name, "faketime", "libfaketimeMT.so.1"));
  return places.find((place) => existsSync(place)) ?? null;
}
