/** A host in the page: a session around the real trainer, talking to the panel by the real protocol. */
import * as l10n from "@vscode/l10n";
import { collectFixEdits, withEdits } from "../../src/config/edit/fixEdits";
import { parseExperiment } from "../../src/config/read/parse";
import type { Experiment } from "../../src/config/schema/schema";
import { createDiagnosis, type Diagnosis } from "../../src/diagnosis/diagnosis";
import { checkGradients } from "../../src/core/analysis/gradientCheck";
import { chooseSurfaceRanges, computeLossSurface } from "../../src/core/analysis/lossSurface";
import { CellRaceRun } from "../../src/core/race/cellRace";
import { createTrainer, type Trainer } from "../../src/core/training/trainer";
import type { FixEdit, Finding } from "../../src/shared/wire/findings";
import type { Ghost, HostMessage, Pace, ViewCommand, ViewState, WebviewMessage } from "../../src/shared/wire/protocol";
import { listFormFields } from "../../src/config/edit/formFields";
import { SETTLED_TEXT } from "../../src/shared/wire/liveEdit";
import type { Question } from "../../src/shared/wire/questions";
import {
  COLUMN,
  IDLE,
  vectorColumn,
  type GradientCheck,
  type LossSurface,
  type RunPhase,
  type TraceHeader,
} from "../../src/shared/trace/trace";
import { boundedCapacity, TraceBuffer } from "../../src/shared/trace/traceBuffer";
import { createSnapshot } from "../../src/core/analysis/runSnapshot";
import { finishWork } from "../../src/lib/slicedTask";
import { answerQuestion } from "../../src/worker/answerQuestion";
import { ParameterHistory } from "../../src/worker/parameterHistory";
import { SCENARIOS, type Scenario } from "./scenarios";

const SAVED = "rnn-lab";
const URI = "file:///experiments/count-ones.rnn.json";
const TICK_MS = 33;
const TICKS_PER_LOOK = 15;
/** Iterations a tick at full speed: slow enough to watch. */
const FULL_SPEED = 3;
/** Of each tick. */
const RACE_MS = 20;
const SURFACE_POINTS = 81;
const MAX_ROWS = 4096;
const MAX_BYTES = 2 ** 25;

interface FakeRun {
  readonly experiment: Experiment;
  readonly trainer: Trainer;
  readonly history: ParameterHistory;
  readonly header: TraceHeader;
  readonly all: TraceBuffer;
  readonly fresh: TraceBuffer;
  readonly diagnosis: Diagnosis;
  /** Of models with two parameters. */
  readonly surface: LossSurface | null;
}

declare global {
  interface Window {
    /** For tests: what the page has sent, and a way to send it anything. */
    fakeHost: { readonly received: WebviewMessage[]; post(message: unknown): void };
    acquireVsCodeApi(): unknown;
  }
}

/** A frozen host lets nothing move: what runs stays at its iteration, as pictures need it. */
export function installHost(scenarioName: string, frozen: boolean): void {
  const scenario = SCENARIOS[scenarioName] ?? (SCENARIOS["done"] as Scenario);
  const host = new FakeHost(scenario, frozen);
  window.fakeHost = { received: host.received, post: (message) => window.postMessage(message, "*") };
  window.acquireVsCodeApi = () => ({
    postMessage: (message: WebviewMessage) => host.receive(message),
    // As in VS Code: survives a reload, and goes with the window.
    getState: () => JSON.parse(sessionStorage.getItem(SAVED) ?? JSON.stringify(savedBefore(scenario))) as unknown,
    setState: (state: unknown) => sessionStorage.setItem(SAVED, JSON.stringify(state)),
  });
}

function savedBefore({ lastRun }: Scenario): unknown {
  return lastRun === undefined ? null : { uri: URI, preferences: null, lastRun: { ...lastRun, uri: URI } };
}

class FakeHost {
  readonly received: WebviewMessage[] = [];
  private run: FakeRun | null = null;
  private readonly ghosts: Ghost[];
  private phase: RunPhase;
  private message: string | null;
  private advice: string | null = null;
  private check: GradientCheck | null = null;
  private pace: Pace = 0;
  private sequence = 0;
  private findings: readonly Finding[] = [];
  private ticks = 0;
  private runs = 0;
  private race: CellRaceRun | null = null;
  private raceIsOn = false;

  constructor(
    private scenario: Scenario,
    private readonly frozen: boolean,
  ) {
    this.ghosts = scenario.ghosts.map((experiment) =>
      this.ghostOf(trainTo(this.start(experiment), experiment.training.iterations)),
    );
    this.phase = scenario.phase ?? "running";
    this.message = scenario.message;
    if (scenario.experiment !== null && scenario.until !== null) {
      this.run = this.start(scenario.experiment);
      const result = trainTo(this.run, scenario.until).result;
      if (scenario.phase === null) this.end(result);
      if (scenario.checked) this.check = checkGradients(this.run.trainer);
    }
  }

