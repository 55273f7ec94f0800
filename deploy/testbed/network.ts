import { buildPrograms, namespacesOf, type TestbedLayout } from "./layout.ts";
import { removeNamespaces } from "./namespaces.ts";
import { runProgram } from "./run-program.ts";

/** Makes the namespaces, links and classes of one run. */
export async function buildNetwork(layout: TestbedLayout, signal: AbortSignal): Promise<void> {
  for (const { command, args } of buildPrograms(layout)) {
    signal.throwIfAborted();
    await runProgram(command, args);
  }
}

export async function removeNetwork(layout: TestbedLayout): Promise<void> {
  await removeNamespaces(namespacesOf(layout));
}
