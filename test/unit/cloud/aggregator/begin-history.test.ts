import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Beginning, beginHistory } from "../../../../cloud/aggregator/begin-history.ts";
import { ModelStore } from "../../../../cloud/aggregator/model-store.ts";
import type { RoundHistory } from "../../../../cloud/aggregator/round.ts";
import { privacyRulesSchema } from "../../../../core/privacy/privacy-rules.ts";
import { encodeSafetensors } from "../../../../core/weights/safetensors.ts";

const weights = new Map([["w", { shape: [2], data: Float32Array.of(1, 2) }]]);
const privacy = privacyRulesSchema.parse({ clipNorm: 1, noiseMultiplier: 1 });

let directory: string;
let startModel: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slotwise-begin-"));
  startModel = join(directory, "start.safetensors");
  writeFileSync(startModel, encodeSafetensors(weights));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** As a process does that ends right after. */
async function begin(start: Beginning): Promise<RoundHistory> {
  const store = new ModelStore(join(directory, "cloud"));
  const history = await beginHistory(store, start);
  store.close();
  return history;
}

describe("an aggregator's beginning", () => {
  it("has the start model as version 1 once, saved", async () => {
    const begun = await begin({ startModel, privacy: null });
    expect(begun).toMatchObject({
      round: 1,
      latest: { round: 1, globalVersion: 1, rho: undefined },
    });
    expect(begun.latest?.global).toEqual(weights);
    rmSync(startModel);
    const again = await begin({ startModel, privacy: null });
    expect(again).toMatchObject({ federation: begun.federation, round: 2, latest: { round: 1 } });
  });

  it("takes the generator of a policy", async () => {
    const policy = fileURLToPath(new URL("../../../../models/slicing.onnx", import.meta.url));
    const { latest } = await begin({ startModel: policy, privacy: null });
    expect([...(latest?.global.keys() ?? [])].length).toBeGreaterThan(3);
  });

  it("keeps what was spent of the privacy, to the bit", async () => {
    const { federation } = await begin({ startModel, privacy });
    const rho = 0.1 + 0.2;
    const closed = { round: 2, globalVersion: 2, global: weights, contributors: ["ap-0"], rho };
    await new ModelStore(join(directory, "cloud")).save(federation, closed);
    expect((await begin({ startModel, privacy })).latest?.rho).toBe(rho);
  });

  it("takes no model over into or out of privacy", async () => {
    await begin({ startModel, privacy });
    const without = { startModel, privacy: null };
    await expect(begin(without)).rejects.toMatchObject({ code: "STATE_INVALID" });
    rmSync(join(directory, "cloud"), { recursive: true });
    await begin(without);
    const refused = begin({ startModel, privacy });
    await expect(refused).rejects.toThrow(/expected a federation with privacy/);
  });

  it("does not start from what is no model", async () => {
    for (const wrong of [join(directory, "nowhere.onnx"), import.meta.filename, "energy"]) {
      const refused = begin({ startModel: wrong, privacy: null });
      await expect(refused).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    }
  });
});
