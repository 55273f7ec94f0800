import { Command } from "commander";
import { cloudConfigSchema } from "../cloud/config.ts";
import { runCloud } from "../cloud/main.ts";
import { loadConfig } from "../platform/config-file.ts";
import { createLog } from "../platform/log.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { wholeNumber } from "./options.ts";
import { aggregatorTlsOf, brokerTlsOf } from "./site-files.ts";

interface Options {
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly anonymous?: true;
  readonly site?: string;
  readonly broker?: string;
  readonly stateDir?: string;
  readonly quorum?: number;
  readonly deadlineMs?: number;
  readonly logLevel?: string;
  readonly json?: true;
}

async function run(options: Options): Promise<void> {
  const signal = shutdownSignal();
  const {
    port,
    host,
    anonymous,
    site,
    broker: brokerUrl,
    stateDir,
    quorum,
    deadlineMs,
    logLevel,
  } = options;
  const config = loadConfig(cloudConfigSchema, options.config, {
    broker: { port, host, anonymous, tls: brokerUrl === undefined ? brokerTlsOf(site) : undefined },
    mqtt: { tls: aggregatorTlsOf(site) },
    brokerUrl,
    stateDir,
    quorum,
    deadlineMs,
    logLevel,
  });
  const summary = await runCloud(config, createLog("cloud", config.logLevel), signal);
  process.stdout.write(
    options.json
      ? `${JSON.stringify(summary)}\n`
      : `${summary.rounds} rounds, global model ${summary.globalVersion}, ${summary.updatesAccepted} updates\n`,
  );
}

/** `slotwise cloud`: broker and aggregator until SIGINT or SIGTERM. */
export function cloudCommand(): Command {
  return new Command("cloud")
    .description("Run the MQTT broker and the aggregator of federated rounds")
    .option("--config <file>", "YAML file")
    .option("--port <p>", "port of the embedded broker (1883)", wholeNumber(0))
    .option("--host <h>", "address of the embedded broker (127.0.0.1)")
    .option("--anonymous", "let clients in without authentication beyond loopback")
    .option(
      "--site <dir>",
      "folder of `slotwise provision site`: certificates of broker and aggregator",
    )
    .option("--broker <url>", "use this broker instead, mqtt://host:port or mqtts://host:port")
    .option("--state-dir <dir>", "directory of the global model")
    .option("--quorum <n>", "updates a global model is made of, at least (2)", wholeNumber(1))
    .option("--deadline-ms <n>", "what a round waits for missing agents (3000)", wholeNumber(1))
    .option("--log-level <level>", "debug, info, warn, error or silent (info)")
    .option("--json", "print one line of JSON at the end")
    .action(run);
}