  receive(message: WebviewMessage): void {
    this.received.push(message);
    switch (message.type) {
      case "ready":
        if (!this.frozen) window.setInterval(() => this.tick(), TICK_MS);
        return this.sendSnapshot();
      case "requestSnapshot":
        return this.sendSnapshot();
      case "command":
        return this.execute(message.command);
      case "setPace":
        this.pace = message.pace;
        return this.sendView();
      case "ask":
        try {
          return this.answer(message.requestId, message.question);
        } catch (error) {
          return this.post({
            type: "answerFailed",
            requestId: message.requestId,
            message: error instanceof Error ? error.message : String(error),
          });
        }
      case "editValues":
        return this.edit(message.edits);
      case "revealValue":
      case "acknowledge":
      case "openFile":
      case "viewError":
      case "charts":
      case "chartFile":
      case "chartFailed":
        return;
    }
  }

  private answer(requestId: number, question: Question): void {
    if (this.run === null) return this.post({ type: "answerFailed", requestId, message: "There is no run." });
    const { experiment, trainer, history } = this.run;
    const snapshot = createSnapshot(experiment, trainer, {
      ...history.nearest(question.iteration),
      norms: () => history.norms.read(),
    });
    try {
      this.post({ type: "answer", requestId, answer: finishWork(answerQuestion(snapshot, question)) });
    } catch (error) {
      this.post({ type: "answerFailed", requestId, message: error instanceof Error ? error.message : String(error) });
    }
  }

  private execute(command: ViewCommand): void {
    const { experiment } = this.scenario;
    if (experiment === null) return;
    if (command === "run" || command === "rerun" || (command === "step" && this.phase !== "paused")) {
      if (this.run !== null) this.ghosts.push(this.ghostOf({ run: this.run }));
      this.run = this.start(experiment);
      this.phase = command === "step" ? "paused" : "running";
      this.message = this.advice = null;
      this.check = null;
      trainTo(this.run, 0);
      return this.sendSnapshot();
    }
    if (command === "raceCells" || command === "stopRace") {
      if (command === "raceCells")
        this.race = new CellRaceRun(
          experiment,
          { data: this.scenario.text, weights: null },
          () => performance.now(),
          null,
        );
      this.raceIsOn = command === "raceCells";
      return this.sendRace();
    }
    if (command === "pauseResume") this.phase = this.phase === "paused" ? "running" : "paused";
    else if (command === "stop") this.phase = "stopped";
    else if (command === "step") this.advance(1);
    else if (command === "checkGradients") this.check = checkGradients((this.run ?? this.start(experiment)).trainer);
    this.sendView();
  }

  /** As the editor does: the file changes, and the run begins anew. What does not fit the file leaves it as it is. */
  private edit(edits: readonly FixEdit[]): void {
    const text = JSON.stringify(this.scenario.experiment);
    const changed = withEdits(text, collectFixEdits(text, edits) ?? []);
    const { experiment } = parseExperiment(changed ?? text);
    if (experiment === null || changed === text) return;
    this.scenario = { ...this.scenario, experiment };
    this.execute("rerun");
  }

  private tick(): void {
    if (this.raceIsOn && this.race !== null) {
      this.raceIsOn = this.race.advance(RACE_MS);
      this.sendRace();
    }
    if (this.phase !== "running" || this.run === null) return;
    if (++this.ticks % TICKS_PER_LOOK === 0 && this.diagnose()) this.sendView();
    this.advance(this.pace === 0 ? FULL_SPEED : Math.max(1, Math.round((this.pace * TICK_MS) / 1000)));
  }

  private advance(iterations: number): void {
    if (this.run === null) return;
    const { run, result } = trainTo(this.run, this.run.trainer.iteration - 1 + iterations);
    if (result !== "running") this.end(result);
    const rows = run.fresh.adopt();
    if (rows.rows > 0)
      this.post({
        type: "append",
        sequence: this.sequence++,
        runId: run.header.runId,
        rows,
        status: this.view().status,
      });
    if (result !== "running") this.sendView();
  }

  private end(result: string): void {
    this.phase = result === "diverged" ? "diverged" : "done";
    if (result !== "diverged") return;
    this.message = l10n.t("Training diverged.");
    this.advice = `The loss became ${this.run?.trainer.metrics.loss} at iteration ${this.run?.trainer.iteration}: the gradient grew at every step back in time. Clip it, or lower the learning rate.`;
  }

