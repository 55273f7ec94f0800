import { Command } from "commander";
import { loadAgentConfig } from "../agent/config.ts";
import { examine } from "../agent/doctor/doctor.ts";
import type { Finding } from "../agent/doctor/finding.ts";
import { machineProbes } from "../agent/doctor/machine-probes.ts";

interface Options {
  readonly config?: string;
  readonly system?: string;
  readonly agent?: string;
  readonly broker?: string;
  readonly realtime?: true;
  readonly json?: true;
}

const marks = { ok: "ok     ", warning: "warning", fault: "FAULT  " } as const;

function line(finding: Finding): string {
  const { check, state, found } = finding;
  const advice = finding.state === "ok" ? "" : `\n        → ${finding.advice}`;
  return `${marks[state]} ${check}: ${found}${advice}\n`;
}

async function run(options: Options): Promise<void> {
  const config = loadAgentConfig(options.config, {
    system: options.system,
    agent: options.agent,
    link: options.broker === undefined ? undefined : { brokerUrl: options.broker },
    control: { realtimePriority: options.realtime && 40 },
  });
  const findings = await examine(config, machineProbes);
  const faults = findings.filter(({ state }) => state === "fault").length;
  const text = findings.map(line).join("");
  process.stdout.write(options.json ? `${JSON.stringify({ faults, findings })}\n` : text);
  process.exitCode = faults === 0 ? 0 : 1;
}

/** `slotwise doctor`: whether this machine is fit for an agent's configuration. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("Check that this machine has what an agent's configuration needs; change nothing")
    .option("--config <file>", "the agent's YAML file")
    .option("--system <name>", "slicing or energy (default: slicing)")
    .option("--agent <name>", "the agent's name (ap-0)")
    .option("--broker <url>", "MQTT broker, mqtt://host:port")
    .option("--realtime", "as the agent's")
    .option("--json", "print one line of JSON")
    .addHelpText("after", "\nEnds with 0 where nothing keeps the agent from its work, else with 1.")
    .action(run);
}
