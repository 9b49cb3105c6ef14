/** All that a chaos run needs: a workspace, a disk for runs, a clock, VS Code, and what is known of them. */
import { copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { linkExtension } from "../../scripts/profile.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { Clock } from "./clock";
import { Disk } from "./disk";
import { EXPERIMENTS } from "./experiments";
import { Hosts } from "./hosts";
import { Ledger } from "./ledger";
import { Sentinels } from "./sentinels";
import { Windows } from "./windows";

/** Few, so that the limit is met. */
const RUNS_KEPT = 30;
/** In GB: less than a third of the disk, so that runs go to the trash for their size as well. */
const RUNS_SIZE = 0.15;
const PROBE = { publisher: "rnn-lab-test", name: "chaos-probe", version: "0.0.1" };

export interface World {
  readonly workspace: string;
  /** For what is exported. */
  readonly shared: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly hosts: Hosts;
  readonly ledger: Ledger;
  readonly sentinels: Sentinels;
  readonly windows: Windows;
  close(): Promise<void>;
}

/** @param probe file of the bundled probe.ts */
export async function openWorld(probe: string): Promise<World> {
  const scratch = await makeScratch("chaos");
  const workspace = join(scratch, "workspace");
  const shared = join(scratch, "shared");
  await mkdir(workspace);
  await mkdir(shared);
  const disk = Disk.open();
  const clock = Clock.create(scratch);
  const hosts = await Hosts.listen();
  const ledger = new Ledger(disk.runs);
  const sentinels = new Sentinels(workspace, disk.runs);
  await sentinels.write();
  for (const { file, text } of EXPERIMENTS) {
    await writeFile(join(workspace, file), text);
    sentinels.expect(join(workspace, file), [text]);
  }
  const windows = await Windows.open(
    {
      folder: workspace,
      env: { ...clock.env, RNNLAB_CHAOS_PORT: String(hosts.port) },
      // What is saved is what an action saves.
      settings: {
        "files.autoSave": "off",
        "rnnLab.threads": "1",
        "rnnLab.runs.keep": RUNS_KEPT,
        "rnnLab.runs.maxSize": RUNS_SIZE,
      },
      machineSettings: { "rnnLab.runs.folder": disk.runs },
      installExtension: async (profile) => {
        await linkExtension(profile);
        await installProbe(join(profile, "extensions"), scratch, probe);
      },
    },
    hosts,
  );
  const close = async (): Promise<void> => {
    await windows.end();
    hosts.close();
    disk.close();
    await rm(scratch, { recursive: true, force: true });
  };
  return { workspace, shared, disk, clock, hosts, ledger, sentinels, windows, close };
}

async function installProbe(extensions: string, scratch: string, probe: string): Promise<void> {
  const folder = join(scratch, "probe");
  await mkdir(folder);
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ ...PROBE, engines: { vscode: "^1.100.0" }, main: "./probe.js", activationEvents: ["*"] }),
  );
  await copyFile(probe, join(folder, "probe.js"));
  await symlink(folder, join(extensions, `${PROBE.publisher}.${PROBE.name}-${PROBE.version}`), "junction");
}
