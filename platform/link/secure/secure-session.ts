import type { FederationKeys, Member } from "../../../core/messages/federation-keys.ts";
import { signedKeysText } from "../../../core/messages/federation-keys.ts";
import type { FederationRoster } from "../../../core/messages/federation-roster.ts";
import type { FederationSurvivors } from "../../../core/messages/federation-survivors.ts";
import type { FederationUnmasking } from "../../../core/messages/federation-unmasking.ts";
import { messageError } from "../../../core/messages/message-error.ts";
import type { SealedShares } from "../../../core/messages/sealed-shares.ts";
import { addTo, takeFrom } from "../../../core/secure-aggregation/residues.ts";
import { splitSecret } from "../../../core/secure-aggregation/shamir.ts";
import {
  agreedSecret,
  type KeyPair,
  keyBytes,
  keyPairOf,
} from "../../secure-aggregation/key-agreement.ts";
import { expandMask, pairwiseMask, type RoundName } from "../../secure-aggregation/mask.ts";
import { seal, unseal } from "../../secure-aggregation/sealing.ts";
import { requireFairRoster } from "./fair-roster.ts";

export interface SecureSessionOptions {
  readonly name: RoundName;
  readonly agent: string;
  readonly incarnation: string;
  /** What is to be hidden in a sum: residues mod 2³². */
  readonly input: Uint32Array;
  /** From a cryptographic source. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Undefined where the agent has no key. */
  readonly sign: ((text: string) => string) | undefined;
  /** Whether another member's keys are its own. */
  readonly isSigned: (keys: FederationKeys) => boolean;
}

/** Another member's shares of its two secrets, of which one at most is ever given away. */
interface HeldShares {
  readonly selfMask: Uint8Array;
  readonly maskingKey: Uint8Array;
}

/**
 * An agent's part in one round of secure aggregation (Bonawitz et al., CCS 2017, Figure 4, for an
 * aggregator that follows the protocol): every method takes what came and gives what to answer, or
 * undefined where it has been answered. It cannot begin again; another try needs another session.
 */
export class SecureSession {
  private readonly options: SecureSessionOptions;
  private readonly sealing: KeyPair;
  private readonly masking: KeyPair;
  private readonly selfMaskSeed: Uint8Array;
  private readonly held = new Map<string, HeldShares>();
  private roster: FederationRoster | undefined;
  private masked = false;
  private survivors: string | undefined;

  constructor(options: SecureSessionOptions) {
    const { randomBytes } = options;
    this.options = options;
    this.sealing = keyPairOf(randomBytes(keyBytes));
    this.masking = keyPairOf(randomBytes(keyBytes));
    this.selfMaskSeed = randomBytes(keyBytes);
  }

  /** Round 0: this agent has an update. */
  keys(): FederationKeys {
    const { name, agent, incarnation, sign } = this.options;
    const publicKeys = {
      sealingKey: this.sealing.publicKey,
      maskingKey: this.masking.publicKey,
    };
    const member = { agent, incarnation, ...publicKeys, signature: null };
    const unsigned = { version: 1 as const, ...name, member };
    const signature = sign?.(signedKeysText(unsigned)) ?? null;
    return { ...unsigned, member: { ...member, signature } };
  }

  /**
   * Round 1: shares of both secrets, sealed for every other member.
   *
   * @throws SlotwiseError MESSAGE_INVALID when the roster would not hide this agent's update
   */
  shares(roster: FederationRoster): SealedShares | undefined {
    if (this.roster !== undefined) return undefined;
    requireFairRoster(roster, this.keys().member, this.options.isSigned);
    this.roster = roster;
    const { agent, randomBytes, name } = this.options;
    const { members, threshold } = roster;
    const split = (secret: Uint8Array) =>
      splitSecret(secret, threshold, members.length, randomBytes);
    const selfMasks = split(this.selfMaskSeed);
    const maskingKeys = split(this.masking.privateKey);
    const sealed: SealedShares["shares"] = [];
    for (const [i, member] of members.entries()) {
      const shares = {
        selfMask: selfMasks[i]?.bytes as Uint8Array,
        maskingKey: maskingKeys[i]?.bytes as Uint8Array,
      };
      if (member.agent === agent) this.held.set(agent, shares);
      else {
        const key = this.sealingKey(member, agent, member.agent);
        const plain = Buffer.concat([shares.selfMask, shares.maskingKey]);
        sealed.push({ agent: member.agent, sealed: seal(key, plain) });
      }
    }
    return { version: 1, ...name, shares: sealed };
  }

