import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freshFolder } from "./agent-process.ts";
import { eventually } from "./eventually.ts";
import { startCommand } from "./slotwise.ts";

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8" });

/** An agent whose slots have begun, on drawn demand, that changes nothing. */
async function startedAgent(control: object, ...more: string[]) {
  const config = join(freshFolder(), "agent.json");
  const ports = { observe: { kind: "drawn" }, actuate: { kind: "recording" } };
  writeFileSync(config, JSON.stringify({ ...ports, control }));
  const agent = startCommand("agent", "--config", config, "--model", "sqrt-load", ...more);
  onTestFinished(() => {
    agent.child.kill("SIGKILL");
  });
  await eventually(() => agent.stderr().includes("slots begin"), agent.stderr, 30_000);
  return agent;
}

const threadName = (pid: string, thread: string) =>
  readFileSync(`/proc/${pid}/task/${thread}/comm`, "utf8").trim();

const noRealtime = spawnSync("chrt", ["-f", "1", "true"]).status !== 0;
if (noRealtime) process.stderr.write("real-time tests are skipped: chrt -f is not permitted\n");

describe.skipIf(noRealtime)("the control thread", () => {
  it("has real-time priority before the threads it waits for, and keeps to its CPU", async () => {
    const agent = await startedAgent({ cpu: 0 }, "--realtime");
    const pid = String(agent.child.pid);
    const thread = readdirSync(`/proc/${pid}/task`).find((id) => threadName(pid, id) === "control");
    expect(run("chrt", "-p", thread as string)).toMatch(/SCHED_FIFO[\s\S]*priority: 40$/m);
    const all = run("chrt", "-a", "-p", pid);
    expect(all.match(/priority: 38$/gm)?.length).toBeGreaterThanOrEqual(4);
    expect(run("chrt", "-p", pid)).toContain("SCHED_OTHER");
    expect(run("taskset", "-p", "-c", thread as string)).toMatch(/list: 0$/m);
    expect(run("taskset", "-p", "-c", pid)).not.toMatch(/list: 0$/m);
  });

  it("goes on where that is not permitted, and says why", async () => {
    const agent = await startedAgent({ cpu: 1023 });
    await eventually(() => agent.stderr().includes("control thread not scheduled"), agent.stderr);
  });
});

/** Prints the datagrams of a socket; Node has none of this kind. */
const receiver = `
use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($ARGV[0])) or die $!; $| = 1;
print "bound\\n"; while (1) { recv(S, my $m, 4096, 0); print "$m\\n" }`;

const noNotify =
  spawnSync("systemd-notify", ["--version"]).error ?? spawnSync("perl", ["-v"]).error;
if (noNotify) process.stderr.write(`notify tests are skipped: ${noNotify.message}\n`);

describe.skipIf(noNotify !== undefined)("a service manager", () => {
  it("is told by systemd-notify that slots have begun, that they advance, and that they end", async () => {
    const socket = join(freshFolder(), "notify");
    const perl = spawn("perl", ["-e", receiver, socket], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => {
      perl.kill();
    });
    let told = "";
    perl.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    await eventually(() => told.includes("bound"));
    Object.assign(process.env, { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "600000" });
    const agent = await startedAgent({});
    delete process.env.NOTIFY_SOCKET;
    delete process.env.WATCHDOG_USEC;
    const feeds = () => told.split("WATCHDOG=1").length - 1;
    await eventually(
      () => told.includes("READY=1") && feeds() >= 2,
      () => told,
      30_000,
    );
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    await eventually(
      () => told.includes("STOPPING=1"),
      () => told,
    );
  });
});
