import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadAgentConfig } from "../../../agent/config.ts";

const folders: string[] = [];

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-config-"));
  folders.push(folder);
  const path = join(folder, "agent.yaml");
  writeFileSync(path, text);
  return path;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function faultsOf(text: string): string {
  try {
    loadAgentConfig(file(text), {});
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("the agent's configuration", () => {
  it("has no choice of place in the energy system", () => {
    expect(faultsOf("energy: { scenario: { offloading: {} } }")).toMatch(
      /energy\.scenario\.offloading.*serves at the edge/,
    );
  });

  it("needs no file: a simulator, the shipped model, no broker, no learning", () => {
    expect(loadAgentConfig(undefined, {})).toMatchObject({
      agent: "ap-0",
      observe: { kind: "bridge" },
      actuate: { kind: "bridge" },
      policy: { model: null },
      learner: { enabled: false, updatesPerSlot: 1, config: null },
      link: null,
      telemetryPeriodMs: 1000,
    });
  });

  it("takes the command line over the file", () => {
    const path = file("agent: ap-3\npolicy: {model: equal}\nslots: 5\n");
    expect(loadAgentConfig(path, { agent: "ap-7", slots: undefined })).toMatchObject({
      agent: "ap-7",
      policy: { model: "equal" },
      slots: 5,
    });
  });

  it("names every fault at once", () => {
    const faults = faultsOf(`
agent: "ap/0"
speed: 3
telemetryPeriodMs: 1
learner: {explorationRate: 2, unknown: 1}
bridge: {address: nowhere}
observe: {kind: psychic}
`);
    for (const key of [
      "agent",
      "speed",
      "telemetryPeriodMs",
      "learner.explorationRate",
      "unknown",
      "bridge.address",
      "observe.kind",
    ]) {
      expect(faults).toContain(key);
    }
  });

  it("refuses in the energy system what only slicing has", () => {
    const faults = faultsOf(`
system: energy
observe: {kind: tc, device: veth0}
actuate: {kind: tc, device: veth0, linkKbitPerS: 1000}
learner: {enabled: true}
`);
    for (const key of ["observe.kind", "actuate.kind", "learner.enabled"]) {
      expect(faults).toContain(key);
    }
  });

  it("refuses in the slicing system what only energy has", () => {
    expect(faultsOf("actuate: {kind: box}")).toContain("actuate.kind");
  });

  it("refuses a deadband that no change within the slew limit leaves", () => {
    expect(faultsOf("envelope: {slewBlocks: 2, deadbandBlocks: 2}")).toMatch(
      /envelope\.deadbandBlocks.*below slewBlocks/,
    );
    expect(faultsOf("envelope: {slewBlocks: 2, deadbandBlocks: 1}")).toBe("");
    expect(faultsOf("envelope: {deadbandBlocks: 5}")).toBe("");
  });

  it("refuses one cgroup for two slices", () => {
    const actuate = "{kind: cgroup, cpus: 2, groups: [a, b, a]}";
    expect(faultsOf(`actuate: ${actuate}`)).toMatch(/actuate\.groups.*a is named twice/);
  });

  it("refuses the downlink's interface for the uplink", () => {
    const uplink = "{device: air0, linkKbitPerS: 1000}";
    expect(
      faultsOf(`actuate: {kind: tc, device: air0, linkKbitPerS: 1000, uplink: ${uplink}}`),
    ).toContain("actuate.uplink.device");
  });

  it("is frozen", () => {
    const config = loadAgentConfig(undefined, {});
    expect(() => Object.assign(config.policy, { model: "equal" })).toThrow(TypeError);
  });
});
