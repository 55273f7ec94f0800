import { constants } from "node:crypto";
import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import { readTlsFiles, type TlsContents, type TlsFiles } from "../../platform/tls-files.ts";

export interface BrokerTlsFiles extends TlsFiles {
  readonly crl?: string | undefined;
}

export interface BrokerCredentials extends TlsContents {
  readonly crl?: string;
}

export function readCredentials({ crl, ...files }: BrokerTlsFiles): BrokerCredentials {
  const contents = readTlsFiles(files);
  return crl === undefined ? contents : { ...contents, crl: readFileSync(crl, "utf8") };
}

/** A resumed session would skip the check of the certificate, so none is given out. */
export function secureContextOf(credentials: BrokerCredentials): SecureContextOptions {
  return {
    ...credentials,
    minVersion: "TLSv1.2",
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

const pollMs = 1000;

/** Reads the files again and again and tells when one has another content. */
export class CredentialsWatch {
  private readonly files: BrokerTlsFiles;
  private readonly onChange: (credentials: BrokerCredentials) => Promise<void>;
  private readonly onError: (error: unknown) => void;
  private seen = "";
  private timer: NodeJS.Timeout | undefined;

  constructor(
    files: BrokerTlsFiles,
    onChange: (credentials: BrokerCredentials) => Promise<void>,
    onError: (error: unknown) => void,
  ) {
    this.files = files;
    this.onChange = onChange;
    this.onError = onError;
  }

  /** @param current what is in use; only another content is told */
  start(current: BrokerCredentials): void {
    this.seen = JSON.stringify(current);
    this.timer = setInterval(() => void this.look().catch(this.onError), pollMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const credentials = readCredentials(this.files);
    const content = JSON.stringify(credentials);
    if (content === this.seen) return;
    this.seen = content;
    await this.onChange(credentials);
  }
}
