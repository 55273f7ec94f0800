import { type InferenceSession, Tensor } from "onnxruntime-node";
import { type ContinuousPolicy, pairInputs } from "../../core/energy/continuous-run.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { ContinuousActorConfig } from "../algorithms/continuous-actor.ts";
import { Graph } from "../graph/graph.ts";
import { modelRefused, readModel } from "../graph/onnx-reader.ts";
import { writeModel } from "../graph/onnx-writer.ts";
import { concat } from "../graph/operations.ts";
import { anyRows } from "../graph/shape.ts";
import { actorLayout, actorOutcome } from "../networks/continuous-actor.ts";
import { unpack } from "../networks/parameters.ts";
import { floatData, openSession } from "../runtime/session.ts";
import { policyFormat, type TrainingRecord } from "./export-policy.ts";

const kind = "continuous-actor";

/** An actor as a self-contained ONNX file: `pairs` [N, pairInputs] to `decision` [N, 2], W and GHz. */
export function exportContinuousPolicy(
  scenario: EnergyScenario,
  config: ContinuousActorConfig,
  parameters: Float32Array,
  training: TrainingRecord,
): Uint8Array {
  const graph = new Graph();
  const flat = graph.constant(parameters, [parameters.length], "float32", "actor");
  const pairs = graph.input("pairs", [anyRows, pairInputs.length]);
  const { powerW, frequencyGhz } = actorOutcome(
    scenario,
    unpack(actorLayout(config.width), flat),
    pairs,
  );
  graph.output("decision", concat([powerW, frequencyGhz], 1));
  return writeModel(graph, "slotwise-policy", {
    "slotwise.format": policyFormat,
    "slotwise.system": "energy",
    "slotwise.kind": kind,
    "slotwise.scenario": JSON.stringify(scenario),
    "slotwise.learner": JSON.stringify(config),
    "slotwise.training": JSON.stringify(training),
  });
}

/** Whether a readable model file says that it is an actor. */
export function isContinuousPolicy(bytes: Uint8Array): boolean {
  return readModel(bytes).metadata.get("slotwise.kind") === kind;
}

export interface OpenContinuousPolicy extends ContinuousPolicy {
  release(): Promise<void>;
}

class SessionContinuousPolicy implements OpenContinuousPolicy {
  private readonly session: InferenceSession;

  constructor(session: InferenceSession) {
    this.session = session;
  }

  async decide(pairs: Float32Array, count: number): Promise<Float32Array> {
    const input = new Tensor("float32", pairs, [count, pairInputs.length]);
    return floatData(await this.session.run({ pairs: input }, ["decision"]), "decision");
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/**
 * Opens an actor's file for `runContinuous`.
 *
 * @throws SlotwiseError MODEL_REFUSED when the file is not one
 */
export async function openContinuousPolicy(bytes: Uint8Array): Promise<OpenContinuousPolicy> {
  const { metadata, inputs, outputs } = readModel(bytes);
  const received = `${metadata.get("slotwise.kind")} ${inputs.map(({ name, shape }) => `${name}[${shape}]`)} to ${outputs.map(({ name }) => name)}`;
  const expected = `${kind} pairs[${anyRows},${pairInputs.length}] to decision`;
  if (received !== expected) throw modelRefused(expected, received);
  return new SessionContinuousPolicy(await openSession(bytes));
}
