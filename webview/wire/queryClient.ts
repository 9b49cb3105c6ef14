/**
 * Keeps the questions of the views few: of each kind one is under way at most, and of those that come meanwhile only the
 * newest is asked afterwards. Views ask at every draw; what is answered already, or failed, is not asked again.
 */
import { RequestTimeout, Requests } from "../../src/lib/requests";
import type { Answer, Question, QuestionKind } from "../../src/shared/wire/questions";
import type { HostMessage, WebviewMessage } from "../../src/shared/wire/protocol";

/** An answer that does not come by then is lost: the host has started again meanwhile, or shows another experiment. */
const TIMEOUT = { ms: 10_000 };

/** A question, and what makes the same words another one: the run that it is about. */
interface Query {
  readonly question: Question;
  readonly about: string;
  readonly text: string;
}

interface Slot {
  /** The last question that was sent; null when its answer was lost, so that it may be sent again. */
  sent: Query | null;
  /** Null when the answer has come. */
  pending: AbortController | null;
  next: Query | null;
}

export type QueryOutcome = { readonly answer: Answer } | { readonly failure: string };

export class QueryClient {
  private readonly slots = new Map<QuestionKind, Slot>();
  private readonly requests = new Requests();

  constructor(
    private readonly send: (message: WebviewMessage) => void,
    private readonly onOutcome: (kind: QuestionKind, outcome: QueryOutcome) => void,
  ) {}

  /** @param about the run and whatever else makes the same words another question */
  ask(question: Question, about: string): void {
    const query: Query = { question, about, text: JSON.stringify(question) };
    const slot = this.slots.get(question.kind) ?? { sent: null, pending: null, next: null };
    this.slots.set(question.kind, slot);
    if (slot.sent?.about === about && slot.sent.text === query.text) slot.next = null;
    else if (slot.pending !== null && slot.sent?.about === about) slot.next = query;
    else this.post(slot, query);
  }

  receive(message: Extract<HostMessage, { type: "answer" | "answerFailed" }>): void {
    if (message.type === "answer") this.requests.resolve(message.requestId, message.answer);
    else this.requests.reject(message.requestId, new Error(message.message));
  }

  /** A question about another run is of no use any more. */
  private post(slot: Slot, query: Query): void {
    slot.pending?.abort();
    const pending = new AbortController();
    Object.assign(slot, { sent: query, pending, next: null });
    const { question } = query;
    this.requests
      .ask<Answer>((requestId) => this.send({ type: "ask", requestId, question }), {
        timeout: TIMEOUT,
        signal: pending.signal,
      })
      .then(
        (answer) => this.settle(slot, question.kind, { answer }),
        (error: unknown) => {
          if (pending.signal.aborted) return;
          if (error instanceof RequestTimeout) slot.sent = null;
          this.settle(slot, question.kind, error instanceof RequestTimeout ? null : failureOf(error));
        },
      );
  }

  private settle(slot: Slot, kind: QuestionKind, outcome: QueryOutcome | null): void {
    slot.pending = null;
    const { next } = slot;
    if (next !== null) this.post(slot, next);
    if (outcome !== null) this.onOutcome(kind, outcome);
  }
}

function failureOf(error: unknown): QueryOutcome {
  return { failure: error instanceof Error ? error.message : String(error) };
}
