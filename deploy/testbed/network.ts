import { type HtbClass, parseHtbClasses } from "../../agent/actuate/tc/htb-classes.ts";
import { SlotwiseError } from "../../core/errors.ts";
import { buildPrograms, namespacesOf, type TestbedLayout } from "./layout.ts";
import { removeNamespaces } from "./namespaces.ts";
import { runProgram } from "./run-program.ts";

/** The namespaces, links and classes of one run. */
export class TestbedNetwork {
  readonly layout: TestbedLayout;

  constructor(layout: TestbedLayout) {
    this.layout = layout;
  }

  /** @throws SlotwiseError TESTBED_UNAVAILABLE where the kernel refuses a part */
  async build(signal: AbortSignal): Promise<void> {
    for (const { command, args } of buildPrograms(this.layout)) {
      signal.throwIfAborted();
      await runProgram(command, args);
    }
  }

  async remove(): Promise<void> {
    await removeNamespaces(namespacesOf(this.layout));
  }

  /** The kernel's slice classes now. */
  async classes(): Promise<HtbClass[]> {
    const { accessPoint, device, classIds } = this.layout;
    const args = ["-n", accessPoint, "-s", "class", "show", "dev", device];
    const classes = parseHtbClasses(await runProgram("tc", args));
    return classIds.map((classId) => {
      const found = classes.get(classId);
      if (found !== undefined) return found;
      throw new SlotwiseError("TESTBED_UNAVAILABLE", {
        expected: `the HTB class ${classId} on ${device}`,
        received: "none",
        consequence: "the testbed was taken down",
      });
    });
  }
}
