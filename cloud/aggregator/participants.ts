import type { AgentState } from "../../core/messages/agent-state.ts";

interface Participant {
  /** Undefined while nothing was heard of it since the start. */
  readonly incarnation: string | undefined;
  missedRounds: number;
}

/** Rounds in a row an online agent may miss before rounds stop waiting for it. */
const lapseRounds = 2;

/** The federated agents that are online, and whether rounds still wait for them. */
export class Participants {
  private readonly capacity: number;
  private readonly online = new Map<string, Participant>();

  /** @param known who was in the latest round before the start, and is waited for at first */
  constructor(capacity: number, known: readonly string[] = []) {
    this.capacity = capacity;
    for (const agent of known) this.join(agent, undefined);
  }

  /** A last will that comes after the agent's next start is told by its incarnation. */
  reported({ agent, incarnation, online, federated }: AgentState): void {
    const known = this.online.get(agent);
    if (!online) {
      const gone = known?.incarnation === undefined || known.incarnation === incarnation;
      if (gone) this.online.delete(agent);
    } else if (!federated) {
      this.online.delete(agent);
    } else if (known?.incarnation !== incarnation) {
      this.join(agent, incarnation);
    }
  }

  /** An update speaks for its sender, also when its state was never seen. */
  answered(agent: string, incarnation: string): void {
    if (this.online.get(agent)?.incarnation !== incarnation) this.join(agent, incarnation);
  }

  /** An answer to a round that is over: its sender is there, so the next round waits for it. */
  answeredLate(agent: string, incarnation: string): void {
    this.answered(agent, incarnation);
    const participant = this.online.get(agent);
    if (participant === undefined) return;
    participant.missedRounds = Math.min(participant.missedRounds, lapseRounds - 1);
  }

  /** Whom an open round waits for. */
  expected(): string[] {
    return [...this.online]
      .filter(([, { missedRounds }]) => missedRounds < lapseRounds)
      .map(([agent]) => agent);
  }

  closed(contributors: readonly string[]): void {
    for (const [agent, participant] of this.online) {
      participant.missedRounds = contributors.includes(agent) ? 0 : participant.missedRounds + 1;
    }
  }

  private join(agent: string, incarnation: string | undefined): void {
    if (!this.online.has(agent) && this.online.size >= this.capacity) return;
    this.online.set(agent, { incarnation, missedRounds: 0 });
  }
}
