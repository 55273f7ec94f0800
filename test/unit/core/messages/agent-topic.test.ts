import { describe, expect, it } from "vitest";
import { agentStateMessage } from "../../../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../../../core/messages/agent-telemetry.ts";
import { federationUpdateMessage } from "../../../../core/messages/federation-update.ts";

describe("topics with an agent's name", () => {
  it("are the documented ones", () => {
    expect(agentStateMessage.topic("ap-0")).toBe("slotwise/agents/ap-0/state");
    expect(agentTelemetryMessage.topic("ap-0")).toBe("slotwise/agents/ap-0/telemetry");
    expect(federationUpdateMessage.topic("ap-0")).toBe("slotwise/federation/update/ap-0");
    expect(agentStateMessage.subscription).toBe("slotwise/agents/+/state");
    expect(federationUpdateMessage.subscription).toBe("slotwise/federation/update/+");
  });

  it.each([agentStateMessage, agentTelemetryMessage, federationUpdateMessage])(
    "give the name back",
    (message) => {
      expect(message.agentOf(message.topic("ap-12"))).toBe("ap-12");
    },
  );

  it("refuse names that would change the topic's meaning", () => {
    for (const name of ["", "a/b", "+", "#", "a b", "x".repeat(65)]) {
      expect(() => agentStateMessage.topic(name)).toThrow();
    }
    expect(() => agentStateMessage.agentOf("slotwise/agents/a/b/state")).toThrow(/topic/);
    expect(() => agentStateMessage.agentOf("slotwise/agents/ap-0/telemetry")).toThrow(/topic/);
    expect(() => agentStateMessage.agentOf("other/agents/ap-0/state")).toThrow(/topic/);
  });
});
