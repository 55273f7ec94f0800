import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { federationGlobalBlockMessage } from "../../../../core/messages/federation-global-block.ts";
import { federationUpdateBlockMessage } from "../../../../core/messages/federation-update-block.ts";
import { sampleContent } from "../../../fixtures/messages.ts";

describe.each([
  ["update", federationUpdateBlockMessage],
  ["global", federationGlobalBlockMessage],
])("the %s block message", (_, { encode, decode }) => {
  it("comes back from its bytes as it went in", () => {
    const header = { version: 1 as const, sha256: sampleContent.sha256, block: 7 };
    const bytes = Uint8Array.of(1, 2, 3);
    expect(decode(encode(header, bytes))).toEqual({ header, bytes });
  });

  it("answers any bytes with MESSAGE_INVALID", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: "MESSAGE_INVALID" }));
      }),
    );
  });
});
