import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlotwiseError } from "../../../../core/errors.ts";
import { federationGlobalMessage } from "../../../../core/messages/federation-global.ts";
import { federationUpdateMessage } from "../../../../core/messages/federation-update.ts";
import { sampleBytes, sampleGlobal, sampleUpdate } from "../../../fixtures/messages.ts";

interface BinaryMessage {
  decode(payload: Uint8Array): { header: unknown };
}

const messages: [string, BinaryMessage, unknown, Uint8Array][] = [
  [
    "federation update",
    federationUpdateMessage,
    sampleUpdate,
    federationUpdateMessage.encode(sampleUpdate, sampleBytes),
  ],
  [
    "federation global",
    federationGlobalMessage,
    sampleGlobal,
    federationGlobalMessage.encode(sampleGlobal, sampleBytes),
  ],
];

function outcomeOf(message: BinaryMessage, payload: Uint8Array): unknown {
  try {
    message.decode(payload);
    return "decoded";
  } catch (error) {
    return error instanceof SlotwiseError ? error.code : error;
  }
}

describe.each(messages)("the %s message", (_, message, header, payload) => {
  it("comes back from its bytes as it went in", () => {
    const decoded = message.decode(payload);
    expect(decoded).toEqual({ header, inline: sampleBytes });
  });

  it("may leave its content to be asked for", () => {
    const bare = payload.subarray(0, payload.length - sampleBytes.length);
    expect(message.decode(bare)).toEqual({ header, inline: undefined });
  });

  it("is refused when cut short at any other byte", () => {
    for (let length = 0; length < payload.length; length++) {
      if (length === payload.length - sampleBytes.length) continue;
      expect(outcomeOf(message, payload.subarray(0, length))).toBe("MESSAGE_INVALID");
    }
  });

  it("is refused with bytes left over", () => {
    const longer = new Uint8Array(payload.length + 1);
    longer.set(payload);
    expect(outcomeOf(message, longer)).toBe("MESSAGE_INVALID");
  });

  it("answers any bytes with MESSAGE_INVALID", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(outcomeOf(message, bytes)).toBe("MESSAGE_INVALID");
      }),
    );
  });

  it("answers any damage with a message or MESSAGE_INVALID", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: payload.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (at, byte) => {
          const damaged = payload.slice();
          damaged[at] = byte;
          expect(["decoded", "MESSAGE_INVALID"]).toContain(outcomeOf(message, damaged));
        },
      ),
      { numRuns: 500 },
    );
  });
});
