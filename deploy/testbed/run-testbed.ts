import { mkdir, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditEntry } from "../../agent/actuate/tc/rate-audit.ts";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { AgentSite } from "./agent-site.ts";
import type { Estimate } from "./batch-interval.ts";
import { equalKbitPerS, layoutOf } from "./layout.ts";
import { sweepLeftovers } from "./namespaces.ts";
import { TestbedNetwork } from "./network.ts";
import {
  meanDelayDifferenceMs,
  type PhaseMeasurement,
  type PhaseResult,
  phaseResult,
} from "./phase-result.ts";
import { checkRates, type RateCheck, ratesProven } from "./rate-check.ts";
import { requireTestbed } from "./requirements.ts";
import { folderOf, ownIdentity } from "./run-identity.ts";
import { TrafficSite } from "./traffic-site.ts";

export interface TestbedOptions {
  /** Both phases together. */
  readonly seconds: number;
  readonly seed: number;
  readonly model: string;
  readonly linkMbitPerS: number;
  /** Told what happens, a line at a time. */
  readonly onProgress: (line: string) => void;
}

export interface TestbedReport {
  readonly linkMbitPerS: number;
  readonly seed: number;
  readonly slotsPerPhase: number;
  readonly rates: { readonly agent: readonly RateCheck[]; readonly equal: readonly RateCheck[] };
  /** Read-back equals commanded within 1 % for every slice in every checked slot. */
  readonly ratesProven: boolean;
  readonly delay: {
    readonly agent: PhaseResult;
    readonly equal: PhaseResult;
    /** Agent minus equal, over all tasks, paired by slots. */
    readonly meanDifferenceMs: Estimate;
  };
  /** The agent's own report of its slots. */
  readonly agent: AgentReport | undefined;
}

const scenario = paperScenario;
const userNamespaces = 2;
const agentStartTimeoutMs = 20_000;
const pollMs = 50;

/** The sender needs about 1 ms for a slot's packets; they wait in their classes when the slot begins. */
const leadMs = 2;

async function firstSlot(agent: AgentSite, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + agentStartTimeoutMs;
  while ((await agent.audit()).length === 0) {
    signal.throwIfAborted();
    if (!agent.running || performance.now() > untilMs) {
      throw agent.failure(`a first slot within ${agentStartTimeoutMs} ms`);
    }
    await sleep(pollMs);
  }
}

/** Aborts with the reason when the agent ends before its phase does. */
function watch(agent: AgentSite, signal: AbortSignal): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  if (signal.aborted) forward();
  const timer = setInterval(() => {
    if (!agent.running) controller.abort(agent.failure("to run until the end of its phase"));
  }, pollMs);
  const done = () => {
    clearInterval(timer);
    signal.removeEventListener("abort", forward);
  };
  return { signal: controller.signal, done };
}

interface AgentPhase {
  readonly measurement: PhaseMeasurement;
  readonly entries: readonly AuditEntry[];
  readonly report: AgentReport | undefined;
}

/** Share of a phase's slots in which the rates must have been read back. */
const provenShare = 0.95;

class TestbedRun {
  private readonly options: TestbedOptions;
  private readonly signal: AbortSignal;
  private readonly network: TestbedNetwork;
  private readonly traffic: TrafficSite;
  private readonly agent: AgentSite;
  private readonly slots: number;

  constructor(options: TestbedOptions, folder: string, signal: AbortSignal) {
    this.options = options;
    this.signal = signal;
    const linkKbitPerS = options.linkMbitPerS * 1e3;
    const slices = scenario.slices.length;
    const layout = layoutOf(ownIdentity(), userNamespaces, slices, linkKbitPerS);
    this.network = new TestbedNetwork(layout);
    this.traffic = new TrafficSite(layout);
    this.agent = new AgentSite(layout, folder, options.model);
    this.slots = Math.floor((options.seconds * 1e3) / scenario.slotMs / 2);
  }

  async run(): Promise<TestbedReport> {
    const { onProgress, seed, linkMbitPerS } = this.options;
    await this.network.build(this.signal);
    await this.traffic.start();
    const learned = await this.agentPhase();
    onProgress(`equal sharing: ${this.slots} slots on the same arrivals`);
    const before = await this.equalRates();
    const equal = await this.play(1, this.signal);
    const after = await this.equalRates();
    const slices = scenario.slices.length;
    const rates = {
      agent: checkRates(learned.entries, slices),
      equal: checkRates([before, after], slices),
    };
    return {
      linkMbitPerS,
      seed,
      slotsPerPhase: this.slots,
      rates,
      ratesProven:
        ratesProven(rates.agent, provenShare * this.slots) && ratesProven(rates.equal, 2),
      delay: {
        agent: phaseResult(scenario, learned.measurement),
        equal: phaseResult(scenario, equal),
        meanDifferenceMs: meanDelayDifferenceMs(scenario, learned.measurement, equal),
      },
      agent: learned.report,
    };
  }

  async end(): Promise<void> {
    await Promise.allSettled([this.agent.stop(), this.traffic.stop()]);
    await this.network.remove();
  }

  private async agentPhase(): Promise<AgentPhase> {
    await this.agent.start();
    const { pid } = this.agent;
    this.options.onProgress(`agent (pid ${pid}): ${this.slots} slots of ${scenario.slotMs} ms`);
    await firstSlot(this.agent, this.signal);
    const { signal, done } = watch(this.agent, this.signal);
    try {
      const measurement = await this.play(0, signal);
      done();
      const report = await this.agent.stop();
      return { measurement, entries: await this.agent.audit(), report };
    } finally {
      done();
    }
  }

  private play(phase: number, signal: AbortSignal): Promise<PhaseMeasurement> {
    const { slots } = this;
    const { seed } = this.options;
    return this.traffic.play({ phase, seed, slots, slotMs: scenario.slotMs, leadMs }, signal);
  }

  /** The agent gives the classes back as it found them: in equal shares. */
  private async equalRates(): Promise<AuditEntry> {
    const classes = await this.network.classes();
    const commanded = equalKbitPerS(this.network.layout) * 1e3;
    return {
      slot: 0,
      commandedBitPerS: classes.map(() => commanded),
      readBackBitPerS: classes.map((found) => found.rateBitPerS),
    };
  }
}

/**
 * Sends the same drawn tasks through real HTB classes twice, steered by the agent and in equal
 * shares, and measures when they arrive. Whatever happens, nothing of it stays behind.
 *
 * @throws SlotwiseError TESTBED_UNAVAILABLE, PROCESS_FAILED; the signal's reason when it aborts
 */
export async function runTestbed(
  options: TestbedOptions,
  signal: AbortSignal,
): Promise<TestbedReport> {
  requireTestbed();
  for (const name of await sweepLeftovers()) options.onProgress(`removed ${name}, left by a run`);
  const folder = folderOf(ownIdentity());
  await mkdir(folder, { mode: 0o700 });
  const run = new TestbedRun(options, folder, signal);
  try {
    return await run.run();
  } finally {
    await run.end();
    // The guardian of an agent that was killed may just be removing its journal.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
