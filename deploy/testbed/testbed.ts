import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import { SlotwiseError } from "../../core/errors.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { AgentSite, type Learning } from "./agent-site.ts";
import type { Audits } from "./audit-check.ts";
import { ComputeSite } from "./compute/compute-site.ts";
import { SliceGroups } from "./compute/slice-groups.ts";
import { disturb, type LinkFault } from "./faults.ts";
import { layoutOf, type TestbedLayout } from "./layout.ts";
import { sweepLeftovers } from "./namespaces.ts";
import { buildNetwork, removeNetwork } from "./network.ts";
import { requireTestbed } from "./requirements.ts";
import { folderOf, groupName, ownIdentity } from "./run-identity.ts";
import type { ArrivalsTrace } from "./trace/arrivals-trace.ts";
import { type Played, TrafficSite } from "./traffic-site.ts";
import { sleep } from "./wait.ts";

export interface TestbedOptions {
  readonly scenario: SlicingScenario;
  readonly linkMbitPerS: number;
  readonly fault?: LinkFault | undefined;
  /** Told what happens, a line at a time. */
  readonly onProgress: (line: string) => void;
}

/** What an agent's site came to between its start and its stop. */
export interface AgentCourse {
  readonly audits: Audits;
  readonly report: AgentReport | undefined;
  /** CPU time that each slice's worker used, ms. */
  readonly usedMs: readonly number[];
}

/** CPUs that the compute budget of an access point stands for: a block is 1 ms of CPU in a slot of 10 ms. */
const computeCpus = 0.9;

/** CPU time that 1 kMc of a task takes, ms; the rest of a grant is for receiving, sending and other work of the machine. */
const cpuMsPerKmc = 0.6;

const agentStartTimeoutMs = 20_000;
const pollMs = 50;

/** The testbed while it stands: play traces under policies that agents carry out. */
export class Testbed {
  private readonly options: TestbedOptions;
  private readonly folder: string;
  private readonly layout: TestbedLayout;
  private readonly groups: SliceGroups;
  private readonly compute: readonly ComputeSite[];
  private readonly traffic: TrafficSite;
  private agents: readonly AgentSite[] = [];
  private usedBeforeMs: readonly (readonly number[])[] = [];
  private plays = 0;

  constructor(options: TestbedOptions, folder: string) {
    const { scenario, linkMbitPerS } = options;
    const { accessPoints, slices } = scenario;
    const identity = ownIdentity();
    this.options = options;
    this.folder = folder;
    this.layout = layoutOf(identity, accessPoints, slices.length, linkMbitPerS * 1e3);
    this.groups = new SliceGroups(groupName(identity), accessPoints, slices.length);
    this.compute = this.layout.accessPoints.map(
      (site, b) => new ComputeSite(scenario, site, b, this.groups.of(b, slices.length)),
    );
    this.traffic = new TrafficSite(this.layout, scenario);
  }

  async build(signal: AbortSignal): Promise<void> {
    const { onProgress } = this.options;
    await buildNetwork(this.layout, signal);
    await this.groups.make();
    for (const site of this.compute) await site.start(this.groups);
    const iterationsPerMs = (await this.compute[0]?.calibrate()) ?? 0;
    onProgress(
      `1 kMc is ${cpuMsPerKmc} ms of CPU, ${Math.round(iterationsPerMs / 1e3)}k iterations a ms`,
    );
    for (const site of this.compute) await site.serve(iterationsPerMs, cpuMsPerKmc);
    await this.traffic.start();
  }

  /** Starts an agent at every access point, with this policy, and waits for their first slots. */
  async startAgents(policy: string, signal: AbortSignal, learning?: Learning): Promise<void> {
    const { scenario, onProgress } = this.options;
    const { layout } = this;
    this.usedBeforeMs = await Promise.all(this.compute.map((site) => site.usedMs()));
    const folder = await mkdtemp(join(this.folder, "agents-"));
    this.agents = layout.accessPoints.map((_, accessPoint) => {
      const groups = this.groups.of(accessPoint, scenario.slices.length);
      const { throughMount: throughCgroups } = this.groups;
      const budget = { scenario, groups, throughCgroups, cpus: computeCpus };
      return new AgentSite({ layout, accessPoint, ...budget, folder, policy, learning });
    });
    for (const agent of this.agents) await agent.start();
    const pids = this.agents.map(({ pid }) => pid).join(", ");
    onProgress(`agent (pid ${pids}) with ${policy}`);
    for (const agent of this.agents) await firstSlot(agent, signal);
  }

