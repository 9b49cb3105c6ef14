import * as l10n from "@vscode/l10n";
import { ExperimentSession } from "../session/experimentSession";
import type { PanelSession } from "../session/panelSession";
import { replyTo, type Reply, type Requests } from "../lib/requests";
import type { Answer } from "../shared/wire/questions";
import type { ConfigPath, FixEdit } from "../shared/wire/findings";
import type { ChartFile } from "../shared/wire/savedCharts";
import type { HostMessage, ViewCommand, WebviewMessage } from "../shared/wire/protocol";

export interface PanelServices {
  canRun(): boolean;
  runCommand(command: ViewCommand, session: PanelSession | null): void;
  openFile(session: PanelSession): void;
  revealValue(session: PanelSession, path: ConfigPath): void;
  editValues(session: PanelSession, edits: readonly FixEdit[], moving: boolean): void;
  /** A chart that the reader wants as a file. */
  saveChart(session: PanelSession, file: ChartFile): void;
  showFailure(message: string): void;
  warn(message: string): void;
}

/** What a page asks for, other than the flow of frames, which is the link's. */
export type PageRequest = Exclude<WebviewMessage, { readonly type: "ready" | "requestSnapshot" | "acknowledge" }>;

/** @param asked what the host has asked the page for */
export function serveRequest(
  request: PageRequest,
  session: PanelSession | null,
  host: PanelServices,
  reply: (message: HostMessage) => void,
  asked: Requests,
): void {
  switch (request.type) {
    case "command":
      return host.runCommand(request.command, session);
    case "viewError":
      return host.warn(`Error in the panel: ${request.message}`);
    case "charts":
      return void asked.resolve(request.requestId, request.charts);
    case "chartFailed":
      return request.requestId === null
        ? host.showFailure(request.message)
        : void asked.reject(request.requestId, new Error(request.message));
    case "chartFile":
      if (request.requestId !== null) {
        return void asked.resolve(request.requestId, request.content);
      }
      return session === null ? undefined : host.saveChart(session, request);
    case "ask":
      return replyTo(
        request.requestId,
        () => {
          if (session === null) throw new Error(l10n.t("There is no experiment."));
          return session.questions.ask(request.question);
        },
        (answered) => reply(answerMessage(answered)),
      );
    default:
      return session === null ? undefined : serveSession(request, session, host);
  }
}

function answerMessage(reply: Reply<Answer>): HostMessage {
  const { requestId } = reply;
  return reply.type === "reply"
    ? { type: "answer", requestId, answer: reply.result }
    : { type: "answerFailed", requestId, message: reply.message };
}

function serveSession(
  request: Exclude<
    PageRequest,
    { readonly type: "command" | "viewError" | "ask" | "charts" | "chartFile" | "chartFailed" }
  >,
  session: PanelSession,
  host: PanelServices,
): void {
  switch (request.type) {
    case "setPace":
      return session instanceof ExperimentSession ? session.setPace(request.pace) : undefined;
    case "openFile":
      return host.openFile(session);
    case "revealValue":
      return session instanceof ExperimentSession ? host.revealValue(session, request.path) : undefined;
    case "editValues":
      return session instanceof ExperimentSession ? host.editValues(session, request.edits, request.moving) : undefined;
    default:
      request satisfies never;
  }
}
