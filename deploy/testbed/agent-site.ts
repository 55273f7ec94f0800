import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../../learning/algorithms/learner-config.ts";
import { type Audits, parseAudit } from "./audit-check.ts";
import { cgroupRoot } from "./compute/slice-groups.ts";
import {
  type AccessPoint,
  burstBytes,
  delayReportPort,
  downlinkDevice,
  quantumBytes,
  type TestbedLayout,
  uplinkDevice,
} from "./layout.ts";
import { NamespacedProcess } from "./namespaced-process.ts";

const entry = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const stopGraceMs = 5000;

/** Online learning of an agent while tasks are played. */
export interface Learning {
  /** Where the learned policy is kept, as `stateDir` of the agent. */
  readonly stateDir: string;
  readonly explorationRate: number;
  readonly seed: number;
  readonly config: LearnerConfig;
}

export interface AgentSiteParts {
  readonly layout: TestbedLayout;
  readonly accessPoint: number;
  readonly scenario: SlicingScenario;
  /** Cgroups of the slices, and the command that makes them visible in a network namespace. */
  readonly groups: readonly string[];
  readonly throughCgroups: readonly string[];
  /** CPUs that the compute budget stands for. */
  readonly cpus: number;
  /** For configuration, audits and journal. */
  readonly folder: string;
  /** An ONNX file or a built-in policy. */
  readonly policy: string;
  readonly learning: Learning | undefined;
}

/** Nothing is compared in a simulation before it decides: the testbed itself is to tell. */
function learnerConfig({ stateDir, ...learner }: Learning): object {
  return { stateDir, learner: { enabled: true, gateSlots: 0, ...learner } };
}

/** `slotwise agent` at one access point of the testbed: the same program as in the field. */
export class AgentSite {
  private readonly parts: AgentSiteParts;
  private readonly agent: NamespacedProcess;

  constructor(parts: AgentSiteParts) {
    this.parts = parts;
    const args = [entry, "agent", "--config", this.path("json"), "--realtime", "--json"];
    const name = `agent of access point ${parts.accessPoint}`;
    this.agent = new NamespacedProcess(name, this.site.namespace, args, parts.throughCgroups);
  }

  get pid(): number | undefined {
    return this.agent.pid;
  }

  get running(): boolean {
    return this.agent.running;
  }

  get learns(): boolean {
    return this.parts.learning !== undefined;
  }

  /** Whether a slot has been carried out. */
  async hasBegun(): Promise<boolean> {
    return (await this.audits()).compute.length > 0;
  }

  async start(): Promise<void> {
    await writeFile(this.path("json"), JSON.stringify(this.config()));
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

  async audits(): Promise<Audits> {
    const read = async (device: string) => {
      const text = await readFile(this.path(`${device}.jsonl`), "utf8").catch(() => "");
      return parseAudit(text);
    };
    return {
      downlink: await read("downlink"),
      uplink: await read("uplink"),
      compute: await read("compute"),
    };
  }

  /** @returns the reason to give up: the agent is gone, whoever ended it */
  failure(expected: string): Error {
    return this.agent.failure(expected);
  }

  private get site(): AccessPoint {
    const { layout, accessPoint } = this.parts;
    return layout.accessPoints[accessPoint] as AccessPoint;
  }

  private path(extension: string): string {
    return join(this.parts.folder, `agent-${this.parts.accessPoint}.${extension}`);
  }

  private config(): object {
    const { scenario, policy, learning, accessPoint } = this.parts;
    return {
      agent: `ap-${accessPoint}`,
      scenario,
      observe: this.observe(),
      actuate: this.actuate(),
      policy: { model: policy },
      ...(learning && learnerConfig(learning)),
      federation: { enabled: false },
    };
  }

  /** Arriving requests, scaled to what request and result ask for together. */
  private observe(): object {
    const { layout, scenario, learning } = this.parts;
    const { classIds } = layout;
    const modelBitsPerLinkBit = 1 + scenario.resultRatio;
    const delayReports =
      learning === undefined ? null : { address: this.site.address, port: delayReportPort };
    return { kind: "tc", device: uplinkDevice, classIds, modelBitsPerLinkBit, delayReports };
  }

  private actuate(): object {
    const { layout, groups, cpus } = this.parts;
    const { classIds, linkKbitPerS } = layout;
    const shape = { classIds, linkKbitPerS, burstBytes, quantumBytes };
    return {
      kind: "tc",
      device: downlinkDevice,
      ...shape,
      auditFile: this.path("downlink.jsonl"),
      uplink: { device: uplinkDevice, ...shape, auditFile: this.path("uplink.jsonl") },
      compute: {
        root: cgroupRoot,
        groups,
        cpus,
        grant: "slot",
        auditFile: this.path("compute.jsonl"),
      },
      journal: this.path("restore"),
    };
  }
}
