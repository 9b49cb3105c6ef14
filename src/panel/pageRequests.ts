import * as l10n from "@vscode/l10n";
import type { ExperimentSession } from "../session/experimentSession";
import type { ConfigPath, FixEdit } from "../shared/wire/findings";
import type { ChartFile } from "../shared/wire/savedCharts";
import type { HostMessage, ViewCommand, WebviewMessage } from "../shared/wire/protocol";

export interface PanelServices {
  canRun(): boolean;
  runCommand(command: ViewCommand, session: ExperimentSession | null): void;
  openFile(session: ExperimentSession): void;
  revealValue(session: ExperimentSession, path: ConfigPath): void;
  editValues(session: ExperimentSession, edits: readonly FixEdit[], moving: boolean): void;
  /** A chart that the reader wants as a file. */
  saveChart(session: ExperimentSession, file: ChartFile): void;
  showFailure(message: string): void;
  warn(message: string): void;
}

/** The page's answers to what the host has asked it for. */
export interface PageAnswers {
  answer(requestId: number, result: unknown): void;
  fail(requestId: number, message: string): void;
}

/** What a page asks for, other than the flow of frames, which is the link's. */
export type PageRequest = Exclude<WebviewMessage, { readonly type: "ready" | "requestSnapshot" | "acknowledge" }>;

export function serveRequest(
  request: PageRequest,
  session: ExperimentSession | null,
  host: PanelServices,
  reply: (message: HostMessage) => void,
  answers: PageAnswers,
): void {
  switch (request.type) {
    case "command":
      return host.runCommand(request.command, session);
    case "viewError":
      return host.warn(`Error in the panel: ${request.message}`);
    case "charts":
      return answers.answer(request.requestId, request.charts);
    case "chartFailed":
      return request.requestId === null
        ? host.showFailure(request.message)
        : answers.fail(request.requestId, request.message);
    case "chartFile":
      if (request.requestId !== null) {
        return answers.answer(request.requestId, request.content);
      }
      return session === null ? undefined : host.saveChart(session, request);
    case "ask":
      if (session === null) {
        return reply({
          type: "answerFailed",
          requestId: request.requestId,
          message: l10n.t("There is no experiment."),
        });
      }
      session.questions.ask(request.question).then(
        (answer) => reply({ type: "answer", requestId: request.requestId, answer }),
        (error: unknown) =>
          reply({
            type: "answerFailed",
            requestId: request.requestId,
            message: error instanceof Error ? error.message : String(error),
          }),
      );
      return;
    default:
      return session === null ? undefined : serveSession(request, session, host);
  }
}

function serveSession(
  request: Exclude<
    PageRequest,
    { readonly type: "command" | "viewError" | "ask" | "charts" | "chartFile" | "chartFailed" }
  >,
  session: ExperimentSession,
  host: PanelServices,
): void {
  switch (request.type) {
    case "setPace":
      return session.setPace(request.pace);
    case "openFile":
      return host.openFile(session);
    case "revealValue":
      return host.revealValue(session, request.path);
    case "editValues":
      return host.editValues(session, request.edits, request.moving);
    default:
      request satisfies never;
  }
}
