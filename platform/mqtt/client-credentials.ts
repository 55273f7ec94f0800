import { X509Certificate } from "node:crypto";
import { readTlsFiles, type TlsContents, type TlsFiles } from "../tls-files.ts";

/**
 * What a client shows the broker. Mosquitto serves a client under its certificate's name, whatever
 * client id it asks for: with another's certificate it would be connected, and neither heard nor told
 * anything as itself.
 *
 * @throws Error where a file cannot be read, or the certificate has another name than the client
 */
export function credentialsOf(clientId: string, files: TlsFiles): TlsContents {
  const contents = readTlsFiles(files);
  const { subject } = new X509Certificate(contents.cert);
  const name = /^CN=(.*)$/m.exec(subject)?.[1];
  if (name === clientId) return contents;
  throw new Error(`${files.cert} is the certificate of ${name}, and this client is ${clientId}`);
}
