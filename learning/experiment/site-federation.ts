import { z } from "zod";
import { encodingSchema } from "../../core/weights/encoding.ts";
import { averageWeights } from "../../core/weights/fed-avg.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { sendWeights } from "../../platform/error-feedback.ts";
import type { LearnerStack } from "../learner-stack.ts";
import type { Scheme } from "./schemes.ts";

const lastLayer = /\.output\.(weight|bias)$/;

/** The forms in which a site's weights travel between its learners and their mean. */
export const federationFormsSchema = z.strictObject({
  uplink: encodingSchema.default("float32").describe("form of the updates"),
  downlink: encodingSchema.default("float32").describe("form of the global model"),
});

export type FederationForms = z.output<typeof federationFormsSchema>;

/** Weights as they are: nothing is left out on the way. */
export const exactForms: FederationForms = federationFormsSchema.parse({});

export function areExact({ uplink, downlink }: FederationForms): boolean {
  return uplink === "float32" && downlink === "float32";
}

/** What the rounds to come depend on. */
export interface FederationState {
  /** The latest global model. */
  readonly base: Weights | undefined;
  /** What the updates before left out, by access point. */
  readonly uplink: readonly (Weights | undefined)[];
  /** What the global model left out. */
  readonly downlink: Weights | undefined;
}

/** Lengths of what a round sent. */
export interface RoundBytes {
  /** Of an update: the mean of the site's. */
  readonly updateBytes: number;
  readonly globalBytes: number;
}

function sharedPart(weights: Weights, shared: Scheme["shared"]): Weights {
  if (shared === "everything") return weights;
  return new Map([...weights].filter(([name]) => !lastLayer.test(name)));
}

/** The rounds of one site, with the encodings and the error feedback of agents and aggregator. */
export class SiteFederation {
  private readonly shared: Scheme["shared"];
  private readonly forms: FederationForms;
  private current: FederationState = { base: undefined, uplink: [], downlink: undefined };

  constructor(shared: Scheme["shared"], forms: FederationForms) {
    this.shared = shared;
    this.forms = forms;
  }

  get state(): FederationState {
    return this.current;
  }

  restore(state: FederationState): void {
    this.current = state;
  }

  /**
   * Equations (17) and (18): every one of these agents goes on from the mean of all, in what they
   * share. Undefined where they share nothing.
   */
  round(stack: LearnerStack, agents: readonly number[]): RoundBytes | undefined {
    if (this.shared === "nothing") return undefined;
    const { base, uplink, downlink } = this.current;
    const own = agents.map((agent) => stack.generatorWeights(agent));
    const updates = own.map((weights, i) =>
      sendWeights(this.forms.uplink, sharedPart(weights, this.shared), base, uplink[i]),
    );
    const mean = averageWeights(updates.map(({ received }) => ({ weights: received, samples: 1 })));
    const global = sendWeights(this.forms.downlink, mean, base, downlink);
    for (const [i, agent] of agents.entries()) {
      stack.loadGenerator(agent, new Map([...(own[i] as Weights), ...global.received]));
    }
    this.current = {
      base: global.received,
      uplink: updates.map(({ residual }) => residual),
      downlink: global.residual,
    };
    const sum = updates.reduce((bytes, update) => bytes + update.bytes.length, 0);
    return { updateBytes: sum / updates.length, globalBytes: global.bytes.length };
  }
}
