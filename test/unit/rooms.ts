/**
 * Each folder with its one idea and the folders that its files import, type imports included.
 * test/unit/architecture.test.ts compares this with the real imports, and scripts/generate.mjs prints it into
 * ARCHITECTURE.md.
 */
export interface Room {
  /**
   * From the project's folder. A room holds its folder's files and those of subfolders that are no rooms themselves.
   */
  readonly folder: string;
  readonly idea: string;
  /** Names of rooms, without "src/"; exactly those that are imported. */
  readonly imports: string;
}

export const ROOMS: readonly Room[] = [
  {
    folder: "src",
    idea: "the entry points: `extension.ts` builds the objects and owns their disposal, `language.ts` loads the texts of the display language first, `cli.ts` starts the terminal, `sweep.ts` the trials of a sweep, `threadEntries.ts` the other threads that compute networks",
    imports: "app cli commands editor experiments library panel session sweeps threads views window worker",
  },
  {
    folder: "src/app",
    idea: "the type of the running extension: its services by name",
    imports: "editor experiments library panel session sweeps threads views window",
  },
  {
    folder: "src/commands",
    idea: "one table: command ID → what it does and what it requires; one file for each longer command, with its pickers",
    imports:
      "app config/compare config/edit config/facts config/read config/schema disk experiments export externalRuns files lib library panel runs session shared/trace shared/wire shared/words tables threads window",
  },
  {
    folder: "src/experiments",
    idea: "from documents to sessions: reading experiment files, running them, running as you type, the active experiment",
    imports:
      "config/compare config/facts config/read config/schema files fixes lib session shared/handover shared/trace shared/wire sweepPlan threads window",
  },
  {
    folder: "src/editor",
    idea: "everything shown on the text: CodeLens, problems, findings with quick fixes, hover, completion, inline results",
    imports:
      "config/compare config/edit config/facts config/read config/schema experiments files lib session shared/wire shared/words sweepPlan window",
  },
  {
    folder: "src/panel",
    idea: "the webview panel and the side-bar view: HTML with CSP, visibility, flow control, requests from the page",
    imports:
      "config/edit config/read experiments lib runs session shared/guards shared/handover shared/trace shared/wire window",
  },
  {
    folder: "src/views",
    idea: "lists and status: the Experiments view, the status bar item, context keys",
    imports: "experiments lib session shared/trace shared/words window",
  },
  {
    folder: "src/library",
    idea: "saved runs in VS Code: their folder, the Runs view, opening, resuming, comparing",
    imports:
      "config/compare config/facts config/read config/schema disk experiments externalRuns files lib panel runs runs/format session shared/trace shared/wire shared/words threads window",
  },
  {
    folder: "src/sweeps",
    idea: "sweeps in VS Code: starting, state, results on the disk, panel; studies of Optuna as such panels",
    imports:
      "config/facts config/schema disk engines experiments files formats lib panel runs session shared/guards shared/wire shared/words sweepFolder sweepPlan threads window",
  },
  {
    folder: "src/window",
    idea: "small parts of VS Code's UI: notifications, context keys, labels and icons",
    imports: "lib shared/trace shared/wire",
  },
  {
    folder: "src/session",
    idea: "the running experiment: state machine, trace, previous runs; the only source of truth",
    imports:
      "config/compare config/edit config/facts config/schema fixes lib runs shared/handover shared/trace shared/wire threads",
  },
  {
    folder: "src/threads",
    idea: "owners of threads and of the processes around them, and their messages",
    imports:
      "config/facts config/schema core/optimizers export externalRuns fixes kernel lib runs shared/trace shared/wire sweepPlan tables",
  },
  {
    folder: "src/worker",
    idea: "what runs inside a worker thread: messages ↔ trainer",
    imports:
      "config/compare config/facts config/read config/schema core/analysis core/dynamics core/engine core/network core/numerics core/prediction core/race core/recompute core/tasks core/training diagnosis disk export externalRuns files fixes formats kernel lib runs runs/format shared/handover shared/scale shared/trace shared/wire shared/words sweepPlan tables threads",
  },
  {
    folder: "src/diagnosis",
    idea: "rules over the rows of a trace, or over what a probe has recorded, that detect problems in a run",
    imports: "config/facts config/schema core/analysis core/recompute shared/trace shared/wire shared/words",
  },
  {
    folder: "src/fixes",
    idea: "the search for fixes that help: trials of copies of an experiment, their judgment, what is offered; trainers are passed in",
    imports: "config/edit config/read config/schema core/training shared/trace shared/wire",
  },
  {
    folder: "src/search",
    idea: "where the next trials of a sweep should look: Sobol, TPE, CMA-ES; pure, without random numbers of its own",
    imports: "shared/statistics",
  },
  {
    folder: "src/sweepPlan",
    idea: "many runs from one file, without I/O: the plan of a sweep, a trial as an experiment, the table of results",
    imports: "config/edit config/facts config/read config/schema formats lib search shared/wire shared/words",
  },
  {
    folder: "src/sweepFolder",
    idea: "a sweep as a folder that any number of processes and machines work on, see docs/sweep-folder.md",
    imports: "config/schema disk files lib runs shared/guards shared/wire sweepPlan",
  },
  {
    folder: "src/engines",
    idea: "where a sweep folder is worked on: this machine, Slurm, Ray, a command",
    imports: "config/facts config/schema lib runs shared/wire shared/words sweepFolder sweepPlan",
  },
  {
    folder: "src/export",
    idea: "a run as a bundle, as a report, as TensorBoard events, as a PyTorch script; and the import of a bundle, as untrusted input",
    imports:
      "config/compare config/facts config/read config/schema core/optimizers core/training disk files formats lib runs runs/format shared/scale shared/trace shared/wire shared/words tables",
  },
  {
    folder: "src/runs",
    idea: "saved runs on disk: the writer on the training thread, and the store that lists a folder of them",
    imports: "config/compare config/schema core/numerics core/optimizers disk lib runs/format shared/trace shared/wire",
  },
  {
    folder: "src/externalRuns",
    idea: "runs that others write, only ever read: folders that are followed, and what is in their files",
    imports: "disk formats lib runs runs/format shared/trace",
  },
  {
    folder: "src/runs/format",
    idea: "the format of run files, see docs/run-files.md",
    imports: "config/schema core/numerics formats lib shared/guards shared/trace shared/wire",
  },
  {
    folder: "src/files",
    idea: "data and weights next to an experiment; no path leaves its folder",
    imports: "config/facts config/schema disk formats lib runs/format tables",
  },
  {
    folder: "src/disk",
    idea: "opening files that others may exchange meanwhile: regular files, links that stay in their folder",
    imports: "",
  },
  {
    folder: "src/cli",
    idea: "training and sweeps in a terminal",
    imports:
      "config/compare config/edit config/facts config/read config/schema core/analysis core/dynamics core/numerics core/prediction core/training diagnosis disk engines export files fixes formats kernel lib runs runs/format shared/statistics shared/trace shared/wire shared/words sweepFolder sweepPlan tables threads worker",
  },
  {
    folder: "src/config/schema",
    idea: "the schema of the experiment file: the only source of types, validation, completion, defaults and docs",
    imports: "lib tables",
  },
  {
    folder: "src/config/facts",
    idea: "facts about an experiment without running it: task traits, engine, memory, initial values",
    imports: "config/schema formats lib shared/trace tables",
  },
  {
    folder: "src/config/read",
    idea: "from text to a validated experiment, each problem with its range",
    imports: "config/facts config/schema lib search shared/trace tables",
  },
  {
    folder: "src/config/edit",
    idea: "minimal edits of the text; fields and steps for editing",
    imports: "config/compare config/facts config/read config/schema lib shared/trace shared/wire tables",
  },
  {
    folder: "src/config/compare",
    idea: "the differences between two experiments",
    imports: "config/facts config/read config/schema shared/wire shared/words",
  },
  {
    folder: "src/core/numerics",
    idea: "random numbers, affine maps, eigenvalues, tensors, and the state in a checkpoint",
    imports: "lib shared/trace",
  },
  {
    folder: "src/core/network",
    idea: "the interface of every engine, initialization, losses, dropout",
    imports: "config/facts config/schema core/numerics formats lib shared/trace",
  },
  {
    folder: "src/core/cells",
    idea: "the cells, forward and backward, with their equations",
    imports: "core/network core/numerics shared/trace",
  },
  {
    folder: "src/core/optimizers",
    idea: "update rules, clipping, learning-rate schedules",
    imports: "config/schema core/network core/numerics",
  },
  {
    folder: "src/core/engine",
    idea: "the reference, float64 in plain TypeScript, and who computes a network",
    imports: "config/facts core/cells core/network core/numerics core/optimizers shared/trace",
  },
  {
    folder: "src/core/tasks",
    idea: "tasks as sequences and targets, batches",
    imports: "config/facts config/schema core/numerics formats lib shared/trace tables",
  },
  {
    folder: "src/core/training",
    idea: "the training loop: step, evaluation, trace rows, checkpoints",
    imports:
      "config/facts config/schema core/engine core/network core/numerics core/optimizers core/tasks formats lib shared/trace shared/wire tables",
  },
  {
    folder: "src/core/analysis",
    idea: "computations beside training: gradient check and decay, loss surface, text generation, lengths",
    imports:
      "config/facts config/schema core/cells core/network core/numerics core/tasks core/training lib shared/trace " +
      "shared/wire",
  },
  {
    folder: "src/core/dynamics",
    idea: "what happens inside a network: fixed points, trajectories, Jacobians, Lyapunov exponents, sharpness, memory",
    imports:
      "config/schema core/analysis core/engine core/network core/numerics core/optimizers core/tasks lib shared/trace",
  },
  {
    folder: "src/core/prediction",
    idea: "what a trained network says of another table: predictions, forecasts, backtests",
    imports:
      "config/facts config/schema core/analysis core/network core/numerics core/tasks core/training formats lib shared/trace shared/words tables",
  },
  {
    folder: "src/core/race",
    idea: "comparison of the cell types on one task",
    imports:
      "config/edit config/facts config/schema core/analysis core/engine core/network core/numerics core/tasks core/training lib shared/trace shared/wire",
  },
  {
    folder: "src/core/recompute",
    idea: "states and gradients of a recurrent module from what a probe has recorded of it",
    imports: "core/analysis core/cells core/numerics lib shared/trace",
  },
  {
    folder: "src/kernel",
    idea: "networks in WebAssembly, float32 and float64: memory layout, threads that share a batch",
    imports: "core/cells core/network core/numerics shared/trace",
  },
  {
    folder: "src/kernel/assembly",
    idea: "its operations in AssemblyScript, compiled to WebAssembly with SIMD at build time",
    imports: "",
  },
  {
    folder: "src/shared/trace",
    idea: "a run as data: header, rows in columns, and values read from them",
    imports: "",
  },
  {
    folder: "src/shared/wire",
    idea: "messages between host, worker and page",
    imports: "shared/trace",
  },
  {
    folder: "src/shared/guards",
    idea: "schemas of messages and stored states, from which `npm run generate` makes the guards; no schema is loaded at run time",
    imports: "shared/trace shared/wire",
  },
  {
    folder: "src/shared/handover",
    idea: "the one policy of runs that typing starts: what waits for what, and all of its times",
    imports: "",
  },
  {
    folder: "src/shared/words",
    idea: "numbers, tables and tried fixes as text",
    imports: "shared/wire",
  },
  {
    folder: "src/shared/statistics",
    idea: "the normal distribution, and how much each parameter of a sweep matters",
    imports: "",
  },
  {
    folder: "src/shared/scale",
    idea: "axis scales and extents",
    imports: "",
  },
  {
    folder: "src/lib",
    idea: "generic building blocks: disposables, events, deadlines, requests, sliced work, text from outside",
    imports: "",
  },
  {
    folder: "src/tables",
    idea: "tables as columns: the dialect recognized, the scanner, missing values filled, words and times encoded",
    imports: "lib",
  },
  {
    folder: "src/formats",
    idea: "generic file formats: arrays (.npy, safetensors), sequences (.ts, JSON Lines), CSV records, journals of Optuna, CRC-32",
    imports: "lib",
  },
  {
    folder: "webview",
    idea: "the entry point of the panel",
    imports: "shared/handover shared/wire webview/chart webview/page webview/state webview/ui webview/wire",
  },
  {
    folder: "webview/wire",
    idea: "messages to and from the host",
    imports: "lib shared/guards shared/trace shared/wire",
  },
  {
    folder: "webview/state",
    idea: "the state of the page: a pure reducer, cursor, zoom, time travel, preferences",
    imports: "shared/guards shared/trace shared/wire webview/ui webview/wire",
  },
  {
    folder: "webview/ui",
    idea: "elements of the page: DOM, icons, menus, the toolkit (`controls.ts` is its only importer), themes, drawing once per frame",
    imports: "shared/trace shared/wire shared/words",
  },
  {
    folder: "webview/svg",
    idea: "a canvas that writes SVG",
    imports: "",
  },
  {
    folder: "webview/chart",
    idea: "the chart kit: axes, heat maps, cards, legends, cursor and zoom, tables, saving",
    imports: "shared/scale shared/trace shared/wire shared/words webview/formulas webview/state webview/svg webview/ui",
  },
  {
    folder: "webview/formulas",
    idea: "the formula and source behind each view",
    imports: "shared/trace webview/state webview/ui",
  },
  {
    folder: "webview/views",
    idea: "one folder per view; none imports another",
    imports: "shared/scale shared/trace shared/wire shared/words webview/chart webview/state webview/ui",
  },
  {
    folder: "webview/page",
    idea: "everything around the views: header, scrubber, form, sections",
    imports: "shared/trace shared/wire shared/words webview/chart webview/state webview/ui webview/views",
  },
  {
    folder: "webview/grid",
    idea: "a table of many rows: rows in sight, header, filter language",
    imports: "webview/ui",
  },
  {
    folder: "webview/sweep",
    idea: "the page of a sweep",
    imports:
      "shared/guards shared/scale shared/statistics shared/wire shared/words webview webview/chart webview/formulas webview/grid webview/ui webview/wire",
  },
  {
    folder: "webview/compare",
    idea: "the page that compares runs",
    imports:
      "shared/guards shared/scale shared/trace shared/wire shared/words webview webview/chart webview/ui webview/wire",
  },
  {
    folder: "webview/runsTable",
    idea: "the page with the table of runs: filter, order, groups, rows in sight, loss by group",
    imports:
      "shared/guards shared/scale shared/wire shared/words webview webview/chart webview/grid webview/ui webview/wire",
  },
  {
    folder: "webview/fake",
    idea: "a page that trains in the browser, for developing the webview without VS Code; not shipped",
    imports:
      "config/compare config/edit config/facts config/read config/schema core/analysis core/numerics core/race core/training diagnosis lib shared/trace shared/wire shared/words sweepPlan webview webview/compare webview/runsTable webview/state webview/sweep worker",
  },
];

/** The room of a file: the one with the longest folder that holds it. */
export function roomOf(path: string): Room | null {
  const holding = ROOMS.filter(({ folder }) => path.startsWith(`${folder}/`));
  const room = holding.sort((a, b) => b.folder.length - a.folder.length)[0] ?? null;
  // The rooms at the top hold their own files only: a folder that is no room has none.
  const isTop = room !== null && !room.folder.includes("/");
  return isTop && path.includes("/", room.folder.length + 1) ? null : room;
}

export function roomName({ folder }: Room): string {
  return folder.replace(/^src\//, "");
}

/** The rooms as tables in Markdown, one for the extension and one for its pages. */
export function roomTables(): string {
  const table = (part: "src" | "webview"): string =>
    [
      "| Folder | One idea | Imports |",
      "| --- | --- | --- |",
      ...ROOMS.filter(({ folder }) => folder.split("/")[0] === part).map(
        ({ folder, idea, imports }) => `| \`${folder}\` | ${idea} | ${imports === "" ? "nothing" : imports} |`,
      ),
    ].join("\n");
  return `${table("src")}\n\n${table("webview")}`;
}
