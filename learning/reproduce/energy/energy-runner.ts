import { readFile } from "node:fs/promises";
import { defaultSweepRun, runSweeps } from "../../../core/energy/sweep-run.ts";
import type { UnitRunner } from "../../experiment/units/run-units.ts";
import { type EnergyPolicy, openEnergyPolicy } from "../../policy/energy-policy.ts";
import { type Contestant, fixedContestants } from "./contestants.ts";
import { type DrawResult, type DrawUnit, runDraws } from "./draw-unit.ts";
import type { Algorithm } from "./series.ts";
import type { TrainingCourse, TrainingUnit } from "./training.ts";
import { runTraining } from "./training-unit.ts";

export type EnergyUnit = DrawUnit | TrainingUnit;
export type EnergyResult = readonly DrawResult[] | TrainingCourse;

/** Files of the learned algorithms' policies. */
export interface PolicyFiles {
  readonly DQL: string;
  readonly DDQL: string;
}

function swept(policy: EnergyPolicy): Contestant {
  const settings = { ...defaultSweepRun, sweep: policy.file.sweep };
  return (scenario, slot) => runSweeps(policy, scenario, slot, settings);
}

/** Does units in this thread; holds the two policies' sessions from its first draw to `close`. */
export class EnergyRunner implements UnitRunner<EnergyUnit, EnergyResult> {
  private readonly files: PolicyFiles;
  private readonly policies = new Map<string, EnergyPolicy>();

  constructor(files: PolicyFiles) {
    this.files = files;
  }

  async run(unit: EnergyUnit): Promise<EnergyResult> {
    if (unit.kind === "training") return await runTraining(unit);
    const contestants: Record<Algorithm, Contestant> = {
      ...fixedContestants,
      DQL: swept(await this.policy("DQL")),
      DDQL: swept(await this.policy("DDQL")),
    };
    return await runDraws(unit, contestants);
  }

  async close(): Promise<void> {
    for (const policy of this.policies.values()) await policy.release();
    this.policies.clear();
  }

  private async policy(name: keyof PolicyFiles): Promise<EnergyPolicy> {
    const open =
      this.policies.get(name) ?? (await openEnergyPolicy(await readFile(this.files[name])));
    this.policies.set(name, open);
    return open;
  }
}
