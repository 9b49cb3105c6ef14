import { Deserializer, Serializer } from "node:v8";
import { SharedMirror, type MirrorNews } from "./sharedMirror";
import { withMemory, withReferences } from "./sharedReferences";

/** A child process, or `process` in the child. */
interface ProcessEnd {
  readonly connected: boolean;
  send?(bytes: Uint8Array, callback: () => void): boolean;
}

interface News {
  readonly type: "news";
  readonly news: MirrorNews;
}

/**
 * One end of what two processes say to each other. Messages are structured clones, as between threads: each buffer is
 * by itself (Node's own way leaves arrays as views of the whole message), and what is written to shared memory in them
 * is written on the other side with the next message, or when it is flushed.
 */
export class ProcessChannel<Sent extends object, Received extends object> {
  private readonly mirror = new SharedMirror();

  constructor(
    private readonly end: ProcessEnd,
    private readonly onMessage: (message: Received) => void,
  ) {}

  /** Only to a process that is there. @param then called when the system has it */
  send(message: Sent, then: () => void = () => undefined): void {
    if (!this.end.connected) return then();
    const bytes = encode(withReferences(message, this.mirror));
    this.flush();
    this.end.send?.(bytes, then);
  }

  flush(): void {
    const news = this.end.connected ? this.mirror.collect() : null;
    if (news !== null) this.end.send?.(encode({ type: "news", news } satisfies News), () => undefined);
  }

  receive(bytes: Uint8Array): void {
    const deserializer = new Deserializer(bytes);
    deserializer.readHeader();
    const message = deserializer.readValue() as Received | News;
    if (isNews(message)) this.mirror.apply(message.news);
    else this.onMessage(withMemory(message, this.mirror) as Received);
  }
}

function isNews(message: object): message is News {
  return "type" in message && message.type === "news";
}

function encode(message: unknown): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}
