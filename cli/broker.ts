import { Command } from "commander";
import { brokerCommandConfigSchema } from "../cloud/broker/config.ts";
import { runBroker } from "../cloud/main.ts";
import { loadConfig } from "../platform/config-file.ts";
import { createLog } from "../platform/log.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { wholeNumber } from "./options.ts";
import { brokerTlsOf } from "./site-files.ts";

interface Options {
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly anonymous?: true;
  readonly site?: string;
  readonly logLevel?: string;
  readonly json?: true;
}

async function run(options: Options): Promise<void> {
  const signal = shutdownSignal();
  const { port, host, anonymous, site, logLevel } = options;
  const config = loadConfig(brokerCommandConfigSchema, options.config, {
    port,
    host,
    anonymous,
    tls: brokerTlsOf(site),
    logLevel,
  });
  const counters = await runBroker(config, createLog("broker", config.logLevel), signal);
  if (options.json) process.stdout.write(`${JSON.stringify(counters)}\n`);
}

/** `slotwise broker`: the embedded broker alone until SIGINT or SIGTERM. */
export function brokerCommand(): Command {
  return new Command("broker")
    .description("Run the embedded MQTT 3.1.1 broker alone")
    .option("--config <file>", "YAML file")
    .option("--port <p>", "port (1883)", wholeNumber(0))
    .option("--host <h>", "address (127.0.0.1)")
    .option("--anonymous", "let clients in without authentication beyond loopback")
    .option(
      "--site <dir>",
      "folder of `slotwise provision site`: serve its clients alone, over TLS",
    )
    .option("--log-level <level>", "debug, info, warn, error or silent (info)")
    .option("--json", "print one line of JSON at the end")
    .action(run);
}
