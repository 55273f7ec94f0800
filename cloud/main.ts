import { isIPv6 } from "node:net";
import { createLink } from "../platform/link/agent-link.ts";
import type { Logger } from "../platform/log.ts";
import { Aggregator, type AggregatorOptions } from "./aggregator/aggregator.ts";
import { beginHistory } from "./aggregator/begin-history.ts";
import { ModelStore } from "./aggregator/model-store.ts";
import { type ConnectRegion, Region } from "./aggregator/region.ts";
import { signaturesWithin } from "./aggregator/signatures.ts";
import type { AggregatorSummary } from "./aggregator/tally.ts";
import type { BrokerConfig } from "./broker/config.ts";
import { EmbeddedBroker } from "./broker/embedded-broker.ts";
import type { BrokerCounters } from "./broker/incidents.ts";
import type { CloudConfig } from "./config.ts";

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function urlOf({ host, tls }: BrokerConfig, port: number): string {
  const anyAddress: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const address = anyAddress[host] ?? host;
  const scheme = tls === undefined ? "mqtt" : "mqtts";
  return `${scheme}://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

async function startBroker(config: BrokerConfig, log: Logger): Promise<EmbeddedBroker> {
  const broker = new EmbeddedBroker(config, log);
  await broker.start();
  log.info({ url: urlOf(config, broker.port) }, "broker listening");
  return broker;
}

/** The embedded broker alone, until the signal. */
export async function runBroker(
  config: BrokerConfig,
  log: Logger,
  signal: AbortSignal,
): Promise<BrokerCounters> {
  const broker = await startBroker(config, log);
  await until(signal);
  await broker.stop();
  return broker.counters;
}

function regionOf({ parent }: CloudConfig, log: Logger): AggregatorOptions["openRegion"] {
  if (parent === null) return undefined;
  const { name, link } = parent;
  const connect: ConnectRegion = (identity, listener) => createLink(link, identity, listener, log);
  return (arrived) => new Region(name, connect, arrived, log);
}

/** Broker and aggregator until the signal; tells what they did. */
export async function runCloud(
  config: CloudConfig,
  log: Logger,
  signal: AbortSignal,
): Promise<AggregatorSummary> {
  const store = new ModelStore(config.stateDir);
  const history = await beginHistory(store, config);
  let broker: EmbeddedBroker | undefined;
  try {
    if (config.brokerUrl === undefined) broker = await startBroker(config.broker, log);
    const brokerUrl = config.brokerUrl ?? urlOf(config.broker, broker?.port ?? 0);
    const signatures = signaturesWithin(config.keysDir);
    const openRegion = regionOf(config, log);
    const options = { ...config, brokerUrl, rules: config, signatures, openRegion, store, log };
    const aggregator = new Aggregator(options, history);
    aggregator.start();
    await until(signal);
    await aggregator.stop();
    return aggregator.summary;
  } finally {
    await broker?.stop();
    store.close();
  }
}
