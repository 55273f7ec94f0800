import type { AgentTelemetry } from "../../core/messages/agent-telemetry.ts";
import type { DemoSystem } from "./demo-system.ts";

export interface TableInput {
  readonly system: Pick<DemoSystem, "name" | "columns" | "legend" | "cells">;
  readonly elapsedS: number;
  readonly seconds: number;
  readonly globalVersion: number;
  /** Per agent in order: the latest telemetry and the one about a second before it. */
  readonly agents: readonly {
    readonly agent: string;
    readonly online: boolean;
    readonly latest?: AgentTelemetry;
    readonly previous?: AgentTelemetry;
  }[];
}

const agentColumn = ["AP", 6] as const;

function texts(
  system: TableInput["system"],
  { agent, online, latest, previous }: TableInput["agents"][number],
): readonly string[] {
  if (latest === undefined) return [agent, online ? "starting" : "offline"];
  const [first = "", ...others] = system.cells(agent, { latest, previous });
  return [agent, online ? first : "offline", ...others];
}

function title({ system, elapsedS, seconds, globalVersion }: TableInput): string {
  const model = system.name === "slicing" ? `  global model v${globalVersion}` : "";
  return `slotwise demo  ${elapsedS.toFixed(0)} of ${seconds} s${model}`;
}

/** The live view of a site, one line per agent; values are means over the last second. */
export function renderTable(input: TableInput): string {
  const { system, agents } = input;
  const columns = [agentColumn, ...system.columns];
  const line = (cells: readonly string[]) =>
    columns
      .map(([, width], i) => (cells[i] ?? "").padEnd(width))
      .join(" ")
      .trimEnd();
  return [
    title(input),
    "",
    line(columns.map(([name]) => name)),
    ...agents.map((agent) => line(texts(system, agent))),
    "",
    system.legend,
  ].join("\n");
}
