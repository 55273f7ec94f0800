import { expect, it } from "vitest";
import { loadAgentConfig } from "../../../../agent/config.ts";
import { checkTransport } from "../../../../agent/doctor/link-checks.ts";
import { machineProbes } from "../../../../agent/doctor/machine-probes.ts";

function checked(transport: string, netlink: boolean) {
  const observe = { kind: "tc", device: "air0", transport };
  const config = loadAgentConfig(undefined, { observe, policy: { model: "sqrt-load" } });
  return checkTransport(config, { ...machineProbes, netlink: () => netlink });
}

it.each([
  ["auto", true, { state: "ok", found: "netlink" }],
  ["auto", false, { state: "ok", found: "tc, since koffi does not load" }],
  ["netlink", true, { state: "ok", found: "netlink" }],
  ["netlink", false, { state: "fault", advice: expect.stringContaining("transport: auto") }],
])(
  "the doctor says how classes are read with transport %s, koffi loading %s",
  (transport, netlink, finding) => {
    expect(checked(transport, netlink)).toEqual([expect.objectContaining(finding)]);
  },
);

it("the doctor does not ask for koffi where tc is asked for", () => {
  expect(checked("tc", false)).toEqual([]);
});
