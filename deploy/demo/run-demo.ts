import { setTimeout as sleep } from "node:timers/promises";
import logUpdate from "log-update";
import { SlotwiseError } from "../../core/errors.ts";
import type { AgentTelemetry } from "../../core/messages/agent-telemetry.ts";
import { type LocalSite, type LocalSiteOptions, startLocalSite } from "./local-site.ts";
import { SiteMonitor, type TelemetryByStart } from "./monitor.ts";
import { type DemoSummary, summarise } from "./summary.ts";
import { renderTable } from "./table.ts";

export interface DemoOptions extends LocalSiteOptions {
  readonly seconds: number;
  /** "live" redraws a table; "lines" prints it now and then; "none" shows nothing. */
  readonly view: "live" | "lines" | "none";
}

const refreshMs = 250;
const onlineTimeoutMs = 20_000;
const lineEveryRefreshes = 20;

/** Keeps, per agent, the latest telemetry and the one before it, for recent means. */
class RecentTelemetry {
  private readonly pairs = new Map<string, [AgentTelemetry | undefined, AgentTelemetry]>();

  take(telemetry: AgentTelemetry): void {
    const latest = this.pairs.get(telemetry.agent)?.[1];
    if (latest === telemetry) return;
    const same = latest?.incarnation === telemetry.incarnation;
    this.pairs.set(telemetry.agent, [same ? latest : undefined, telemetry]);
  }

  of(agent: string): { latest?: AgentTelemetry; previous?: AgentTelemetry } {
    const [previous, latest] = this.pairs.get(agent) ?? [];
    return { ...(latest && { latest }), ...(previous && { previous }) };
  }
}

class DemoView {
  private readonly options: DemoOptions;
  private readonly monitor: SiteMonitor;
  private readonly recent = new RecentTelemetry();
  private refreshes = 0;

  constructor(options: DemoOptions, monitor: SiteMonitor) {
    this.options = options;
    this.monitor = monitor;
  }

  draw(elapsedS: number): void {
    for (const starts of this.monitor.telemetry.values()) {
      const latest = [...starts.values()].at(-1);
      if (latest !== undefined) this.recent.take(latest);
    }
    const { seconds, view } = this.options;
    if (view === "none") return;
    const agents = Array.from({ length: this.options.agents }, (_, b) => `ap-${b}`);
    const text = renderTable({
      system: this.options.system,
      elapsedS,
      seconds,
      globalVersion: this.monitor.cloud?.globalVersion ?? 0,
      agents: agents.map((agent) => ({
        agent,
        online: this.monitor.online.has(agent),
        ...this.recent.of(agent),
      })),
    });
    if (view === "live") logUpdate(text);
    else if (this.refreshes++ % lineEveryRefreshes === 0) process.stderr.write(`${text}\n\n`);
  }
}

async function watch(
  site: LocalSite,
  monitor: SiteMonitor,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<{ seconds: number; before: TelemetryByStart }> {
  const view = new DemoView(options, monitor);
  const untilMs = performance.now() + onlineTimeoutMs;
  while (!signal.aborted && monitor.telemetry.size < site.agents.length) {
    if (performance.now() > untilMs) break;
    await sleep(refreshMs);
    view.draw(0);
  }
  const before = monitor.snapshot();
  const startedMs = performance.now();
  const elapsedS = () => (performance.now() - startedMs) / 1e3;
  while (!signal.aborted && elapsedS() < options.seconds) {
    await sleep(Math.min(refreshMs, 1e3 * (options.seconds - elapsedS()) + 1));
    view.draw(elapsedS());
  }
  return { seconds: elapsedS(), before };
}

/** An agent that somebody killed before it said anything is no failure of the site. */
function checkAllHeard(site: LocalSite, monitor: SiteMonitor): void {
  const silent = site.agents.find(({ name, killed }) => !killed && !monitor.telemetry.has(name));
  if (silent === undefined) return;
  throw new SlotwiseError("PROCESS_FAILED", {
    expected: `telemetry of ${silent.name} over ${site.brokerUrl}`,
    received: silent.errorOutput.trim() || "nothing",
    consequence: "the site was taken down again",
  });
}

/**
 * Runs a whole site on this machine for a while and says how it did. A process that dies is not
 * replaced: the others go on, and whoever killed it can start it again by hand.
 *
 * @throws SlotwiseError PROCESS_FAILED when the site does not come up or an agent is never heard of
 */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<DemoSummary> {
  const site = await startLocalSite(options);
  const monitor = new SiteMonitor(site.brokerUrl);
  try {
    for (const { name, pid, command } of [site.cloud, site.simulator, ...site.agents]) {
      process.stderr.write(`${name} (pid ${pid}): ${command}\n`);
    }
    for (const note of options.system.notes()) process.stderr.write(`${note}\n`);
    monitor.start();
    const { seconds, before } = await watch(site, monitor, options, signal);
    if (!signal.aborted) checkAllHeard(site, monitor);
    await Promise.all(site.agents.map((agent) => agent.stop(5000)));
    await sleep(refreshMs);
    const { name, slotMs, comparison, closing } = options.system;
    const run = { system: name, seconds, slotMs, rounds: monitor.cloud?.globalVersion ?? 0 };
    return { ...summarise(monitor.since(before), run, comparison), ...closing() };
  } finally {
    if (options.view === "live") logUpdate.done();
    await monitor.stop();
    await site.stop();
  }
}