  /**
   * Round 2: the update under a mask of its own and one with everyone whose shares came.
   *
   * @throws SlotwiseError MESSAGE_INVALID when shares are too few, or no member's for this agent
   */
  maskedInput(inbox: SealedShares): Uint32Array | undefined {
    if (this.roster === undefined || this.masked) return undefined;
    const held = new Map(
      inbox.shares.map(({ agent, sealed }) => [agent, this.opened(agent, sealed)]),
    );
    if (held.size < inbox.shares.length || held.size + 1 < this.roster.threshold) {
      const expected = `shares of ${this.roster.threshold - 1} other members, each once`;
      throw messageError(expected, `${inbox.shares.length}`);
    }
    for (const [agent, shares] of held) this.held.set(agent, shares);
    this.masked = true;
    const { name, input } = this.options;
    const sum = Uint32Array.from(input);
    addTo(sum, expandMask(this.selfMaskSeed, input.length));
    let apply = takeFrom;
    for (const { agent, maskingKey } of this.roster.members) {
      if (agent === this.options.agent) apply = addTo;
      else if (held.has(agent)) {
        apply(sum, pairwiseMask(this.masking, maskingKey, name, input.length));
      }
    }
    return sum;
  }

  /**
   * Round 4: of every survivor the share of its own mask, of everyone else the share of its key. It is
   * said for one set of survivors, so nobody learns both of anyone from this agent.
   *
   * @throws SlotwiseError MESSAGE_INVALID when the survivors are too few, unknown, or were others before
   */
  unmasking({ survivors }: FederationSurvivors): FederationUnmasking | undefined {
    const { agent, name } = this.options;
    if (!this.masked || !survivors.includes(agent)) return undefined;
    const named = JSON.stringify(survivors.toSorted());
    if (this.survivors === named) return undefined;
    this.requireSurvivors(survivors);
    this.survivors = named;
    const lost = [...this.held.keys()].filter((member) => !survivors.includes(member));
    return {
      version: 1,
      ...name,
      selfMasks: this.given(survivors, "selfMask"),
      maskingKeys: this.given(lost, "maskingKey"),
    };
  }

  private requireSurvivors(survivors: readonly string[]): void {
    const threshold = this.roster?.threshold ?? Number.POSITIVE_INFINITY;
    if (this.survivors !== undefined) throw messageError("the survivors named before", "others");
    if (new Set(survivors).size !== survivors.length || survivors.length < threshold) {
      throw messageError(`${threshold} different survivors`, survivors.join(", "));
    }
    const unknown = survivors.find((member) => !this.held.has(member));
    if (unknown !== undefined) throw messageError("survivors that shared", unknown);
  }

  private given(agents: readonly string[], kind: keyof HeldShares) {
    return agents.map((agent) => {
      const share = (this.held.get(agent) as HeldShares)[kind];
      return { agent, share: Buffer.from(share).toString("base64") };
    });
  }

  private opened(from: string, sealed: string): HeldShares {
    const { agent } = this.options;
    const sender = this.roster?.members.find((member) => member.agent === from);
    if (sender === undefined || from === agent) throw messageError("shares of others", from);
    try {
      const plain = unseal(this.sealingKey(sender, from, agent), sealed);
      return { selfMask: plain.subarray(0, keyBytes), maskingKey: plain.subarray(keyBytes) };
    } catch (cause) {
      throw messageError(`shares that ${from} sealed for ${agent}`, "others", cause);
    }
  }

  private sealingKey({ sealingKey }: Member, from: string, to: string): Uint8Array {
    const { federation, round } = this.options.name;
    const purpose = `slotwise shares ${federation} ${round} ${from} ${to}`;
    return agreedSecret(this.sealing, sealingKey, purpose);
  }
}
