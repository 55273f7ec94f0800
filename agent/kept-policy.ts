import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../platform/log.ts";
import { modelPath } from "../platform/shipped-models.ts";
import type { AgentConfig } from "./config.ts";
import { openStartingModel, type StartingModel } from "./starting-model.ts";

function contentOf(model: string): string | Uint8Array {
  const path = modelPath(model);
  return existsSync(path) ? readFileSync(path) : model;
}

/**
 * The file in which what an agent learns outlives it; null where nothing is kept. It is named after
 * the content of `policy.model`, so that another model there starts afresh.
 */
export function keptPolicyFile({ stateDir, agent, policy, system }: AgentConfig): string | null {
  if (stateDir === null) return null;
  const start = createHash("sha256").update(contentOf(policy.model ?? system));
  return join(stateDir, `${agent}-${start.digest("hex").slice(0, 16)}.onnx`);
}

function open(model: string, config: AgentConfig, log: Logger): StartingModel | undefined {
  try {
    return openStartingModel(model, config.system);
  } catch (error) {
    if ((error as { code?: string }).code !== "MODEL_REFUSED") throw error;
    log.error({ reason: (error as Error).message }, "policy refused");
    return undefined;
  }
}

/**
 * What an agent begins with: the policy it has kept, else the one it is told. Undefined where both are
 * refused, which leaves it with the safe policy, not without an agent.
 *
 * @throws SlotwiseError CONFIG_INVALID when the configured model can be neither a file nor a name
 */
export function openFirstPolicy(config: AgentConfig, log: Logger): StartingModel | undefined {
  const configured = config.policy.model ?? config.system;
  const kept = keptPolicyFile(config);
  const found = kept !== null && existsSync(kept) ? open(kept, config, log) : undefined;
  return found ?? open(configured, config, log);
}
