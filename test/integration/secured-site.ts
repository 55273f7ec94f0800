import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { roleOf } from "../../core/access/client-name.ts";
import type { Validity } from "../../deploy/provision/authority.ts";
import { installCertificate, requestCertificate } from "../../deploy/provision/device.ts";
import { writeMosquittoFolder } from "../../deploy/provision/mosquitto-folder.ts";
import { Site } from "../../deploy/provision/site.ts";
import { readTlsFiles, type TlsContents, type TlsFiles } from "../../platform/tls-files.ts";
import { freePort } from "./free-port.ts";
import { mosquitto } from "./mosquitto-broker.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";
import { untilListening } from "./until-listening.ts";

/** A site in a folder of its own, its clients, and a folder of credentials for each. */
export class SecuredSite {
  readonly directory = mkdtempSync(join(tmpdir(), "slotwise-secured-"));
  readonly siteDirectory = join(this.directory, "site");
  private folders = 0;

  create(...hosts: string[]): Promise<Site> {
    return Site.create(this.siteDirectory, hosts, validNow());
  }

  open(): Promise<Site> {
    return Site.open(this.siteDirectory);
  }

  /** Files of a new certificate for a name, in a folder of its own. */
  async issue(name: string, validity = validNow()): Promise<TlsFiles> {
    const folder = join(this.directory, `client-${this.folders++}`);
    const request = readFileSync(await requestCertificate(folder, name), "utf8");
    const role = roleOf(name) ?? "agent";
    const site = await this.open();
    const pem = await installCertificate(
      folder,
      await site.sign(request, { role, renew: true, validity }),
    );
    return { key: pem, cert: pem, ca: join(folder, "ca.crt") };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

export function validNow(): Validity {
  return { fromMs: Date.now(), days: 30 };
}

/** Over TLS with the client's certificate; rejects when the broker does not take it. */
export function connectSecured(
  port: number,
  clientId: string,
  credentials: TlsFiles | TlsContents,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const isFiles = !credentials.ca.includes("BEGIN");
  return connectAsync(
    `mqtts://localhost:${port}`,
    {
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 20_000,
      clientId,
      ...(isFiles ? readTlsFiles(credentials) : credentials),
      ...options,
    },
    false,
  );
}

/** A broker that serves a site's clients and nobody else. */
interface SecuredBroker {
  readonly port: number;
  start(site: SecuredSite): Promise<void>;
  /** Takes over what has been revoked since. */
  reload(): Promise<void>;
  /** What it told at its end. */
  stop(): Promise<string>;
}

export class SlotwiseSecuredBroker implements SecuredBroker {
  port = 0;
  private command: RunningCommand | undefined;

  async start({ siteDirectory }: SecuredSite): Promise<void> {
    this.port = await freePort();
    const flags = ["--site", siteDirectory, "--port", `${this.port}`, "--log-level", "warn"];
    this.command = startCommand("broker", ...flags, "--json");
    await untilListening(this.port);
  }

  /** It looks once a second by itself. */
  async reload(): Promise<void> {
    await delay(1000);
  }

  async stop(): Promise<string> {
    this.command?.child.kill("SIGTERM");
    await this.command?.exited;
    return this.command?.stdout() ?? "";
  }
}

export class MosquittoSecuredBroker implements SecuredBroker {
  port = 0;
  private site: SecuredSite | undefined;
  private child: ChildProcess | undefined;

  async start(site: SecuredSite): Promise<void> {
    this.site = site;
    this.port = await freePort();
    mkdirSync(this.folder(), { recursive: true });
    const configuration = await this.configure();
    this.child = spawn(mosquitto as string, ["-c", configuration], { stdio: "ignore" });
    await untilListening(this.port);
  }

  async reload(): Promise<void> {
    await this.configure();
    this.child?.kill("SIGHUP");
    await delay(3000);
  }

  async stop(): Promise<string> {
    if (this.child === undefined) return "";
    const closed = once(this.child, "close");
    this.child.kill("SIGTERM");
    await closed;
    return "";
  }

  private folder(): string {
    return join((this.site as SecuredSite).directory, "mosquitto");
  }

  private async configure(): Promise<string> {
    const user = process.getuid?.() === 0 ? "root" : undefined;
    const site = await (this.site as SecuredSite).open();
    return writeMosquittoFolder(site, this.folder(), { host: "127.0.0.1", port: this.port, user });
  }
}