  private start(experiment: Experiment): FakeRun {
    const trainer = createTrainer(experiment, { files: { data: this.scenario.text, weights: null } });
    const runId = `run-${++this.runs}`;
    const header = trainer.header(runId, "0123456789abcdef");
    // A clock that never advances: each row is kept.
    const history = new ParameterHistory(trainer, 1, () => 0);
    return {
      experiment,
      trainer,
      history,
      header,
      all: new TraceBuffer(header.columns, mostRows(header)),
      fresh: new TraceBuffer(header.columns, mostRows(header)),
      diagnosis: createDiagnosis(experiment, trainer),
      surface: trainer.parameterCount === 2 ? surfaceOf(trainer, runId) : null,
    };
  }

  private ghostOf({ run }: { run: FakeRun }): Ghost {
    return {
      runId: run.header.runId,
      label: l10n.t("run {0}", run.header.runId.replace("run-", "")),
      iteration: copyOf(run.all.column(COLUMN.iteration)),
      loss: copyOf(run.all.column(COLUMN.loss)),
      ...(run.surface === null ? {} : { path: copyOf(run.all.column(vectorColumn.parameters)) }),
    };
  }

  private view(): ViewState {
    const { experiment, canRun, textDiffers } = this.scenario;
    const loss = this.run?.all.column(COLUMN.loss)?.at(-1) ?? null;
    return {
      experiment:
        experiment === null
          ? null
          : {
              uri: URI,
              fileName: "count-ones.rnn.json",
              name: experiment.name,
              textDiffersFromRun: textDiffers,
            },
      status: {
        ...IDLE,
        phase: this.phase,
        iteration: this.run?.all.column(COLUMN.iteration)?.at(-1) ?? 0,
        iterations: this.run?.header.iterations ?? 0,
        loss,
        trainMs: (this.run?.trainer.iteration ?? 0) * 0.0021,
        stepsPerSecond: this.phase === "running" ? (this.pace === 0 ? 412_000 : this.pace) : 0,
        message: this.message,
        advice: this.advice,
      },
      pace: this.pace,
      gradientCheck: this.check,
      findings: this.findings,
      text: {
        ...(this.scenario.edit?.text ?? SETTLED_TEXT),
        form: experiment === null ? [] : listFormFields(experiment),
      },
      change: this.scenario.edit?.change ?? null,
      recorded: null,
      notSaved: null,
      events: this.scenario.edit?.events ?? [],
      canRun,
    };
  }

  /** True when there is something new. */
  private diagnose(): boolean {
    const { run, phase } = this;
    const known = this.findings.map(({ message }) => message).join();
    if (run !== null)
      this.findings = run.diagnosis.findings(
        phase === "diverged"
          ? { state: "diverged", parametersFinite: run.trainer.parameters().every(Number.isFinite) }
          : { state: phase === "running" || phase === "paused" ? "running" : "ended" },
      );
    return known !== this.findings.map(({ message }) => message).join();
  }

  private sendSnapshot(): void {
    this.diagnose();
    this.run?.fresh.clear();
    this.post({
      type: "snapshot",
      sequence: this.sequence++,
      view: this.view(),
      header: this.run?.header ?? null,
      rows: this.run?.all.snapshot() ?? null,
      ghosts: this.ghosts,
      surface: this.run?.surface ?? null,
    });
  }

  private sendRace(): void {
    const race = this.race?.state() ?? null;
    const stopped = race !== null && race.phase === "running" && !this.raceIsOn;
    this.post({
      type: "race",
      race:
        race === null
          ? null
          : { ...race, ...(stopped ? { phase: "stopped" } : {}), inFile: this.scenario.experiment?.model.cell ?? null },
    });
  }

  private sendView(): void {
    this.diagnose();
    this.post({ type: "view", view: this.view() });
  }

  private post(message: HostMessage): void {
    window.postMessage(message, "*");
  }
}

function mostRows(header: TraceHeader): number {
  return boundedCapacity(header.columns, MAX_ROWS, MAX_BYTES);
}

function surfaceOf(trainer: Trainer, runId: string): LossSurface {
  const ranges = chooseSurfaceRanges(trainer.parameters());
  return computeLossSurface(trainer, runId, ranges.x, ranges.y, SURFACE_POINTS, SURFACE_POINTS);
}

/** Evaluates rows up to and including `iteration`. */
function trainTo(run: FakeRun, iteration: number): { run: FakeRun; result: string } {
  let result = "running";
  const { trainer, history, all, fresh } = run;
  while (result === "running" && trainer.iteration <= iteration) {
    const one = new TraceBuffer(run.header.columns, 8);
    result = trainer.step(one);
    const rows = one.snapshot();
    history.inspect(0);
    history.observe();
    history.follow(rows);
    run.diagnosis.observe(one.columns, 0);
    all.append(rows);
    fresh.append(rows);
  }
  return { run, result };
}

function copyOf(values: Float64Array | null): Float64Array<ArrayBuffer> {
  return new Float64Array(values ?? []);
}
