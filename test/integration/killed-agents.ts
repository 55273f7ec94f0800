import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "../../core/random.ts";
import { guardianOf } from "../fixtures/guardian-of.ts";
import { eventually } from "./eventually.ts";
import { type RunningCommand, startCommandIn } from "./slotwise.ts";
import type { SteeredLink } from "./steered-link.ts";

/** What became of agents that were killed. */
export interface KillReport {
  readonly kills: number;
  /** Kills that found the link or the cgroups other than at the start. */
  readonly altered: number;
  readonly guardianFirst: number;
  /** Longest time from a kill to the state before the start, where the guardian lived. */
  readonly slowestRestoreMs: number;
}

type Moment = "starting" | "running" | "stopping";

export function startAgent(link: SteeredLink): RunningCommand {
  return startCommandIn(link.namespace, "agent", "--config", link.config, "--json");
}

export async function slotsBegin(agent: RunningCommand): Promise<void> {
  await eventually(() => agent.stderr().includes("slots begin"), agent.stderr, 120_000);
}

/** Kills agents one after the other at random moments and checks the state after each. */
export class KilledAgents {
  private readonly link: SteeredLink;
  private readonly found: string;
  private readonly random: Random;
  private readonly report = { kills: 0, altered: 0, guardianFirst: 0, slowestRestoreMs: 0 };

  /** @param link as no agent has touched it */
  constructor(link: SteeredLink, seed: number) {
    this.link = link;
    this.found = link.state();
    this.random = createRandom(seed, 1);
  }

  /** @throws Error where the state does not come back */
  async run(kills: number, guardianFirst: number): Promise<KillReport> {
    for (let i = 0; i < kills; i++) {
      const first = Math.floor(((i + 1) * guardianFirst) / kills);
      if (first > this.report.guardianFirst) await this.killGuardianFirst();
      else await this.killAgent();
      this.report.kills++;
    }
    return this.report;
  }

  private async killAgent(): Promise<void> {
    const agent = startAgent(this.link);
    await this.wait(agent, this.moment());
    this.countAltered();
    await this.kill(agent);
    await this.restored();
  }

  private async kill(agent: RunningCommand): Promise<void> {
    agent.child.kill("SIGKILL");
    await agent.exited;
  }

  private async restored(): Promise<void> {
    const killedMs = performance.now();
    await eventually(
      () => this.link.state() === this.found,
      () => this.link.state(),
    );
    const restoreMs = performance.now() - killedMs;
    this.report.slowestRestoreMs = Math.max(this.report.slowestRestoreMs, restoreMs);
  }

  /**
   * In turn: an agent that lives has another guardian, which puts everything back; of one that is
   * frozen nobody is left, until the next start does, or `slotwise restore`.
   */
  private async killGuardianFirst(): Promise<void> {
    const agent = startAgent(this.link);
    await this.wait(agent, "running");
    const turn = this.report.guardianFirst++ % 3;
    if (turn > 0) agent.child.kill("SIGSTOP");
    process.kill(guardianOf(this.link.journal) as number, "SIGKILL");
    if (turn === 0) await sleep(100 + 200 * this.random.uniform());
    this.countAltered();
    await this.kill(agent);
    if (turn === 0) {
      await this.restored();
      return;
    }
    if (turn === 1) await this.startAndStop();
    else await startCommandIn(this.link.namespace, "restore", "--config", this.link.config).exited;
    if (this.link.state() !== this.found) throw new Error(`not restored: ${this.link.state()}`);
  }

  private async startAndStop(): Promise<void> {
    const next = startAgent(this.link);
    await slotsBegin(next);
    next.child.kill("SIGTERM");
    await next.exited;
  }

  private moment(): Moment {
    const drawn = this.random.uniform();
    if (drawn < 0.2) return "starting";
    return drawn < 0.8 ? "running" : "stopping";
  }

  private async wait(agent: RunningCommand, moment: Moment): Promise<void> {
    if (moment === "starting") {
      await sleep(1200 * this.random.uniform());
      return;
    }
    await slotsBegin(agent);
    await sleep(500 * this.random.uniform());
    if (moment === "running") return;
    agent.child.kill("SIGTERM");
    await sleep(80 * this.random.uniform());
  }

  private countAltered(): void {
    if (this.link.state() !== this.found) this.report.altered++;
  }
}
