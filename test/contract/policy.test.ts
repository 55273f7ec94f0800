import { onTestFinished } from "vitest";
import { loadOnnxPolicy } from "../../agent/policy/onnx-policy.ts";
import { builtInPolicies, createBuiltInPolicy } from "../../core/slicing/policies.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { affineModel } from "../fixtures/affine-model.ts";
import { policyContract } from "./policy.contract.ts";

for (const name of builtInPolicies) {
  policyContract(`the built-in policy ${name}`, () => {
    const policy = createBuiltInPolicy(name, paperScenario, 7);
    if (policy === undefined) throw new Error(`no policy ${name}`);
    return policy;
  });
}

policyContract("a policy file", async () => {
  const policy = await loadOnnxPolicy(affineModel({ bias: [4, 8, 6, 7, 7, 4] }), {
    name: "steady.onnx",
    observationLength: 6,
    actionLength: 6,
  });
  onTestFinished(() => policy.release());
  return policy;
});
