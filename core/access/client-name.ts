import { agentNameSchema } from "../messages/identity.ts";

const roles = ["agent", "aggregator", "operator"] as const;

/** What a client of the broker is there for. */
export type Role = (typeof roles)[number];

/** The aggregator's client id. */
export const aggregatorClientId = "aggregator.main";

/**
 * The role a client id, and the common name of its certificate, stands for; undefined when it is
 * none. An agent's is its name ("ap-0"); others have their role before a dot ("operator.anna"), which
 * no agent's name can hold.
 */
export function roleOf(clientId: string): Role | undefined {
  if (agentNameSchema.safeParse(clientId).success) return "agent";
  const role = roles.find((candidate) => clientId.startsWith(`${candidate}.`));
  if (role === undefined || role === "agent") return undefined;
  return agentNameSchema.safeParse(clientId.slice(role.length + 1)).success ? role : undefined;
}
