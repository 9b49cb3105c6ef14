/** What each fake host does beneath its own messages. */
import { PONG, readPageSignal } from "../../src/shared/wire/pageSignals";

declare global {
  interface Window {
    /** For tests: the host is gone, and answers nothing any more. */
    hostIsGone?: boolean;
  }
}

/** A host for a page: `receive` is given the messages of the page, and its signals are answered. */
export function answering<M>(receive: (message: M) => void): (message: M) => void {
  return (message) => {
    if (window.hostIsGone === true) return;
    const signal = readPageSignal(message);
    if (signal === null) receive(message);
    else if (signal.type === "ping") window.postMessage(PONG, "*");
  };
}
