import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { type Role, roleOf } from "../core/access/client-name.ts";
import { installCertificate, requestCertificate } from "../deploy/provision/device.ts";
import { writeMosquittoFolder } from "../deploy/provision/mosquitto-folder.ts";
import { Site } from "../deploy/provision/site.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { wholeNumber } from "./options.ts";

const defaultSite = "site";

interface Output {
  readonly json?: true;
}

interface SiteOptions extends Output {
  readonly site: string;
}

interface ValidityOptions {
  readonly days: number;
}

const validFor = ({ days }: ValidityOptions) => ({ fromMs: Date.now(), days });

/** Facts as one line of JSON, or as a sentence. */
function report({ json }: Output, facts: object, sentence: string): void {
  process.stdout.write(json ? `${JSON.stringify(facts)}\n` : `${sentence}\n`);
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--json", "print one line of JSON instead of a sentence");
}

/** A command on the machine that holds the site's folder. */
function siteVerb(name: string, description: string): Command {
  return verb(name, description).option("--site <dir>", "the site's folder", defaultSite);
}

const daysOption = () =>
  new Option("--days <n>", "days the certificate is valid")
    .argParser(wholeNumber(1))
    .default(730, "730");

const roleOption = () =>
  new Option("--role <role>", "what the name must stand for")
    .choices(["agent", "aggregator", "operator"])
    .default("agent");

const hostsArgument = [
  "[hosts...]",
  "names and addresses at which clients reach the broker",
] as const;

function siteCommand(): Command {
  return verb("site", "Make a site: its authority, its broker's certificate, its revocation list")
    .argument("<dir>", "a new folder")
    .argument(...hostsArgument)
    .addOption(daysOption())
    .action(async (dir: string, hosts: string[], options: Output & ValidityOptions) => {
      await Site.create(dir, hosts, validFor(options));
      report(
        options,
        { site: dir, hosts },
        `site in ${dir}; keep ${dir}/authority.key to yourself`,
      );
    });
}

function brokerCommand(): Command {
  return siteVerb("broker", "Renew the broker's key and certificate")
    .argument(...hostsArgument)
    .addOption(daysOption())
    .action(async (hosts: string[], options: SiteOptions & ValidityOptions) => {
      await (await Site.open(options.site)).renewBroker(hosts, validFor(options));
      report(options, { site: options.site, hosts }, `${options.site}/broker.pem renewed`);
    });
}

function requestCommand(): Command {
  return verb("request", "On a device: make a key and a request for its certificate")
    .argument("<name>", "the agent's name, or aggregator.NAME, operator.NAME")
    .option("--dir <dir>", "folder of the device's credentials", ".")
    .action(async (name: string, options: Output & { readonly dir: string }) => {
      const request = await requestCertificate(options.dir, name);
      report(options, { name, request }, `${request}: have it signed; the key stays here`);
    });
}

interface SignOptions extends SiteOptions, ValidityOptions {
  readonly role: Role;
  readonly renew?: true;
  readonly out: string;
}

function signCommand(): Command {
  return siteVerb("sign", "Sign a device's request")
    .argument("<request>", "NAME.csr")
    .requiredOption("--out <file>", "where the certificate goes, with the authority's")
    .addOption(roleOption())
    .addOption(daysOption())
    .option("--renew", "sign although the name has a valid certificate already")
    .action(async (request: string, options: SignOptions) => {
      const { role, renew = false, out } = options;
      const site = await Site.open(options.site);
      const bundle = await site.sign(await readFile(request, "utf8"), {
        role,
        renew,
        validity: validFor(options),
      });
      await writeFileAtomic(out, bundle);
      report(options, { request, certificate: out }, `${out}: install it on the device`);
    });
}

function installCommand(): Command {
  return verb("install", "On a device: put a signed certificate into force")
    .argument("<certificate>", "what `sign` wrote")
    .option("--dir <dir>", "folder of the device's credentials", ".")
    .action(async (certificate: string, options: Output & { readonly dir: string }) => {
      const file = await installCertificate(options.dir, await readFile(certificate, "utf8"));
      report(options, { credentials: file }, `${file} is in force from the next connection on`);
    });
}

interface IssueOptions extends SiteOptions, ValidityOptions {
  readonly dir: string;
  readonly renew?: true;
}

function issueCommand(): Command {
  return siteVerb("issue", "Request, sign and install at once, for a client on this machine")
    .argument("<name>", "the agent's name, or aggregator.NAME, operator.NAME")
    .option("--dir <dir>", "folder of the client's credentials", ".")
    .addOption(daysOption())
    .option("--renew", "although the name has a valid certificate already")
    .action(async (name: string, options: IssueOptions) => {
      const { dir, renew = false } = options;
      const site = await Site.open(options.site);
      const request = await readFile(await requestCertificate(dir, name), "utf8");
      const role = roleOf(name) ?? "agent";
      const bundle = await site.sign(request, { role, renew, validity: validFor(options) });
      const file = await installCertificate(dir, bundle);
      report(options, { name, credentials: file }, `${file} is in force`);
    });
}

function revokeCommand(): Command {
  return siteVerb("revoke", "Revoke every certificate of a name")
    .argument("<name>", "a client's name")
    .action(async (name: string, options: SiteOptions) => {
      const revoked = await (await Site.open(options.site)).revoke(name);
      report(options, { name, revoked }, `${revoked} certificates of ${name} revoked`);
    });
}

function listCommand(): Command {
  return siteVerb("list", "List the certificates of the site's clients").action(
    async (options: SiteOptions) => {
      const issued = await (await Site.open(options.site)).issued();
      const lines = issued.map(
        ({ name, role, state, notAfter, serialNumber }) =>
          `${name}  ${role}  ${state}  until ${notAfter.toISOString().slice(0, 10)}  ${serialNumber}`,
      );
      report(options, issued, lines.join("\n") || "none");
    },
  );
}

interface MosquittoOptions extends SiteOptions {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
}

/** Root's mosquitto is no root's process. */
const unprivileged = () => (process.getuid?.() === 0 ? "mosquitto" : undefined);

function mosquittoCommand(): Command {
  return siteVerb("mosquitto", "Write mosquitto's configuration, access rules and certificates")
    .argument("<dir>", "a folder for them")
    .option("--host <h>", "address to listen on", "0.0.0.0")
    .addOption(new Option("--port <p>", "port").argParser(wholeNumber(1)).default(8883, "8883"))
    .option("--user <name>", "who runs mosquitto (mosquitto for root, else whoever calls)")
    .action(async (dir: string, options: MosquittoOptions) => {
      const { host, port, user = unprivileged() } = options;
      const site = await Site.open(options.site);
      const configuration = await writeMosquittoFolder(site, dir, { host, port, user });
      report(options, { configuration }, `start it with: mosquitto -c ${configuration}`);
    });
}

/** `slotwise provision`: who may talk to a site's broker. */
export function provisionCommand(): Command {
  const command = new Command("provision").description(
    "Make, sign, renew and revoke the keys and certificates of a site",
  );
  const verbs = [
    siteCommand,
    brokerCommand,
    requestCommand,
    signCommand,
    installCommand,
    issueCommand,
    revokeCommand,
    listCommand,
    mosquittoCommand,
  ];
  for (const create of verbs) command.addCommand(create());
  return command;
}
