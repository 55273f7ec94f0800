import { Command, Option } from "commander";
import { loadAgentConfig } from "../agent/config.ts";
import { runAgent } from "../agent/main.ts";
import type { AgentReport } from "../agent/telemetry/agent-report.ts";
import { SlotwiseError } from "../core/errors.ts";
import { AliveFile } from "../platform/alive-file.ts";
import { createLog } from "../platform/log.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { SystemdNotify } from "../platform/systemd-notify.ts";
import { wholeNumber } from "./options.ts";

interface Options {
  readonly system?: string;
  readonly agent?: string;
  readonly config?: string;
  readonly bridge?: string;
  readonly broker?: string;
  readonly model?: string;
  readonly learn?: true;
  readonly mode?: string;
  readonly realtime?: true;
  readonly slots?: number;
  readonly logLevel?: string;
  readonly json?: true;
}

/** EX_SOFTWARE: the control thread could not begin, or go on; a supervisor starts the agent again. */
const exitFailed = 70;

/** Of --realtime: above what a kernel's threads commonly have (50) would keep them waiting. */
const realtimePriority = 40;

function summary({ control }: AgentReport): string {
  if (control === null) return "ended before the first report\n";
  const { slots, applied, held, late, fallback, latencyUs } = control;
  return `${slots} slots: ${applied} applied, ${held} held, ${late} late, ${fallback} by the safe policy; observed, decided and applied in p50 ${latencyUs.p50} µs, p99 ${latencyUs.p99} µs\n`;
}

async function run(options: Options): Promise<void> {
  const config = loadAgentConfig(options.config, {
    system: options.system,
    agent: options.agent,
    bridge: options.bridge === undefined ? undefined : { address: options.bridge },
    link: options.broker === undefined ? undefined : { brokerUrl: options.broker },
    policy: options.model === undefined ? undefined : { model: options.model },
    learner: options.learn ? { enabled: true } : undefined,
    control: {
      mode: options.mode,
      realtimePriority: options.realtime && realtimePriority,
    },
    slots: options.slots,
    logLevel: options.logLevel,
  });
  const log = createLog(config.agent, config.logLevel);
  try {
    const { SLOTWISE_ALIVE_FILE: aliveFile } = process.env;
    const supervisors = [new SystemdNotify(process.env), new AliveFile(aliveFile)];
    const report = await runAgent(config, log, shutdownSignal(), supervisors);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : summary(report));
  } catch (error) {
    if (!(error instanceof SlotwiseError) || error.code === "CONFIG_INVALID") throw error;
    log.error({ reason: error.message }, error.code);
    // A thread that learns may not end for a while, and whatever starts the agent again waits for it.
    process.exit(exitFailed);
  }
}

/** `slotwise agent`: one access point's agent. */
export function agentCommand(): Command {
  return new Command("agent")
    .description("Run one access point's agent: observe, decide and apply every slot")
    .addOption(
      new Option("--system <name>", "what is decided (default: slicing)").choices([
        "slicing",
        "energy",
      ]),
    )
    .option("--agent <name>", "name, also the simulator's access point (ap-0)")
    .option("--config <file>", "YAML file; the flags below go over it")
    .option("--bridge <address>", "simulator at unix:PATH or tcp:HOST:PORT")
    .option(
      "--broker <url>",
      "MQTT broker, mqtt://host:port or mqtts://host:port; none when left out",
    )
    .option("--model <file|name>", "ONNX policy, or a built-in (default: the shipped one)")
    .option("--learn", "learn while deciding, and federate where there is a broker")
    .addOption(
      new Option("--mode <mode>", "how far it goes (default: enforce)").choices([
        "observe",
        "dry-run",
        "enforce",
      ]),
    )
    .option("--realtime", "SCHED_FIFO for the control thread alone, where permitted")
    .option("--slots <n>", "end after as many slots", wholeNumber(1))
    .option("--log-level <level>", "debug, info, warn, error or silent")
    .option("--json", "print one line of JSON at the end")
    .action(run);
}
