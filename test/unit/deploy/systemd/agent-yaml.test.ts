import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { loadAgentConfig } from "../../../../agent/config.ts";

it("the shipped configuration of a box is valid and names a real link", () => {
  const file = fileURLToPath(new URL("../../../../deploy/systemd/agent.yaml", import.meta.url));
  const config = loadAgentConfig(file, {});
  expect(config.observe.kind).toBe("tc");
  expect(config.actuate.kind).toBe("tc");
  expect(config.link?.brokerUrl).toBe("mqtt://127.0.0.1:1883");
});
