import type { Actuator } from "./actuate/actuator.ts";
import { BothHalves } from "./actuate/both-halves.ts";
import { createBoxActuator } from "./actuate/box/box-actuator.ts";
import { createCgroupActuator } from "./actuate/cgroup/cgroup-actuator.ts";
import { RecordingActuator } from "./actuate/recording-actuator.ts";
import { defaultJournal } from "./actuate/restore/config.ts";
import { GuardedActuator } from "./actuate/restore/guarded-actuator.ts";
import { createTcActuator } from "./actuate/tc/tc-actuator.ts";
import type { AgentConfig } from "./config.ts";
import { portNotOf, type SystemModel } from "./system-model.ts";

/**
 * The actuator that the configuration names; one that steers this machine is guarded.
 *
 * @param simulator the bridge's actuator, where there is a bridge
 * @throws SlotwiseError CONFIG_INVALID where it is of another system, or does not fit the scenario
 */
export function createActuator(
  { actuate, agent }: AgentConfig,
  model: SystemModel,
  simulator: Actuator | undefined,
): Actuator {
  switch (actuate.kind) {
    case "bridge":
      return simulator as Actuator;
    case "recording":
      return new RecordingActuator();
    case "tc": {
      if (model.system !== "slicing") throw portNotOf("actuate.kind tc", model);
      const { scenario } = model;
      return new GuardedActuator(actuate.journal ?? defaultJournal(agent), (inherited) => {
        const bandwidth = createTcActuator(actuate, scenario, { inherited });
        return actuate.compute === null
          ? bandwidth
          : new BothHalves(bandwidth, createCgroupActuator(actuate.compute, scenario));
      });
    }
    case "cgroup": {
      if (model.system !== "slicing") throw portNotOf("actuate.kind cgroup", model);
      const { scenario } = model;
      const journal = actuate.journal ?? defaultJournal(agent);
      return new GuardedActuator(journal, () => createCgroupActuator(actuate, scenario));
    }
    case "box": {
      if (model.system !== "energy") throw portNotOf("actuate.kind box", model);
      const { site } = model;
      const inner = simulator ?? new RecordingActuator();
      const journal = actuate.journal ?? defaultJournal(agent);
      return new GuardedActuator(journal, () => createBoxActuator(actuate, site, inner));
    }
  }
}
