import { lstat, rm } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { SlotwiseError } from "../../core/errors.ts";
import { type BridgeAddress, formatBridgeAddress } from "../../core/messages/bridge-address.ts";

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function listenOnce(server: Server, address: BridgeAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error) => resolve(codeOf(error) !== "ECONNREFUSED"));
  });
}

/** Removes the socket file a killed simulator left: a socket, and nobody answers on it. */
async function removeStaleSocket(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() !== true || (await isAnswered(path))) return false;
  await rm(path, { force: true });
  return true;
}

/**
 * Listens on an address and says which one it became (port 0 is replaced by the port given).
 *
 * @throws SlotwiseError CONFIG_INVALID when the address cannot be had
 */
export async function listen(server: Server, address: BridgeAddress): Promise<BridgeAddress> {
  try {
    await listenOnce(server, address).catch(async (error) => {
      const inUse = "path" in address && codeOf(error) === "EADDRINUSE";
      if (!(inUse && (await removeStaleSocket(address.path)))) throw error;
      await listenOnce(server, address);
    });
  } catch (cause) {
    throw new SlotwiseError(
      "CONFIG_INVALID",
      {
        expected: "an address to listen on that nobody uses",
        received: `${formatBridgeAddress(address)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        consequence: "the simulator does not start",
      },
      { cause },
    );
  }
  const bound = server.address();
  return typeof bound === "object" && bound !== null
    ? { host: bound.address, port: bound.port }
    : address;
}