  /** Plays a trace once, and the fault with it where there is one. */
  async play(trace: ArrivalsTrace, signal: AbortSignal): Promise<Played> {
    const { fault, scenario } = this.options;
    const watched = watch(this.agents, signal);
    const ended = new AbortController();
    const failed = new AbortController();
    const traceMs = trace.slots.length * scenario.slotMs;
    const until = AbortSignal.any([watched.signal, ended.signal]);
    const disturbing =
      fault && disturb(fault, this.layout, traceMs, until).catch((error) => failed.abort(error));
    try {
      const learning = this.agents.some(({ learns }) => learns);
      const lost = AbortSignal.any([watched.signal, failed.signal]);
      return await this.traffic.play(trace, this.plays++, learning, lost);
    } finally {
      ended.abort(new Error("the trace has ended"));
      await disturbing;
      watched.done();
      failed.signal.throwIfAborted();
    }
  }

  async stopAgents(): Promise<AgentCourse[]> {
    const { agents, usedBeforeMs } = this;
    this.agents = [];
    const reports = await Promise.all(agents.map((agent) => agent.stop()));
    return await Promise.all(
      agents.map(async (agent, b) => {
        const usedMs = (await this.compute[b]?.usedMs()) ?? [];
        return {
          audits: await agent.audits(),
          report: reports[b],
          usedMs: usedMs.map((used, slice) => used - (usedBeforeMs[b]?.[slice] ?? 0)),
        };
      }),
    );
  }

  async end(): Promise<void> {
    const stops = [...this.agents, ...this.compute, this.traffic].map((site) => site.stop());
    await Promise.allSettled(stops);
    await removeNetwork(this.layout);
    await this.groups.remove();
  }
}

async function firstSlot(agent: AgentSite, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + agentStartTimeoutMs;
  while (!(await agent.hasBegun())) {
    if (!agent.running || performance.now() > untilMs) {
      throw agent.failure(`a first slot within ${agentStartTimeoutMs} ms`);
    }
    await sleep(pollMs, signal);
  }
}

/** Aborts with the reason when an agent ends before it is told to. */
function watch(agents: readonly AgentSite[], signal: AbortSignal) {
  const lost = new AbortController();
  const timer = setInterval(() => {
    const gone = agents.find(({ running }) => !running);
    if (gone) lost.abort(gone.failure("to run until the end of its trace"));
  }, pollMs);
  return { signal: AbortSignal.any([signal, lost.signal]), done: () => clearInterval(timer) };
}

function requireCpus(accessPoints: number): void {
  const available = cpus().length;
  if (accessPoints <= available) return;
  throw new SlotwiseError("TESTBED_UNAVAILABLE", {
    expected: `at most ${available} access points: each computes on a CPU of its own`,
    received: String(accessPoints),
    consequence: "nothing was set up",
  });
}

/**
 * Sets a testbed up, lets it be used, and takes it down. Whatever happens, nothing of it stays behind.
 *
 * @throws SlotwiseError TESTBED_UNAVAILABLE, PROCESS_FAILED; the signal's reason when it aborts
 */
export async function withTestbed<T>(
  options: TestbedOptions,
  signal: AbortSignal,
  use: (testbed: Testbed) => Promise<T>,
): Promise<T> {
  requireTestbed(options.fault);
  requireCpus(options.scenario.accessPoints);
  for (const name of await sweepLeftovers()) options.onProgress(`removed ${name}, left by a run`);
  const folder = folderOf(ownIdentity());
  await mkdir(folder, { mode: 0o700 });
  const testbed = new Testbed(options, folder);
  try {
    await testbed.build(signal);
    return await use(testbed);
  } finally {
    await testbed.end();
    // The guardian of an agent that was killed may just be removing its journal.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
