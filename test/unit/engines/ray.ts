/**
 * A Ray cluster of two nodes in a network namespace of its own, as Ray listens on all addresses. Each node has its own
 * processes and host name, so that one can fail like a machine. It wants a token.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRayPython } from "../../../scripts/python.mjs";
import { quoted } from "../../../src/engines/shell";
import { waitFor } from "./slurm";

const HEAD = "10.77.0.1";
const PORT = 6400;
/** A node that is lost is missed within seconds, instead of half a minute. */
const QUICK = { RAY_health_check_period_ms: "500", RAY_health_check_initial_delay_ms: "500" };
const PROXIES = ["http_proxy", "https_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);

/** Why there can be no cluster here; null: there can. */
export function whyNoRay(): string | null {
  if (process.platform !== "linux") return "two nodes on one machine need Linux";
  const { missing } = findRayPython();
  if (missing !== null) return missing;
  const namespaces = spawnSync("unshare", ["--net", "--pid", "--uts", "--fork", "--mount-proc", "ip", "link"]);
  return namespaces.status === 0 ? null : "two nodes on one machine need root, unshare, and ip";
}

export class TestRay {
  readonly address = `${HEAD}:${PORT}`;
  readonly token = "0123456789abcdef";
  readonly folder = mkdtempSync(join(tmpdir(), "ray-"));
  /** Holds the namespace. */
  private readonly holder: ChildProcess;
  private readonly nodes = new Map<string, ChildProcess>();
  private starts = 0;

  private constructor() {
    this.holder = spawn("unshare", ["--net", "sleep", "infinity"], { stdio: "ignore" });
  }

  static async start(): Promise<TestRay> {
    const ray = new TestRay();
    // Of the home folder, Ray reads a token.
    mkdirSync(join(ray.folder, "home"));
    writeFileSync(ray.python, `#!/bin/sh\nexec ${ray.inside(findRayPython().python).map(quoted).join(" ")} "$@"\n`, {
      mode: 0o755,
    });
    await waitFor("the namespace", () => ray.hasNamespace());
    for (const command of ["link set lo up", `addr add ${HEAD}/24 dev lo`, "addr add 10.77.0.2/24 dev lo"])
      spawnSync("nsenter", [...ray.entered, "ip", ...command.split(" ")]);
    await ray.startHead();
    await ray.startWorker();
    return ray;
  }

  /** A Python inside of the namespace. */
  get python(): string {
    return join(this.folder, "python");
  }

  startHead(): Promise<void> {
    return this.startNode("head", ["--head", `--node-ip-address=${HEAD}`, `--port=${PORT}`]);
  }

  startWorker(): Promise<void> {
    return this.startNode("worker", [`--address=${this.address}`, "--node-ip-address=10.77.0.2"]);
  }

  /** As if the machine were switched off. */
  async kill(name: "head" | "worker"): Promise<void> {
    const node = this.nodes.get(name)!;
    if (node.exitCode !== null || node.signalCode !== null) return;
    const exited = new Promise((resolve) => node.on("exit", resolve));
    // With it ends the first process of its namespace, and with that all others.
    node.kill("SIGKILL");
    await exited;
  }

  async stop(): Promise<void> {
    for (const name of ["worker", "head"] as const) if (this.nodes.has(name)) await this.kill(name);
    this.holder.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startNode(name: string, args: readonly string[]): Promise<void> {
    const log = join(this.folder, `${name}-${++this.starts}.log`);
    const output = openSync(log, "a");
    // Not by its script, which has the path where the environment was made.
    const start = [
      findRayPython().python,
      "-m",
      "ray.scripts.scripts",
      "start",
      "--block",
      "--num-cpus=1",
      "--disable-usage-stats",
      ...args,
    ];
    const own = name === "head" ? ["--include-dashboard=false", `--temp-dir=${this.folder}/session`] : [];
    const command = `hostname ${name}; exec ${[...start, ...own].map(quoted).join(" ")}`;
    const isolated = ["unshare", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "sh", "-c", command];
    const [program, ...rest] = this.inside(...isolated);
    const node = spawn(program!, rest, {
      env: { ...process.env, ...QUICK, RAY_AUTH_MODE: "token", RAY_AUTH_TOKEN: this.token },
      stdio: ["ignore", output, output],
    });
    this.nodes.set(name, node);
    await waitFor(`Ray's ${name}`, () => {
      const said = readFileSync(log, "utf8");
      if (node.exitCode !== null) throw new Error(`Ray's ${name} ended: ${said}`);
      return said.includes("Ray runtime started");
    });
  }

  private inside(...command: readonly string[]): string[] {
    const home = join(this.folder, "home");
    const without = PROXIES.flatMap((name) => ["-u", name]);
    return ["nsenter", ...this.entered, "env", ...without, `HOME=${home}`, ...command];
  }

  private get entered(): string[] {
    return [`--net=/proc/${this.holder.pid}/ns/net`];
  }

  private hasNamespace(): boolean {
    const namespaceOf = (pid: number | string): string =>
      spawnSync("readlink", [`/proc/${pid}/ns/net`], { encoding: "utf8" }).stdout;
    return namespaceOf(this.holder.pid!) !== namespaceOf("self");
  }
}
