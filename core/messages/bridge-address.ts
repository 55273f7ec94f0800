import { z } from "zod";
import { SlotwiseError } from "../errors.ts";

/** Where a simulator listens, in the form node:net takes. */
export type BridgeAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

/**
 * Reads `unix:PATH` or `tcp:HOST:PORT` (an IPv6 host in brackets; port 0 lets the system choose).
 *
 * @throws SlotwiseError CONFIG_INVALID
 */
export function parseBridgeAddress(text: string): BridgeAddress {
  if (text.startsWith("unix:") && text.length > "unix:".length) {
    return { path: text.slice("unix:".length) };
  }
  const match = /^tcp:(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65535)) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: "a simulator address, unix:PATH or tcp:HOST:PORT",
      received: text,
      consequence: "nothing was started",
    });
  }
  return { host, port };
}

/** A configuration value that `parseBridgeAddress` reads. */
export const bridgeAddressSchema = z.string().refine((text) => {
  try {
    return parseBridgeAddress(text) !== undefined;
  } catch {
    return false;
  }
}, "expected unix:PATH or tcp:HOST:PORT with a port up to 65535");

/** The text that parses to this address. */
export function formatBridgeAddress(address: BridgeAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `tcp:${host}:${address.port}`;
}
