import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { SweepPolicy } from "../../core/energy/sweep-run.ts";
import { taskFeatures } from "../../core/energy/task-features.ts";
import { floatData, openSession } from "../runtime/session.ts";
import { type EnergyPolicyFile, readEnergyPolicyFile } from "./energy-policy-file.ts";

/** A sweep policy that holds an ONNX Runtime session until it is released. */
export interface EnergyPolicy extends SweepPolicy {
  readonly file: EnergyPolicyFile;
  release(): Promise<void>;
}

class SessionEnergyPolicy implements EnergyPolicy {
  readonly file: EnergyPolicyFile;
  private readonly session: InferenceSession;

  constructor(file: EnergyPolicyFile, session: InferenceSession) {
    this.file = file;
    this.session = session;
  }

  async actions(features: Float32Array, tasks: number): Promise<Float32Array> {
    const input = new Tensor("float32", features, [tasks, taskFeatures.length]);
    return floatData(await this.session.run({ features: input }, ["action"]), "action");
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/**
 * Opens an energy policy file (float32 `features` [N, taskFeatures.length] to `action` [N], an index
 * of `sweepActions`) for `runSweeps`.
 *
 * @throws SlotwiseError MODEL_REFUSED when the file is not one
 */
export async function openEnergyPolicy(bytes: Uint8Array): Promise<EnergyPolicy> {
  const file = readEnergyPolicyFile(bytes);
  const policy = new SessionEnergyPolicy(file, await openSession(bytes));
  await policy.actions(new Float32Array(taskFeatures.length), 1);
  return policy;
}
