import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../../sim-bridge/server/listen.ts";
import { socketAddress } from "../started-bridge.ts";

function freshPath(): string {
  return socketAddress().slice("unix:".length);
}

function newServer() {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  return server;
}

test("port 0 becomes the port that the system gave", async () => {
  const address = await listen(newServer(), { host: "127.0.0.1", port: 0 });
  expect(address).toMatchObject({ host: "127.0.0.1", port: expect.any(Number) });
  expect(address).not.toMatchObject({ port: 0 });
});

test("the socket file of a killed process is removed and taken", async () => {
  const path = freshPath();
  const program = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", program]);
  expect(existsSync(path)).toBe(true);
  expect(await listen(newServer(), { path })).toEqual({ path });
});

test("a socket on which somebody answers is left alone", async () => {
  const path = freshPath();
  await listen(newServer(), { path });
  await expect(listen(newServer(), { path })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

test("a file that is no socket is left alone", async () => {
  const path = freshPath();
  writeFileSync(path, "precious");
  await expect(listen(newServer(), { path })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  expect(existsSync(path)).toBe(true);
});
