/** A host in the page: a session around the real trainer, talking to the panel by the real protocol. */
import * as l10n from "@vscode/l10n";
import { formatValue } from "../../src/shared/words/numberFormat";
import { collectFixEdits, withEdits } from "../../src/config/edit/fixEdits";
import { parseExperiment } from "../../src/config/read/parse";
import type { Experiment } from "../../src/config/schema/schema";
import { describeDivergence } from "../../src/core/analysis/divergence";
import { checkGradients } from "../../src/core/analysis/gradientCheck";
import type { FixEdit, Finding } from "../../src/shared/wire/findings";
import type { Ghost, HostMessage, Pace, ViewCommand, ViewState, WebviewMessage } from "../../src/shared/wire/protocol";
import { encodeNonFinite } from "../../src/shared/wire/nonFinite";
import { listFormFields } from "../../src/config/edit/formFields";
import { SETTLED_TEXT } from "../../src/shared/wire/liveEdit";
import { bestValidation, describeEarlyStop } from "../../src/worker/bestValidation";
import type { Question } from "../../src/shared/wire/questions";
import { COLUMN, IDLE, type GradientCheck, type RunPhase } from "../../src/shared/trace/trace";
import { createSnapshot } from "../../src/core/analysis/runSnapshot";
import { finishWork } from "../../src/lib/slicedTask";
import { answerQuestion } from "../../src/worker/answerQuestion";
import { FakeRace } from "./fakeRace";
import { FakeRateTest } from "./fakeRateTest";
import { FakeSeeds } from "./fakeSeeds";
import { answering } from "./signals";
import { ghostOf, runIdentityOf, startRun, takeScalars, trainTo, type FakeRun } from "./fakeRun";
import { SCENARIOS, type Scenario } from "./scenarios";

const SAVED = "rnn-lab";
const URI = "file:///experiments/count-ones.rnn.json";
const TICK_MS = 33;
const TICKS_PER_LOOK = 15;
/** Iterations a tick at full speed: slow enough to watch. */
const FULL_SPEED = 3;

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
    postMessage: answering((message: WebviewMessage) => host.receive(message)),
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
  /** What trains beside the run. */
  private readonly beside = { race: new FakeRace(), rateTest: new FakeRateTest(), seeds: new FakeSeeds() };

  constructor(
    private scenario: Scenario,
    private readonly frozen: boolean,
  ) {
    this.ghosts = scenario.ghosts.map((experiment) =>
      ghostOf(trainTo(this.start(experiment), experiment.training.iterations).run),
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
    if (this.scenario.isSilent) return;
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
      if (this.run !== null) this.ghosts.push(ghostOf(this.run));
      this.run = this.start(experiment);
      this.phase = command === "step" ? "paused" : "running";
      this.message = this.advice = null;
      this.check = null;
      trainTo(this.run, 0);
      return this.sendSnapshot();
    }
    if (command === "raceCells" || command === "stopRace") {
      if (command === "raceCells") this.beside.race.start(experiment, this.scenario.text);
      else this.beside.race.stop();
      return this.sendRace();
    }
    if (command === "testLearningRates" || command === "stopRateTest") {
      if (command === "testLearningRates") this.beside.rateTest.start(experiment, this.scenario.text);
      else this.beside.rateTest.stop();
      return this.sendRateTest();
    }
    if (command === "trySeeds" || command === "stopSeeds" || command === "removeSeeds") {
      if (command === "trySeeds") this.beside.seeds.start(experiment, this.scenario.text);
      else if (command === "stopSeeds") this.beside.seeds.stop();
      else this.beside.seeds.remove();
      return this.sendSeeds();
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
    if (this.beside.race.advance()) this.sendRace();
    if (this.beside.rateTest.advance()) this.sendRateTest();
    if (this.beside.seeds.advance()) this.sendSeeds();
    if (this.phase !== "running" || this.run === null) return;
    if (++this.ticks % TICKS_PER_LOOK === 0 && this.diagnose()) this.sendView();
    this.advance(this.pace === 0 ? FULL_SPEED : Math.max(1, Math.round((this.pace * TICK_MS) / 1000)));
  }

  private advance(iterations: number): void {
    if (this.run === null) return;
    const { run, result } = trainTo(this.run, this.run.trainer.iteration - 1 + iterations);
    if (result !== "running") this.end(result);
    const rows = run.fresh.adopt();
    const scalars = takeScalars(run);
    if (rows.rows > 0)
      this.post({
        type: "append",
        sequence: this.sequence++,
        runId: run.header.runId,
        rows,
        scalars: { kind: "rows", rows: scalars },
        status: this.view().status,
      });
    if (result !== "running") this.sendView();
  }

  private end(result: string): void {
    this.phase = result === "diverged" ? "diverged" : "done";
    this.message = this.run === null ? null : describeEarlyStop(this.run.trainer);
    if (result !== "diverged" || this.run === null) return;
    this.message = l10n.t("Training diverged.");
    const { metrics, iteration } = this.run.trainer;
    this.advice = `The loss became ${formatValue(metrics.loss)} at iteration ${iteration}: the gradient grew at every step back in time. Clip it, or lower the learning rate.`;
  }

  private start(experiment: Experiment): FakeRun {
    return startRun(experiment, `run-${++this.runs}`, this.scenario.text);
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
        best: this.run === null ? null : bestValidation(this.run.trainer),
        message: this.message,
        advice: this.advice,
      },
      run: runIdentityOf(this.run),
      pace: this.pace,
      gradientCheck: this.check,
      findings: this.findings,
      fixProgress: null,
      baselines: this.run?.baselines ?? [],
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
          ? { state: "diverged", ...describeDivergence(run.trainer) }
          : { state: phase === "running" || phase === "paused" ? "running" : "ended" },
      );
    return known !== this.findings.map(({ message }) => message).join();
  }

  private sendSnapshot(): void {
    this.diagnose();
    this.run?.fresh.clear();
    if (this.run !== null) takeScalars(this.run);
    this.post({
      type: "snapshot",
      sequence: this.sequence++,
      view: this.view(),
      header: this.run?.header ?? null,
      rows: this.run?.all.snapshot() ?? null,
      scalars: this.run?.scalars.snapshot() ?? null,
      ghosts: this.ghosts,
      surface: this.run?.surface ?? null,
    });
    // It is about any learning rate, so that it stays when the file gets another one.
    this.sendRateTest();
  }

  private sendRace(): void {
    this.post({ type: "race", race: this.beside.race.state(this.scenario.experiment?.model.cell ?? null) });
  }

  private sendRateTest(): void {
    this.post({ type: "rateTest", test: this.beside.rateTest.state(this.scenario.experiment) });
  }

  private sendSeeds(): void {
    this.post({ type: "seeds", trials: this.beside.seeds.state() });
  }

  private sendView(): void {
    this.diagnose();
    this.post({ type: "view", view: this.view() });
  }

  private post(message: HostMessage): void {
    // As on the way from VS Code, where JSON has no NaN.
    window.postMessage(encodeNonFinite(message), "*");
  }
}
