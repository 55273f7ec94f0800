import "reflect-metadata";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { PemConverter, Pkcs10CertificateRequestGenerator, X509Certificate } from "@peculiar/x509";
import { roleOf } from "../../core/access/client-name.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { generateKeys, keysFromPem, privateKeyPem, signingAlgorithm } from "./keys.ts";
import { provisionError } from "./provision-error.ts";

const ownerOnly = 0o600;

const pendingKeyOf = (name: string) => `${name}.request.key`;

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes a key, which never leaves the folder, and a request for its certificate: `NAME.csr`. Asked
 * again before the certificate has come, it is the same key. A key in use stays in use.
 *
 * @throws SlotwiseError PROVISION_REFUSED for a name that is no client's
 */
export async function requestCertificate(directory: string, name: string): Promise<string> {
  if (roleOf(name) === undefined) {
    throw provisionError("an agent's name, aggregator.NAME or operator.NAME", `"${name}"`);
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const keyFile = join(directory, pendingKeyOf(name));
  const pending = await readIfThere(keyFile);
  const keys = pending === undefined ? await generateKeys() : await keysFromPem(pending);
  if (pending === undefined) await writeFileAtomic(keyFile, await privateKeyPem(keys), ownerOnly);
  const subject = [{ CN: [name] }];
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys,
    signingAlgorithm,
  });
  const file = join(directory, `${name}.csr`);
  await writeFileAtomic(file, `${request.toString("pem")}\n`);
  return file;
}

interface Bundle {
  readonly name: string;
  readonly certificate: X509Certificate;
  readonly authority: X509Certificate;
}

async function readBundle(bundle: string): Promise<Bundle> {
  try {
    const [leaf, ca] = PemConverter.decode(bundle).map((der) => new X509Certificate(der));
    if (leaf === undefined || ca === undefined) throw new Error("fewer than two certificates");
    if (!(await leaf.verify({ publicKey: ca.publicKey, signatureOnly: true })))
      throw new Error("a certificate that the other did not sign");
    const name = leaf.subjectName.getField("CN")[0] ?? "";
    if (roleOf(name) === undefined) throw new Error(`the name "${name}"`);
    return { name, certificate: leaf, authority: ca };
  } catch (error) {
    throw provisionError("a client's certificate and its authority's, PEM", String(error));
  }
}

/**
 * Puts what the site has signed into force: `NAME.pem` (key and certificate, replaced in one step)
 * and, the first time, `ca.crt`.
 *
 * @throws SlotwiseError PROVISION_REFUSED when it belongs to another key or another site
 */
export async function installCertificate(directory: string, bundlePem: string): Promise<string> {
  const { name, certificate, authority } = await readBundle(bundlePem);
  const keyFile = join(directory, pendingKeyOf(name));
  const key = await readIfThere(keyFile);
  if (key === undefined) throw provisionError(`a request for ${name} in ${directory}`, "none");
  const { publicKey } = await keysFromPem(key);
  const own = Buffer.from(await crypto.subtle.exportKey("spki", publicKey));
  if (!own.equals(Buffer.from(certificate.publicKey.rawData))) {
    throw provisionError("a certificate for the key of the request", "one for another key");
  }
  const authorityFile = join(directory, "ca.crt");
  const authorityPem = `${authority.toString("pem")}\n`;
  const trusted = await readIfThere(authorityFile);
  if (trusted !== undefined && !new X509Certificate(trusted).equal(authority)) {
    throw provisionError(`a certificate by the authority in ${authorityFile}`, "another site's");
  }
  if (trusted === undefined) await writeFileAtomic(authorityFile, authorityPem);
  const file = join(directory, `${name}.pem`);
  await writeFileAtomic(file, `${key}${certificate.toString("pem")}\n`, ownerOnly);
  await rm(keyFile);
  await rm(join(directory, `${name}.csr`), { force: true });
  return file;
}
