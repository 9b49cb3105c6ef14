/** The extension hosts of the windows, as seen from the chaos run: who is there, and questions to them. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { lineReader, type HostMessage, type HostState, type Question } from "./protocol";

/** A host that has not answered by then is considered hung. */
const ANSWER_MS = 120_000;
/** Looked back at when a host is killed. */
const REMEMBERED_MS = 15_000;

/** A report of a host about a run; `at`: when it arrived, in milliseconds of `performance.now()`. */
interface Progress {
  readonly at: number;
  readonly iteration: number;
}

export class Hosts {
  private readonly hosts = new Map<number, Host>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async listen(): Promise<Hosts> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const hosts = new Hosts(server, (server.address() as AddressInfo).port);
    server.on("connection", (socket) => hosts.onConnection(socket));
    return hosts;
  }

  /** Undefined when no process with this id is connected. */
  find(pid: number): Host | undefined {
    return this.hosts.get(pid);
  }

  close(): void {
    for (const host of this.hosts.values()) host.close();
    this.server.close();
  }

  private onConnection(socket: Socket): void {
    const host = new Host(socket, (pid) => this.hosts.set(pid, host));
    socket.on("close", () => this.hosts.get(host.pid) === host && this.hosts.delete(host.pid));
  }
}

export class Host {
  /** Of its process; 0 before its first message. */
  pid = 0;
  private last = 0;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly history = new Map<string, Progress[]>();

  constructor(
    private readonly socket: Socket,
    private readonly onHello: (pid: number) => void,
  ) {
    socket.setEncoding("utf8");
    socket.on(
      "data",
      lineReader((line) => this.onMessage(JSON.parse(line) as HostMessage)),
    );
    // A killed host resets its connection.
    socket.on("error", () => undefined);
    socket.on("close", () => this.abandon());
  }

  /** @throws Error when the host ends, hangs, or could not do it */
  ask(question: Question): Promise<unknown> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new HostSilence(`The extension host has not answered "${question.kind}" for ${ANSWER_MS / 1000} s`));
      }, ANSWER_MS);
      const settle = (): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
      };
      this.waiting.set(id, {
        resolve: (value) => (settle(), resolve(value)),
        reject: (error) => (settle(), reject(error)),
      });
      if (this.socket.destroyed) this.abandon();
      else this.socket.write(`${JSON.stringify({ id, question })}\n`);
    });
  }

  async state(): Promise<HostState> {
    return (await this.ask({ kind: "state" })) as HostState;
  }

  async delays(): Promise<readonly number[]> {
    return (await this.ask({ kind: "delays" })) as readonly number[];
  }

  /** Recent reports of each active run, oldest first. */
  get progress(): ReadonlyMap<string, readonly Progress[]> {
    return this.history;
  }

  close(): void {
    this.socket.destroy();
  }

  private abandon(): void {
    for (const { reject } of [...this.waiting.values()]) reject(new HostGone("The extension host has ended"));
  }

  private onMessage(message: HostMessage): void {
    switch (message.type) {
      case "hello":
        this.pid = message.process;
        return this.onHello(message.process);
      case "answer":
        return this.waiting.get(message.id)?.resolve(message.value);
      case "failed":
        return this.waiting.get(message.id)?.reject(new Error(message.error));
      case "progress":
        return this.note(message.runs);
    }
  }

  private note(runs: Extract<HostMessage, { type: "progress" }>["runs"]): void {
    const at = performance.now();
    for (const [runId, iteration] of runs) {
      const before = (this.history.get(runId) ?? []).filter((one) => one.at > at - REMEMBERED_MS);
      this.history.set(runId, [...before, { at, iteration }]);
    }
    for (const [runId, list] of this.history)
      if ((list.at(-1)?.at ?? 0) < at - REMEMBERED_MS) this.history.delete(runId);
  }
}

/** The host has ended while it was asked. */
export class HostGone extends Error {}
/** The host lives and does not answer. */
class HostSilence extends Error {}
