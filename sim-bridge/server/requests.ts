import {
  type BridgeRequest,
  bridgeProtocol,
  bridgeRequestSchema,
  type HelloReply,
  type HelloRequest,
  type StepRequest,
} from "../../core/messages/bridge.ts";
import type { SimulationRun } from "../run/simulation-run.ts";
import type { Claims } from "./claims.ts";
import type { ClientConnection } from "./client-connection.ts";

/** Answers clients' requests: who speaks for which agent, steps and resets. */
export class Requests {
  private readonly run: SimulationRun;
  private readonly claims: Claims;
  private readonly hello: HelloReply;

  constructor(run: SimulationRun, claims: Claims, hello: HelloReply) {
    this.run = run;
    this.claims = claims;
    this.hello = hello;
  }

  /** Acts on a decoded message; undefined, with the client told why, when it is none. */
  handle(client: ClientConnection, value: unknown, nowMs: number): BridgeRequest | undefined {
    const parsed = bridgeRequestSchema.safeParse(value);
    if (!parsed.success) {
      client.refuse("MESSAGE_INVALID", parsed.error.issues.map((i) => i.message).join("; "));
      return undefined;
    }
    const request = parsed.data;
    if (request.type === "hello") {
      this.welcome(client, request, nowMs);
    } else if (request.type === "close") {
      client.end();
    } else if (client.agents.length === 0) {
      client.refuse("HELLO_REQUIRED", `expected hello before ${request.type}`);
    } else if (request.type === "reset") {
      client.awaitsReset = true;
      this.run.requestReset(request.seed);
    } else {
      this.step(client, request);
    }
    return request;
  }

  private welcome(client: ClientConnection, request: HelloRequest, nowMs: number): void {
    const unknown = request.agents.find((agent) => !this.run.hasAgent(agent));
    const taken = this.claims.taken(request.agents, nowMs);
    if (request.protocol !== bridgeProtocol) {
      client.refuse(
        "PROTOCOL_UNSUPPORTED",
        `expected protocol ${bridgeProtocol}; received ${request.protocol}`,
      );
    } else if (client.agents.length > 0) {
      client.refuse("MESSAGE_INVALID", "expected one hello a connection; received another");
    } else if (unknown !== undefined) {
      client.refuse("AGENT_UNKNOWN", `expected one of ${this.hello.agents}; received ${unknown}`);
    } else if (taken !== undefined) {
      client.refuse("AGENT_TAKEN", `${taken} is claimed by a client that is alive`);
    } else {
      this.claims.claim([...new Set(request.agents)], client);
      client.send(this.hello);
    }
  }

  private step(client: ClientConnection, { slot, actions }: StepRequest): void {
    client.awaitsReset = false;
    for (const [agent, action] of Object.entries(actions)) {
      if (!client.agents.includes(agent)) {
        client.refuse("AGENT_UNKNOWN", `expected one of ${client.agents}; received ${agent}`);
        continue;
      }
      const fault = this.run.step(agent, slot, action);
      if (fault !== undefined) client.refuse(fault.code, fault.message);
    }
  }
}
