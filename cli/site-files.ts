import { join } from "node:path";
import { aggregatorClientId } from "../core/access/client-name.ts";
import type { TlsFiles } from "../platform/tls-files.ts";

function filesOf(site: string, name: string): TlsFiles {
  const credentials = join(site, `${name}.pem`);
  return { key: credentials, cert: credentials, ca: join(site, "ca.crt") };
}

/** What a broker takes from a site's folder; undefined without one. */
export function brokerTlsOf(site: string | undefined): (TlsFiles & { crl: string }) | undefined {
  return site === undefined
    ? undefined
    : { ...filesOf(site, "broker"), crl: join(site, "crl.pem") };
}

/** What the aggregator takes from it: `slotwise provision issue aggregator.main --dir SITE`. */
export function aggregatorTlsOf(site: string | undefined): TlsFiles | undefined {
  return site === undefined ? undefined : filesOf(site, aggregatorClientId);
}
