import { describe, expect, it } from "vitest";
import { loadAgentConfig } from "../../../../agent/config.ts";
import { examine } from "../../../../agent/doctor/doctor.ts";
import { broken } from "./broken-preconditions.ts";
import { type Break, healthy, steering } from "./healthy-machine.ts";

async function examined(config: object, breaks: Break = () => undefined) {
  const fake = healthy();
  const probes = { ...fake.probes, ...breaks(fake) };
  const findings = await examine(
    loadAgentConfig(undefined, { policy: { model: "sqrt-load" }, ...config }),
    probes,
  );
  return findings.filter(({ state }) => state !== "ok");
}

describe("the doctor", () => {
  it("finds nothing to do on a machine that has all that is asked", async () => {
    expect(await examined(steering)).toEqual([]);
  });

  it("leaves a journal's folder alone that is another user's, whom the unit's agent may be", async () => {
    const access = () => ({ mode: 0o40700, uid: 61_234 });
    expect(await examined(steering, () => ({ access }))).toEqual([]);
  });

  it("asks for nothing that the configuration does not need", async () => {
    const everything = ["tc", "flock", "chrt", "iw"];
    const findings = await examined({}, ({ machine }) => {
      for (const command of everything) machine.failing.set(command, "ENOENT");
      return undefined;
    });
    expect(findings).toEqual([]);
  });

  it.each(broken)("says what to do about %s", async (_name, config, breaks, state, advice) => {
    const findings = await examined(config, breaks);
    expect(findings).toContainEqual(
      expect.objectContaining({ state, advice: expect.stringMatching(advice) }),
    );
  });

  it("says of every finding in words what it found", async () => {
    for (const [, config, breaks] of broken) {
      for (const finding of await examined(config, breaks)) expect(finding.found).toMatch(/\S/);
    }
  });
});
