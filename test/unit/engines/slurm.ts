/** A Slurm of one node on the loopback interface, where Debian's packages are installed and the tests run as root. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol"];

/** Why there can be no Slurm here; null: there can. */
export function whyNoSlurm(): string | null {
  if (process.platform !== "linux") return "Slurm runs on Linux only";
  if (process.getuid?.() !== 0) return "Slurm's daemons need root";
  const missing = PROGRAMS.filter((name) => spawnSync("which", [name], { env: environment() }).status !== 0);
  return missing.length === 0 ? null : `${missing.join(", ")} is not installed (apt-get install slurm-wlm munge)`;
}

/** Debian has the daemons where only root looks. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };
}

export class TestSlurm {
  readonly folder = mkdtempSync(join(tmpdir(), "rnn-lab-slurm-"));
  private readonly config = join(this.folder, "slurm.conf");
  private readonly daemons = new Map<string, ChildProcess>();

  static async start(): Promise<TestSlurm> {
    const slurm = new TestSlurm();
    await slurm.configure();
    const { folder } = slurm;
    // The socket's folder must belong to root alone.
    const munge = ["--foreground", "--force", `--socket=${folder}/munge.socket`, `--key-file=${folder}/munge.key`];
    slurm.begin("munged", [...munge, `--pid-file=${folder}/munged.pid`, `--seed-file=${folder}/munged.seed`]);
    await waitFor("munged", () => existsSync(join(folder, "munge.socket")));
    slurm.startController();
    slurm.begin("slurmd", ["-D", "-f", slurm.config, "-N", "node0"]);
    await waitFor("Slurm's node", () => slurm.ask("sinfo", "--noheader", "--format=%T").trim() === "idle");
    return slurm;
  }

  /** For whoever talks to it. */
  get env(): Readonly<Record<string, string>> {
    return { SLURM_CONF: this.config, PATH: environment()["PATH"]! };
  }

  startController(): void {
    this.begin("slurmctld", ["-D", "-f", this.config]);
  }

  async killController(): Promise<void> {
    const daemon = this.daemons.get("slurmctld")!;
    const exited = new Promise((resolve) => daemon.on("exit", resolve));
    daemon.kill("SIGKILL");
    await exited;
  }

  ask(program: string, ...args: string[]): string {
    return spawnSync(program, args, { env: { ...process.env, ...this.env }, encoding: "utf8" }).stdout;
  }

  /** What the daemons have said, for a test that fails. */
  log(): string {
    return ["slurmctld", "slurmd"].map((name) => readFileSync(join(this.folder, `${name}.log`), "utf8")).join("\n");
  }

  async stop(): Promise<void> {
    this.ask("scancel", "--user=root", "--signal=KILL", "--full");
    for (const daemon of [...this.daemons.values()].reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const exited = new Promise((resolve) => daemon.on("exit", resolve));
      daemon.kill("SIGTERM");
      await Promise.race([exited, wait(10_000).then(() => daemon.kill("SIGKILL"))]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private begin(name: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), "a");
    this.daemons.set(name, spawn(name, [...args], { env: environment(), stdio: ["ignore", log, log] }));
  }

  private async configure(): Promise<void> {
    const { folder } = this;
    for (const name of ["state", "spool"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "munge.key"), Buffer.alloc(128, "rnn-lab"), { mode: 0o400 });
    const [controllerPort, nodePort] = [await freePort(), await freePort()];
    writeFileSync(
      this.config,
      `${[
        "ClusterName=rnnlab",
        `SlurmctldHost=${hostname()}(127.0.0.1)`,
        `SlurmctldPort=${controllerPort}`,
        "SlurmUser=root",
        "SlurmdUser=root",
        "AuthType=auth/munge",
        `AuthInfo=socket=${folder}/munge.socket`,
        "CredType=cred/munge",
        "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny",
        "ProctrackType=proctrack/linuxproc",
        "TaskPlugin=task/none",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_Core",
        "SwitchType=switch/none",
        "MpiDefault=none",
        "ReturnToService=2",
        "SchedulerParameters=batch_sched_delay=0,sched_min_interval=0",
        `StateSaveLocation=${folder}/state`,
        `SlurmdSpoolDir=${folder}/spool`,
        `SlurmctldPidFile=${folder}/slurmctld.pid`,
        `SlurmdPidFile=${folder}/slurmd.pid`,
        `NodeName=node0 NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${nodePort} CPUs=2 State=UNKNOWN`,
        "PartitionName=main Nodes=node0 Default=YES MaxTime=INFINITE State=UP",
      ].join("\n")}\n`,
    );
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const PATIENCE_MS = 60_000;

/** @throws Error naming what did not happen */
export async function waitFor(what: string, isThere: () => boolean | Promise<boolean>): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; !(await isThere()); await wait(50))
    if (performance.now() > until) throw new Error(`${what} is not there after a minute.`);
}
