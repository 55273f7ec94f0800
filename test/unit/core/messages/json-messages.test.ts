import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlotwiseError } from "../../../../core/errors.ts";
import { agentStateMessage } from "../../../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../../../core/messages/agent-telemetry.ts";
import { cloudStateMessage } from "../../../../core/messages/cloud-state.ts";
import { federationAnswerMessage } from "../../../../core/messages/federation-answer.ts";
import { federationGlobalRequestMessage } from "../../../../core/messages/federation-global-request.ts";
import { federationInboxMessage } from "../../../../core/messages/federation-inbox.ts";
import { federationKeysMessage } from "../../../../core/messages/federation-keys.ts";
import { federationRosterMessage } from "../../../../core/messages/federation-roster.ts";
import { federationRoundMessage } from "../../../../core/messages/federation-round.ts";
import { federationSharesMessage } from "../../../../core/messages/federation-shares.ts";
import { federationSurvivorsMessage } from "../../../../core/messages/federation-survivors.ts";
import { federationUnmaskingMessage } from "../../../../core/messages/federation-unmasking.ts";
import { federationUpdateRequestMessage } from "../../../../core/messages/federation-update-request.ts";
import {
  sampleAnswer,
  sampleCloudState,
  sampleKeys,
  sampleRequest,
  sampleRoster,
  sampleRound,
  sampleShares,
  sampleState,
  sampleSurvivors,
  sampleTelemetry,
  sampleUnmasking,
} from "../../../fixtures/messages.ts";

interface JsonMessage {
  encode(message: never): Uint8Array;
  decode(payload: Uint8Array): unknown;
}

const messages: [string, JsonMessage, Record<string, unknown>][] = [
  ["agent state", agentStateMessage, sampleState],
  ["agent telemetry", agentTelemetryMessage, sampleTelemetry],
  ["cloud state", cloudStateMessage, sampleCloudState],
  ["federation round", federationRoundMessage, sampleRound],
  ["federation answer", federationAnswerMessage, sampleAnswer],
  ["update request", federationUpdateRequestMessage, sampleRequest],
  ["keys", federationKeysMessage, sampleKeys],
  ["roster", federationRosterMessage, sampleRoster],
  ["shares", federationSharesMessage, sampleShares],
  ["inbox", federationInboxMessage, sampleShares],
  ["survivors", federationSurvivorsMessage, sampleSurvivors],
  ["unmasking", federationUnmaskingMessage, sampleUnmasking],
  ["global request", federationGlobalRequestMessage, sampleRequest],
];

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function refusalOf(message: JsonMessage, payload: Uint8Array): unknown {
  try {
    return message.decode(payload);
  } catch (error) {
    return error instanceof SlotwiseError ? error.code : error;
  }
}

describe.each(messages)("the %s message", (_, message, sample) => {
  it("comes back from its bytes as it went in", () => {
    expect(message.decode(message.encode(sample as never))).toEqual(sample);
  });

  it("is refused with a key missing, a key too many, or another version", () => {
    for (const key of Object.keys(sample)) {
      const { [key]: _gone, ...rest } = sample;
      expect(refusalOf(message, bytesOf(rest))).toBe("MESSAGE_INVALID");
    }
    expect(refusalOf(message, bytesOf({ ...sample, more: 1 }))).toBe("MESSAGE_INVALID");
    expect(refusalOf(message, bytesOf({ ...sample, version: 9 }))).toBe("MESSAGE_INVALID");
  });

  it("is refused when it is not JSON, or longer than 64 KiB", () => {
    expect(refusalOf(message, new Uint8Array(0))).toBe("MESSAGE_INVALID");
    expect(refusalOf(message, Uint8Array.of(0xff, 0xfe))).toBe("MESSAGE_INVALID");
    const padded = `${JSON.stringify(sample)}${" ".repeat(65_536)}`;
    expect(refusalOf(message, new TextEncoder().encode(padded))).toBe("MESSAGE_INVALID");
  });

  it("answers any JSON with MESSAGE_INVALID", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(refusalOf(message, new TextEncoder().encode(text))).toBe("MESSAGE_INVALID");
      }),
    );
  });

  it("survives any value in any of its places", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(sample)), fc.jsonValue(), (key, value) => {
        const outcome = refusalOf(message, bytesOf({ ...sample, [key]: value }));
        expect(outcome === "MESSAGE_INVALID" || typeof outcome === "object").toBe(true);
        expect(outcome).not.toBeInstanceOf(Error);
      }),
    );
  });
});

describe("encoding", () => {
  it("refuses numbers that JSON cannot carry", () => {
    const broken = { ...sampleTelemetry, uptimeMs: Number.NaN };
    expect(() => agentTelemetryMessage.encode(broken)).toThrow(/uptimeMs/);
  });
});
