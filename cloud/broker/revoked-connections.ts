import "reflect-metadata";
import { TLSSocket } from "node:tls";
import { X509Crl } from "@peculiar/x509";

/** One spelling of a certificate's serial number: hexadecimal without leading zeros. */
function normalSerial(serial: string): string {
  return serial.toLowerCase().replace(/^0+/, "");
}

/** Closes the connections whose certificate is in a revocation list, PEM; tells how many. */
export function closeRevoked(sockets: Iterable<object>, crl: string): number {
  const revoked = new Set(
    new X509Crl(crl).entries.map(({ serialNumber }) => normalSerial(serialNumber)),
  );
  let closed = 0;
  for (const socket of sockets) {
    if (!(socket instanceof TLSSocket)) continue;
    if (!revoked.has(normalSerial(socket.getPeerCertificate().serialNumber ?? ""))) continue;
    socket.destroy(new Error("certificate revoked"));
    closed++;
  }
  return closed;
}
