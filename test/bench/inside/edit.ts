/**
 * The half of bench:edit that runs in the extension host: types into an experiment whose panel is open, and takes the
 * time from VS Code's word of the edit to the page's word that it has drawn rows of the new run.
 */
import * as vscode from "vscode";
import type { ActivatedServices } from "../../../src/app/services";
import type { PanelConnection } from "../../../src/panel/panelConnection";
import type { ExperimentSession } from "../../../src/session/experimentSession";
import { activateLab, command, show, typeOver, until, writeExperiment } from "../../host/support";
import { pause, report, reportingEnd } from "./report";

export interface EditBenchPlan {
  /** Texts with a `"seed": 1,` that is typed over. */
  readonly experiments: Readonly<Record<string, string>>;
  readonly edits: number;
  /** Not reported. */
  readonly warmUpEdits: number;
}

/** Milliseconds after the edit. */
interface EditTimes {
  /** The run was asked for: the debounce is over. */
  readonly asked: number;
  readonly started: number;
  /** The first rows have come from the thread. */
  readonly rows: number;
  /** The page says it has drawn them. */
  readonly drawn: number;
}

const SEED = /"seed": (\d)/;
/**
 * Between two edits: as one who looks at the curve before the next, so that runs are met at their start, on their way
 * and at their end.
 */
const SHORTEST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 500;
const SETTINGS = { debounced: undefined, immediate: 0 } as const;

export function run(): Promise<void> {
  return reportingEnd(async () => {
    const plan = JSON.parse(process.env["RNNLAB_BENCH_PLAN"] ?? "null") as EditBenchPlan;
    const lab = await activateLab();
    for (const [name, text] of Object.entries(plan.experiments)) {
      const uri = await writeExperiment(`bench-${name}.rnn.json`, text);
      const document = await show(uri);
      await command("run", uri);
      const session = await lab.files.session(uri);
      const { link } = lab.panels.open(session);
      await until(link.onDidHandle, () => link.drawnRun !== null && link.drawnRun === session.header?.runId);
      for (const [mode, delay] of Object.entries(SETTINGS)) {
        await vscode.workspace
          .getConfiguration("rnnLab")
          .update("autoRunDelay", delay, vscode.ConfigurationTarget.Global);
        for (let edit = -plan.warmUpEdits; edit < plan.edits; edit++) {
          const times = await measureEdit(lab, session, link, document);
          if (edit >= 0) report({ type: "edit", name, mode, ...times });
          await pause(SHORTEST_LOOK_MS + ((edit * 37) % (LONGEST_LOOK_MS - SHORTEST_LOOK_MS)));
        }
      }
      session.stop();
      await vscode.commands.executeCommand("workbench.action.files.revert");
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    }
  });
}

async function measureEdit(
  lab: ActivatedServices,
  session: ExperimentSession,
  link: PanelConnection,
  document: vscode.TextDocument,
): Promise<EditTimes> {
  const seed = SEED.exec(document.getText())?.[1];
  if (seed === undefined) throw new Error("The experiment has no seed of one digit.");
  const before = session.header?.runId;
  let editedAt = NaN;
  let asked = NaN;
  let started = NaN;
  let rows = NaN;
  const listeners = [
    lab.liveRuns.onDidRun((live) => {
      editedAt = live.editedAt;
      asked = performance.now();
    }),
    session.onDidChange(({ kind }) => {
      if (session.header === null || session.header.runId === before) return;
      if (Number.isNaN(started)) started = performance.now();
      if (kind === "rows" && Number.isNaN(rows)) rows = performance.now();
    }),
  ];
  await typeOver(document, SEED, String((Number(seed) % 9) + 1));
  await until(link.onDidHandle, () => link.drawnRun !== before && link.drawnRun === session.header?.runId);
  const drawn = performance.now();
  listeners.forEach((listener) => void listener.dispose());
  return { asked: asked - editedAt, started: started - editedAt, rows: rows - editedAt, drawn: drawn - editedAt };
}
