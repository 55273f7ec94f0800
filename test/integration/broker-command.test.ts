import { connect } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "./free-port.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";

const timeout = 20_000;

let running: RunningCommand | undefined;

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.exited;
});

/** Starts a broker, connects to it once and ends it with SIGTERM. */
async function servedOnce(...flags: string[]): Promise<RunningCommand> {
  const port = await freePort();
  const command = startCommand("broker", "--port", `${port}`, ...flags);
  running = command;
  const client = connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 100 });
  client.on("error", () => {});
  await new Promise((resolve) => client.once("connect", resolve));
  await client.endAsync();
  command.child.kill("SIGTERM");
  expect(await command.exited).toBe(0);
  return command;
}

describe("the broker command", () => {
  it("runs alone until SIGTERM and tells what it did", { timeout }, async () => {
    const command = await servedOnce("--json");
    expect(command.stderr()).toContain("listening");
    expect(JSON.parse(command.stdout())).toEqual({
      oversized: 0,
      refused: 0,
      denied: 0,
      unsubscribable: 0,
      unretained: 0,
      throttled: 0,
      failed: 0,
    });
  });

  it("logs what its log level lets through", { timeout }, async () => {
    const command = await servedOnce("--log-level", "warn");
    expect(command.stderr()).not.toContain("listening");
  });

  it("refuses a log level it does not know", { timeout }, async () => {
    const { code, stderr } = await runCommand("broker", "--log-level", "loud");
    expect(code).toBe(2);
    expect(stderr).toMatch(/logLevel/);
  });

  it("and the cloud refuse an address no broker has", { timeout }, async () => {
    const { code, stderr } = await runCommand("cloud", "--broker", "mqtt://127.0.0.1:99999");
    expect(code).toBe(2);
    expect(stderr).toMatch(/brokerUrl.*port from 1 to 65535/);
  });
});
