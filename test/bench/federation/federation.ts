import { availableParallelism } from "node:os";
import { SlotwiseError } from "../../../core/errors.ts";
import type { Encoding } from "../../../core/weights/encoding.ts";
import { type AggregationBench, benchAggregation } from "./aggregation.ts";
import type { FleetPart, FleetReport, Traffic } from "./fleet-messages.ts";
import { FleetProcess } from "./fleet-process.ts";
import { FleetSite, spareFiles } from "./fleet-site.ts";
import { cpuSeconds, openFilesAllowed, peakMiB } from "./process-usage.ts";

export interface FederationBenchOptions {
  readonly agents: number;
  /** Measured ones; one more is run before them, to have a model that deltas start from. */
  readonly rounds: number;
  readonly encoding: Encoding;
  readonly seed: number;
  /** Share of the rounds that are done. */
  readonly onProgress: (share: number) => void;
  /** Ends the run early, with everything that it started. */
  readonly signal: AbortSignal;
}

interface ProcessUsage {
  readonly peakMiB: number;
  readonly cpuSecondsPerRound: number;
}

/** Rounds of a whole fleet over MQTT on one machine, as many as it can. */
export interface FederationBench {
  readonly agents: number;
  readonly rounds: number;
  readonly encoding: Encoding;
  readonly roundsPerMinute: number;
  /** Of every agent and round, from hearing that it is open to having its model, ms. */
  readonly roundMs: { readonly p50: number; readonly p99: number };
  /**
   * Payload bytes of all messages that an agent sends and receives, those of the federation beside weights
   * and those sent again included.
   */
  readonly bytesPerAgentAndRound: Readonly<Traffic>;
  /** The same until its first model: joining, and the first round. */
  readonly firstBytesPerAgent: Readonly<Traffic>;
  /** Connections that agents lost and made again, since the start. */
  readonly reconnects: number;
  /** The longest that one of the fleet's processes served none of its connections, ms. */
  readonly fleetStallMs: number;
  readonly broker: ProcessUsage;
  readonly aggregator: ProcessUsage;
  readonly aggregation: AggregationBench;
}

const roundTimeoutMs = 300_000;

/** Agents of which a round keeps the updates, at most. */
const mostAgents = 1024;

/** @throws SlotwiseError CONFIG_INVALID */
function requireRoom(agents: number): void {
  const files = openFilesAllowed();
  const most = Math.min(mostAgents, files - spareFiles);
  if (agents <= most) return;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: `at most ${most} agents: a round has ${mostAgents}, and a process ${files} open files`,
    received: `${agents} agents`,
    consequence: "nothing was started",
  });
}

/** Of sorted values, the least that so large a share of them does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function parts(options: FederationBenchOptions, brokerUrl: string): FleetPart[] {
  const { agents, rounds, encoding, seed } = options;
  const processes = Math.min(agents, availableParallelism());
  return Array.from({ length: processes }, (_, i) => {
    const first = Math.floor((i * agents) / processes);
    const after = Math.floor(((i + 1) * agents) / processes);
    return { brokerUrl, first, agents: after - first, models: rounds + 1, encoding, seed };
  });
}

interface Measured {
  readonly elapsedMs: number;
  readonly cpuSeconds: { readonly broker: number; readonly aggregator: number };
  readonly reports: readonly FleetReport[];
}

function mean(
  reports: readonly FleetReport[],
  key: "traffic" | "firstTraffic",
  of: number,
): Traffic {
  const total = (way: keyof Traffic) => reports.reduce((sum, report) => sum + report[key][way], 0);
  return { sent: total("sent") / of, received: total("received") / of };
}

async function runRounds(
  { rounds, onProgress }: FederationBenchOptions,
  site: FleetSite,
  fleet: readonly FleetProcess[],
): Promise<Measured> {
  const everywhere = (version: number) => Promise.all(fleet.map((part) => part.model(version)));
  const [broker, aggregator] = [site.broker.pid, site.aggregator.pid] as [number, number];
  await everywhere(1);
  const before = { broker: cpuSeconds(broker), aggregator: cpuSeconds(aggregator) };
  const startMs = performance.now();
  for (let round = 1; round <= rounds; round++) {
    await everywhere(round + 1);
    onProgress(round / rounds);
  }
  return {
    elapsedMs: performance.now() - startMs,
    cpuSeconds: {
      broker: cpuSeconds(broker) - before.broker,
      aggregator: cpuSeconds(aggregator) - before.aggregator,
    },
    reports: await Promise.all(fleet.map((part) => part.report())),
  };
}

/**
 * Runs broker, aggregator and fleet as processes of `dist`, with the shipped generator's weights, for as
 * many rounds as wanted, one right after the other.
 *
 * @throws SlotwiseError CONFIG_INVALID when there is no room for so many agents
 * @throws SlotwiseError PROCESS_FAILED when a round does not come to its end
 */
export async function benchFederation(options: FederationBenchOptions): Promise<FederationBench> {
  const { agents, rounds, encoding } = options;
  requireRoom(agents);
  const aggregation = benchAggregation();
  const { signal } = options;
  const site = new FleetSite({ agents, encoding, deadlineMs: roundTimeoutMs, signal });
  const fleet: FleetProcess[] = [];
  try {
    const brokerUrl = await site.start();
    for (const part of parts(options, brokerUrl)) {
      fleet.push(new FleetProcess(part, roundTimeoutMs, signal));
    }
    const { elapsedMs, cpuSeconds: cpu, reports } = await runRounds(options, site, fleet);
    const roundMs = reports.flatMap((report) => report.roundMs).sort((a, b) => a - b);
    const usage = (process: "broker" | "aggregator"): ProcessUsage => ({
      peakMiB: peakMiB(site[process].pid as number),
      cpuSecondsPerRound: cpu[process] / rounds,
    });
    return {
      agents,
      rounds,
      encoding,
      roundsPerMinute: (60_000 * rounds) / elapsedMs,
      roundMs: { p50: quantile(roundMs, 0.5), p99: quantile(roundMs, 0.99) },
      bytesPerAgentAndRound: mean(reports, "traffic", agents * rounds),
      firstBytesPerAgent: mean(reports, "firstTraffic", agents),
      reconnects: reports.reduce((sum, { reconnects }) => sum + reconnects, 0),
      fleetStallMs: Math.max(...reports.map(({ longestStallMs }) => longestStallMs)),
      broker: usage("broker"),
      aggregator: usage("aggregator"),
      aggregation,
    };
  } finally {
    await Promise.all(fleet.map((part) => part.stop()));
    await site.stop();
  }
}
