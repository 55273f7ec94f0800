import "reflect-metadata";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PemConverter, Pkcs10CertificateRequest, X509Certificate, X509Crl } from "@peculiar/x509";
import { type Role, roleOf } from "../../core/access/client-name.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import {
  type Authority,
  createAuthority,
  createCertificate,
  createRevocationList,
  type Validity,
} from "./authority.ts";
import { generateKeys, keysFromPem, privateKeyPem } from "./keys.ts";
import { provisionError } from "./provision-error.ts";

/** A certificate in a site's register. */
export interface IssuedCertificate {
  readonly name: string;
  readonly role: Role;
  readonly serialNumber: string;
  readonly notAfter: Date;
  readonly state: "valid" | "expired" | "revoked";
}

export interface SignOptions {
  readonly role: Role;
  /** Sign although the name has a valid certificate already. */
  readonly renew: boolean;
  readonly validity: Validity;
}

const ownerOnly = 0o600;
const authorityDays = 3650;
/** How the broker is reached from its own machine. */
const loopback = ["localhost", "127.0.0.1", "::1"];

function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

/**
 * The folder of a site's certificate authority: `authority.key` and `ca.crt`, `crl.pem`, `broker.pem`
 * (key and certificate), and `issued/NAME/SERIAL.crt`, the register. A broker needs `ca.crt`,
 * `crl.pem` and `broker.pem` of it.
 */
export class Site {
  readonly directory: string;
  private readonly authority: Authority;

  private constructor(directory: string, authority: Authority) {
    this.directory = directory;
    this.authority = authority;
  }

  /** @throws SlotwiseError PROVISION_REFUSED where there is a site already */
  static async create(
    directory: string,
    hosts: readonly string[],
    validity: Validity,
  ): Promise<Site> {
    if (await exists(join(directory, "authority.key"))) {
      throw provisionError("a folder without a site", `authority.key in ${directory}`);
    }
    await mkdir(join(directory, "issued"), { recursive: true, mode: 0o700 });
    const keys = await generateKeys();
    const { fromMs } = validity;
    const authority = await createAuthority("slotwise site", keys, { fromMs, days: authorityDays });
    const site = new Site(directory, authority);
    await site.write("ca.crt", pem(authority.certificate));
    await site.writeRevocations([], new Date(fromMs));
    await site.renewBroker(hosts, validity);
    await site.write("authority.key", await privateKeyPem(keys), ownerOnly);
    return site;
  }

  /** @throws SlotwiseError PROVISION_REFUSED where there is no site */
  static async open(directory: string): Promise<Site> {
    try {
      const keys = await keysFromPem(await readFile(join(directory, "authority.key"), "utf8"));
      const certificate = new X509Certificate(await readFile(join(directory, "ca.crt"), "utf8"));
      return new Site(directory, { certificate, keys });
    } catch (error) {
      throw provisionError(
        `authority.key and ca.crt of a site in ${directory}`,
        String(error),
        "make one with `slotwise provision site`",
      );
    }
  }

  /** A new key and certificate for the broker, at these hosts and on its own machine. */
  async renewBroker(hosts: readonly string[], validity: Validity): Promise<void> {
    const keys = await generateKeys();
    const all = [...new Set([...hosts, ...loopback])];
    const certificate = await createCertificate(this.authority, {
      name: hosts[0] ?? "localhost",
      publicKey: keys.publicKey,
      hosts: all,
      validity,
    });
    await this.write("broker.pem", (await privateKeyPem(keys)) + pem(certificate), ownerOnly);
  }

  /**
   * The certificate that a request asks for, followed by the authority's, PEM.
   *
   * @throws SlotwiseError PROVISION_REFUSED for a malformed request, a name of another role, or one
   * that is taken
   */
  async sign(requestPem: string, { role, renew, validity }: SignOptions): Promise<string> {
    const request = await verifiedRequest(requestPem);
    const [name = "", ...more] = request.subjectName.getField("CN");
    if (more.length > 0 || roleOf(name) !== role) {
      throw provisionError(`a request for the name of one ${role}`, `"${[name, ...more].join()}"`);
    }
    const taken = (await this.issued()).some((c) => c.name === name && c.state === "valid");
    if (taken && !renew) {
      throw provisionError(`a name without a valid certificate, or a renewal`, `"${name}"`);
    }
    const publicKey = await request.publicKey.export();
    const certificate = await createCertificate(this.authority, { name, publicKey, validity });
    const folder = join("issued", name);
    await mkdir(join(this.directory, folder), { recursive: true, mode: 0o700 });
    await this.write(join(folder, `${certificate.serialNumber}.crt`), pem(certificate));
    return pem(certificate) + pem(this.authority.certificate);
  }

  /**
   * Puts every certificate of a name on the revocation list; tells how many that were.
   *
   * @throws SlotwiseError PROVISION_REFUSED for a name without certificates
   */
  async revoke(name: string): Promise<number> {
    const theirs = (await this.issued()).filter((certificate) => certificate.name === name);
    if (theirs.length === 0) throw provisionError("a name with a certificate", `"${name}"`);
    const fresh = theirs.filter(({ state }) => state !== "revoked");
    const before = await this.revocations();
    // Brokers prefer the later list, and lists count time in seconds.
    const laterMs = before.thisUpdate.getTime() + 1000;
    await delay(Math.max(0, laterMs - Date.now()));
    const revocationDate = new Date();
    const added = fresh.map(({ serialNumber }) => ({ serialNumber, revocationDate }));
    await this.writeRevocations([...before.entries, ...added], revocationDate);
    return fresh.length;
  }

  /** The register, by name. */
  async issued(): Promise<IssuedCertificate[]> {
    const folder = join(this.directory, "issued");
    const files = await readdir(folder, { recursive: true });
    const revoked = new Set((await this.revocations()).entries.map((entry) => entry.serialNumber));
    const nowMs = Date.now();
    const certificates = await Promise.all(
      files
        .filter((file) => file.endsWith(".crt"))
        .map(async (file) => new X509Certificate(await readFile(join(folder, file), "utf8"))),
    );
    return certificates
      .flatMap(({ subjectName, serialNumber, notAfter }) => {
        const name = subjectName.getField("CN")[0] ?? "";
        const role = roleOf(name);
        const lapsed = notAfter.getTime() < nowMs ? ("expired" as const) : ("valid" as const);
        const state = revoked.has(serialNumber) ? ("revoked" as const) : lapsed;
        return role === undefined ? [] : [{ name, role, serialNumber, notAfter, state }];
      })
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  private async revocations(): Promise<X509Crl> {
    return new X509Crl(await readFile(join(this.directory, "crl.pem"), "utf8"));
  }

  private async writeRevocations(
    entries: Parameters<typeof createRevocationList>[1],
    thisUpdate: Date,
  ): Promise<void> {
    const list = await createRevocationList(this.authority, entries, thisUpdate);
    await this.write("crl.pem", `${PemConverter.encode(list.rawData, "X509 CRL")}\n`);
  }

  private write(file: string, content: string, mode?: number): Promise<void> {
    return writeFileAtomic(join(this.directory, file), content, mode);
  }
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}

async function verifiedRequest(requestPem: string): Promise<Pkcs10CertificateRequest> {
  try {
    const request = new Pkcs10CertificateRequest(requestPem);
    if (await request.verify()) return request;
  } catch (error) {
    throw provisionError("a certificate request in PEM", String(error));
  }
  throw provisionError("a certificate request signed with its own key", "another signature");
}
