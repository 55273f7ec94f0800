import "reflect-metadata";
import { randomBytes, type webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  type X509Crl,
  X509CrlGenerator,
} from "@peculiar/x509";
import { signingAlgorithm } from "./keys.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Clocks of boxes run slow; a new certificate is valid for them too. */
const backdateMs = hourMs;

/** From an hour before `fromMs`, ms since 1970. */
export interface Validity {
  readonly fromMs: number;
  readonly days: number;
}

/** Who signs: the site's own certificate authority. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface CertificateWish {
  /** Common name: a client id, or the broker's first host. */
  readonly name: string;
  readonly publicKey: webcrypto.CryptoKey;
  readonly validity: Validity;
  /** Names and addresses a broker is reached at; a client's certificate has none. */
  readonly hosts?: readonly string[];
}

/** Positive, 128 random bits, hexadecimal. */
function freshSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function datesOf({ fromMs, days }: Validity): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(fromMs - backdateMs), notAfter: new Date(fromMs + days * dayMs) };
}

const commonName = (name: string) => [{ CN: [name] }];

export async function createAuthority(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  validity: Validity,
): Promise<Authority> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: freshSerial(),
    name: commonName(name),
    ...datesOf(validity),
    keys,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

/** A certificate for a client, or with `hosts` for the broker; neither passes for the other. */
export async function createCertificate(
  { certificate, keys }: Authority,
  { name, publicKey, validity, hosts }: CertificateWish,
): Promise<X509Certificate> {
  const usage = hosts === undefined ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth;
  const alternatives = (hosts ?? []).map((host) => ({
    type: isIP(host) === 0 ? ("dns" as const) : ("ip" as const),
    value: host,
  }));
  return X509CertificateGenerator.create({
    serialNumber: freshSerial(),
    subject: commonName(name),
    issuer: certificate.subjectName.toJSON(),
    ...datesOf(validity),
    publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage], true),
      await AuthorityKeyIdentifierExtension.create(certificate.publicKey),
      await SubjectKeyIdentifierExtension.create(publicKey),
      ...(hosts === undefined ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
    ],
  });
}

export interface Revocation {
  readonly serialNumber: string;
  readonly revocationDate: Date;
}

/** Valid as long as the authority, so that no broker stops because nobody wrote a newer list. */
export function createRevocationList(
  { certificate, keys }: Authority,
  entries: readonly Revocation[],
  thisUpdate: Date,
): Promise<X509Crl> {
  return X509CrlGenerator.create({
    issuer: certificate.subjectName.toJSON(),
    thisUpdate,
    nextUpdate: certificate.notAfter,
    entries: [...entries],
    signingAlgorithm,
    signingKey: keys.privateKey,
  });
}
