import { readFileSync } from "node:fs";
import { z } from "zod";

const path = z.string().min(1);

/** PEM files of one end of a connection whose two ends both show a certificate. */
export const tlsFilesSchema = z.strictObject({
  key: path.describe("this end's private key"),
  cert: path.describe("this end's certificate; may be the file of the key"),
  ca: path.describe("certificate of the authority that signed the other end's"),
});

export type TlsFiles = z.output<typeof tlsFilesSchema>;

export interface TlsContents {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/** Read anew for every connection, so that a renewed certificate needs no restart. */
export function readTlsFiles({ key, cert, ca }: TlsFiles): TlsContents {
  const read = (file: string) => readFileSync(file, "utf8");
  return { key: read(key), cert: read(cert), ca: read(ca) };
}
