import { accessOf } from "../../core/access/access-table.ts";
import type { IssuedCertificate } from "./site.ts";

/** Mosquitto's word for the name in a client's certificate. */
const userName = "%u";

const agents = accessOf("agent", userName);

/** What the pattern rules, which hold for every client, would give a client that is no agent. */
function ruledOut(name: string): string[] {
  return agents.publish
    .filter((filter) => filter.includes(userName))
    .map((filter) => `topic deny ${filter.replace(userName, () => name)}`);
}

function sectionOf(name: string, certificates: readonly IssuedCertificate[]): string[] {
  if (certificates.every(({ state }) => state === "revoked")) {
    return [`user ${name}`, "topic deny #", ""];
  }
  const role = certificates[0]?.role ?? "agent";
  if (role === "agent") return [];
  const { publish, subscribe } = accessOf(role, name);
  return [
    `user ${name}`,
    ...ruledOut(name),
    ...publish.map((filter) => `topic write ${filter}`),
    ...subscribe.map((filter) => `topic read ${filter}`),
    "",
  ];
}

/**
 * The access table as mosquitto's ACL file. Agents are covered by patterns, so that a new one needs
 * no new file; other clients, and those whose certificates are revoked, are listed.
 */
export function mosquittoAcl(register: readonly IssuedCertificate[]): string {
  const names = [...new Set(register.map(({ name }) => name))];
  return [
    "# Made by `slotwise provision mosquitto` from the table in core/access.",
    ...agents.publish.map((filter) => `pattern write ${filter}`),
    ...agents.subscribe.map((filter) => `pattern read ${filter}`),
    "",
    ...names.flatMap((name) =>
      sectionOf(
        name,
        register.filter((certificate) => certificate.name === name),
      ),
    ),
  ].join("\n");
}

export interface MosquittoOptions {
  /** Absolute folder of the configuration, its certificates and its ACL file. */
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  /** Whom mosquitto becomes when root starts it. */
  readonly user: string | undefined;
}

/** Mosquitto 2.0 with the same certificates, access and limits as the embedded broker. */
export function mosquittoConf({ directory, host, port, user }: MosquittoOptions): string {
  return `# Made by \`slotwise provision mosquitto\`; mosquitto -c ${directory}/mosquitto.conf
# After a revocation: make it again, then send mosquitto SIGHUP.
${user === undefined ? "" : `user ${user}\n`}
listener ${port} ${host}
cafile ${directory}/ca.crt
certfile ${directory}/broker.pem
keyfile ${directory}/broker.pem
crlfile ${directory}/crl.pem
require_certificate true
tls_version tlsv1.2

# A client is who its certificate says, with that client id and no other.
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file ${directory}/access.acl

max_connections 1000
max_qos 1
message_size_limit 1048576
max_packet_size 1052672
max_queued_messages 1000
max_queued_bytes 16777216
max_inflight_messages 20
sys_interval 0
set_tcp_nodelay true
`;
}
