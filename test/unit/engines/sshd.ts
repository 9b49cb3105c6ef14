/** An SSH server on the loopback interface with keys of its own, for the user that runs the tests. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort, waitFor } from "./slurm";

const SSHD = "/usr/sbin/sshd";

export function hasSshd(): boolean {
  return process.getuid?.() === 0 && spawnSync(SSHD, ["-V"]).error === undefined;
}

/** @returns the command that logs in, and the server, which the caller ends */
export async function startSshd(folder: string): Promise<{ readonly login: string; readonly server: ChildProcess }> {
  mkdirSync("/run/sshd", { recursive: true });
  const keys = ["host", "user"].map((name) => join(folder, `${name}.key`));
  for (const key of keys) spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const [hostKey, userKey] = keys;
  const port = await freePort();
  const options = [
    ["ListenAddress", "127.0.0.1"],
    ["AuthorizedKeysFile", `${userKey}.pub`],
    ["StrictModes", "no"],
    ["UsePAM", "no"],
    ["PidFile", "none"],
  ];
  const server = spawn(
    SSHD,
    [
      "-D",
      "-f",
      "/dev/null",
      "-p",
      `${port}`,
      "-h",
      hostKey!,
      ...options.flatMap(([key, value]) => ["-o", `${key}=${value}`]),
    ],
    { stdio: "ignore" },
  );
  await waitFor("sshd", () => answers(port));
  const client = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
  return {
    login: `ssh -i ${userKey} -p ${port} ${client.map((line) => `-o ${line}`).join(" ")} root@127.0.0.1`,
    server,
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
