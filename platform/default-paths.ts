import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where simulators listen and agents look when nothing else is said. */
export const defaultBridgeAddress = `unix:${join(tmpdir(), "slotwise.sock")}`;
