import { expect, test } from "vitest";
import {
  formatBridgeAddress,
  parseBridgeAddress,
} from "../../../../core/messages/bridge-address.ts";

test.each([
  ["unix:/run/slotwise.sock", { path: "/run/slotwise.sock" }],
  ["tcp:127.0.0.1:7000", { host: "127.0.0.1", port: 7000 }],
  ["tcp:[::1]:0", { host: "::1", port: 0 }],
])("%s is read and written back", (text, address) => {
  expect(parseBridgeAddress(text)).toEqual(address);
  expect(formatBridgeAddress(address)).toBe(text);
});

test.each(["", "unix:", "tcp:localhost", "tcp::80", "tcp:host:70000", "/run/slotwise.sock"])(
  "%j is refused",
  (text) => {
    expect(() => parseBridgeAddress(text)).toThrow("unix:PATH or tcp:HOST:PORT");
  },
);
