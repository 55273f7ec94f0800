import type { ClientConnection } from "./client-connection.ts";

/** Which client speaks for which access point; at most one for each. */
export class Claims {
  private readonly clientOf = new Map<string, ClientConnection>();
  private readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** Agents claimed now. */
  get agents(): readonly string[] {
    return Array.from(this.clientOf.keys());
  }

  clientFor(agent: string): ClientConnection | undefined {
    return this.clientOf.get(agent);
  }

  /** The first of these agents whose client is alive: connected, and heard within the timeout. */
  taken(agents: readonly string[], nowMs: number): string | undefined {
    return agents.find((agent) => {
      const holder = this.clientOf.get(agent);
      return holder?.open === true && nowMs - holder.lastHeardMs <= this.timeoutMs;
    });
  }

  /** Gives the agents to a client; a holder that is not alive loses its connection. */
  claim(agents: readonly string[], client: ClientConnection): void {
    for (const agent of agents) this.clientOf.get(agent)?.destroy();
    for (const agent of agents) this.clientOf.set(agent, client);
    client.agents = agents;
  }

  release(client: ClientConnection): void {
    for (const agent of client.agents) {
      if (this.clientOf.get(agent) === client) this.clientOf.delete(agent);
    }
    client.agents = [];
  }
}
