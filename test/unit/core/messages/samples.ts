import type { AgentState } from "../../../../core/messages/agent-state.ts";
import type { AgentTelemetry } from "../../../../core/messages/agent-telemetry.ts";
import type { CloudState } from "../../../../core/messages/cloud-state.ts";
import type { FederationGlobalHeader } from "../../../../core/messages/federation-global.ts";
import type { FederationRound } from "../../../../core/messages/federation-round.ts";
import type { FederationUpdateHeader } from "../../../../core/messages/federation-update.ts";

export const sampleState: AgentState = {
  version: 1,
  online: true,
  agent: "ap-0",
  incarnation: "a1",
  system: "slicing",
  federated: true,
  startedAtMs: 1_700_000_000_000,
  policy: "models/slicing.onnx",
};

const totals = { slots: 100, sums: { meanDelayMs: 460.5, satisfaction: 98.2, rewardMs: 135.1 } };

export const sampleTelemetry: AgentTelemetry = {
  version: 1,
  agent: "ap-0",
  incarnation: "a1",
  system: "slicing",
  uptimeMs: 1000.5,
  slots: {
    slots: 100,
    applied: 99,
    held: 1,
    late: 1,
    skipped: 0,
    fallback: 2,
    readBackMismatches: 0,
  },
  latencyUs: { p50: 210, p99: 900, p999: 1500 },
  current: {
    observation: [30_000, 150_000, 75_000, 9e8, 1.8e9, 2e9],
    allocation: [4, 8, 6, 6, 6, 6],
    policy: "models/slicing.onnx",
  },
  performance: { own: totals, references: { equal: totals, "sqrt-load": totals, optimal: totals } },
  federation: {
    round: 3,
    globalVersion: 2,
    roundsJoined: 3,
    bytesSent: 100_000,
    bytesReceived: 90_000,
  },
  learner: { updates: 100, updatesPerSecond: 99.5, explorationRate: 0.1 },
  resources: { rssBytes: 120_000_000 },
  link: { invalidMessages: { round: 0, global: 1 }, reconnects: 0, droppedTelemetry: 0 },
};

export const sampleRound: FederationRound = {
  version: 1,
  federation: "f1",
  round: 1,
  baseVersion: 0,
  quorum: 2,
  deadlineMs: 3000,
  extensions: 0,
  received: [],
};

export const sampleUpdate: FederationUpdateHeader = {
  version: 1,
  federation: "f1",
  agent: "ap-0",
  incarnation: "a1",
  round: 1,
  baseVersion: 0,
  samples: 100,
};

export const sampleGlobal: FederationGlobalHeader = {
  version: 1,
  federation: "f1",
  globalVersion: 1,
  round: 1,
  contributors: ["ap-0", "ap-1"],
};

export const sampleCloudState: CloudState = {
  version: 1,
  online: true,
  incarnation: "c1",
  federation: "f1",
  startedAtMs: 1_700_000_000_000,
  round: 2,
  globalVersion: 1,
  roundsClosed: 1,
  extensions: 0,
  updatesAccepted: 4,
  updatesRefused: { late: 1 },
  expected: ["ap-0", "ap-1"],
};

export const sampleWeights = new Map([
  ["hidden.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["hidden.bias", { shape: [2], data: Float32Array.of(-1, 0.5) }],
]);
