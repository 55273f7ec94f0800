import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Stands before a TCP service and keeps every byte that passes, each direction of a connection apart. */
export class TcpTap {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly streams: Buffer[][] = [];

  constructor(targetPort: number) {
    this.server = createServer((client) => {
      const service = connect(targetPort, "127.0.0.1");
      this.join(client, service);
      this.join(service, client);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What went one way over one connection, for each. */
  get captured(): Buffer[] {
    return this.streams.map((chunks) => Buffer.concat(chunks));
  }

  async start(): Promise<void> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(from: Socket, to: Socket): void {
    const chunks: Buffer[] = [];
    this.streams.push(chunks);
    this.sockets.add(from);
    from.on("data", (chunk) => chunks.push(chunk)).pipe(to);
    from.on("error", () => undefined).on("close", () => to.destroy());
  }
}
