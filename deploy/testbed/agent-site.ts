import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AuditEntry } from "../../agent/actuate/tc/rate-audit.ts";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import { burstBytes, quantumBytes, type TestbedLayout } from "./layout.ts";
import { NamespacedProcess } from "./namespaced-process.ts";
import { parseAudit } from "./rate-check.ts";

const entry = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const stopGraceMs = 5000;

/** `slotwise agent` at the testbed's access point: the same program as in the field. */
export class AgentSite {
  private readonly layout: TestbedLayout;
  private readonly model: string;
  private readonly auditPath: string;
  private readonly configPath: string;
  private readonly journal: string;
  private readonly agent: NamespacedProcess;

  constructor(layout: TestbedLayout, folder: string, model: string) {
    this.layout = layout;
    this.model = model;
    this.auditPath = join(folder, "rates.jsonl");
    this.configPath = join(folder, "agent.json");
    this.journal = join(folder, "agent.restore");
    this.agent = new NamespacedProcess("agent", layout.accessPoint, [
      entry,
      "agent",
      "--config",
      this.configPath,
      "--json",
    ]);
  }

  get pid(): number | undefined {
    return this.agent.pid;
  }

  get running(): boolean {
    return this.agent.running;
  }

  async start(): Promise<void> {
    const { device, parent, classIds, linkKbitPerS } = this.layout;
    const config = {
      observe: { kind: "tc", device, classIds },
      actuate: {
        kind: "tc",
        device,
        parent,
        classIds,
        linkKbitPerS,
        burstBytes,
        quantumBytes,
        auditFile: this.auditPath,
        journal: this.journal,
      },
      policy: { model: this.model },
      learner: { enabled: false },
      federation: { enabled: false },
    };
    await writeFile(this.configPath, JSON.stringify(config));
    this.agent.start();
  }

  /** The agent's own report of its slots; undefined when it left none. */
  async stop(): Promise<AgentReport | undefined> {
    await this.agent.stop(stopGraceMs);
    try {
      return JSON.parse(this.agent.output.trim().split("\n").at(-1) ?? "") as AgentReport;
    } catch {
      return undefined;
    }
  }

  async audit(): Promise<AuditEntry[]> {
    try {
      return parseAudit(await readFile(this.auditPath, "utf8"));
    } catch {
      return [];
    }
  }

  /** @returns the reason to give up: the agent is gone, whoever ended it */
  failure(expected: string): Error {
    return this.agent.failure(expected);
  }
}
