/**
 * Keeps the questions of the views few: of each kind one is under way at most, and of those that come meanwhile only
 * the newest is asked afterwards. Views ask at every draw; what is answered already, or failed, is not asked again.
 */
import type { Question, QuestionKind } from "../../src/shared/wire/questions";
import type { WebviewMessage } from "../../src/shared/wire/protocol";

/** An answer that does not come by then is taken for lost. */
const LOST_AFTER_MS = 10_000;

interface PendingQuery {
  /** The last question that was sent, as text, and whether its answer is still to come. */
  sent: string;
  requestId: number | null;
  sentAt: number;
  next: { readonly question: Question; readonly text: string } | null;
}

export class QueryClient {
  private readonly desks = new Map<QuestionKind, PendingQuery>();
  private asked = 0;

  constructor(
    private readonly send: (message: WebviewMessage) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param about the run and whatever else makes the same words another question */
  ask(question: Question, about: string): void {
    const text = `${about} ${JSON.stringify(question)}`;
    const desk = this.desks.get(question.kind) ?? { sent: "", requestId: null, sentAt: 0, next: null };
    this.desks.set(question.kind, desk);
    if (desk.requestId !== null && this.now() - desk.sentAt > LOST_AFTER_MS) {
      desk.requestId = null;
      desk.sent = "";
    }
    if (text === desk.sent) desk.next = null;
    else if (desk.requestId !== null) desk.next = { question, text };
    else this.post(desk, question, text);
  }

  /** The answer to a request has come, or will never. Returns what it was about; null when nobody waits for it. */
  settle(requestId: number): QuestionKind | null {
    for (const [kind, desk] of this.desks) {
      if (desk.requestId !== requestId) continue;
      desk.requestId = null;
      const { next } = desk;
      desk.next = null;
      if (next !== null) this.post(desk, next.question, next.text);
      return kind;
    }
    return null;
  }

  private post(desk: PendingQuery, question: Question, text: string): void {
    desk.sent = text;
    desk.requestId = ++this.asked;
    desk.sentAt = this.now();
    this.send({ type: "ask", requestId: desk.requestId, question });
  }
}
