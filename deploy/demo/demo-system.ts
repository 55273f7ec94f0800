import type { AgentTelemetry } from "../../core/messages/agent-telemetry.ts";
import type { ComparisonPlan } from "./summary.ts";

/** A column of the live table and its width, characters. */
type Column = readonly [name: string, width: number];

/** One agent's latest telemetry and the one about a second before it. */
export interface Recent {
  readonly latest: AgentTelemetry;
  readonly previous: AgentTelemetry | undefined;
}

/** What a demo shows of one system; everything else of it is the same for all. */
export interface DemoSystem {
  readonly name: "slicing" | "energy";
  readonly slotMs: number;
  readonly learns: boolean;
  /** An ONNX file or a policy's name, where none is given. */
  readonly defaultModel: string;
  /** Options of `slotwise simulate` beyond the site's own. */
  readonly simulatorArguments: readonly string[];
  readonly comparison: ComparisonPlan;
  /** Columns behind the agent's name. */
  readonly columns: readonly Column[];
  readonly legend: string;
  /** Makes what an agent needs in its own folder; gives options of `slotwise agent` for it. */
  prepareAgent(agent: string, folder: string): readonly string[];
  /** What the user should know of what was prepared. */
  notes(): readonly string[];
  /** The texts of `columns` for one agent. */
  cells(agent: string, recent: Recent): readonly string[];
  /** What else the summary says, once the agents have stopped. */
  closing(): Readonly<Record<string, unknown>>;
}
