import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";

const shipped = fileURLToPath(new URL("../../deploy/mosquitto/slotwise.conf", import.meta.url));
const listener = "listener 1883 127.0.0.1";

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

export const mosquitto = find("mosquitto");
export const mosquittoSub = find("mosquitto_sub");

/** False, and said so once, where Debian's mosquitto or its clients are not installed. */
export const hasMosquitto = mosquitto !== undefined && mosquittoSub !== undefined;
if (!hasMosquitto) {
  process.stderr.write("skipped: apt-get install mosquitto mosquitto-clients\n");
}

/** Debian's mosquitto under the shipped configuration, on a free port in place of 1883. */
export class MosquittoBroker {
  readonly directory = mkdtempSync(join(tmpdir(), "slotwise-mosquitto-"));
  port = 0;
  private process: ChildProcess | undefined;

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    const text = readFileSync(shipped, "utf8");
    if (!text.includes(`\n${listener}\n`)) throw new Error(`expected "${listener}" in ${shipped}`);
    const file = join(this.directory, "mosquitto.conf");
    writeFileSync(file, text.replace(listener, `listener ${this.port} 127.0.0.1`));
    this.process = spawn(mosquitto as string, ["-c", file], { stdio: "ignore" });
    await once(this.process, "spawn");
  }

  async kill(): Promise<void> {
    if (this.process === undefined) return;
    const closed = once(this.process, "close");
    this.process.kill("SIGKILL");
    await closed;
    this.process = undefined;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true });
  }
}
