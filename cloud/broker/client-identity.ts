import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type Access, accessOf, anonymousAccess } from "../../core/access/access-table.ts";
import { roleOf } from "../../core/access/client-name.ts";

/** Who is at the other end of a connection. */
export interface ClientIdentity {
  /** The only client id it may have; undefined where nobody is asked who they are. */
  readonly clientId: string | undefined;
  readonly access: Access;
}

const anonymous: ClientIdentity = { clientId: undefined, access: anonymousAccess };

/**
 * From the common name of a certificate that the TLS layer has verified; undefined when it names
 * nobody that slotwise knows.
 */
export function identityOf(socket: Socket): ClientIdentity | undefined {
  if (!(socket instanceof TLSSocket)) return anonymous;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  const role = typeof name === "string" ? roleOf(name) : undefined;
  if (typeof name !== "string" || role === undefined) return undefined;
  return { clientId: name, access: accessOf(role, name) };
}
