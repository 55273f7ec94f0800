import type { BridgeErrorCode, BridgeInfo, ObservationReply } from "../../core/messages/bridge.ts";
import type { Simulator } from "../simulators/simulator.ts";
import { actionFault } from "./action-fault.ts";
import { AgentRecord, type AgentReport } from "./agent-record.ts";

/** Why a step was refused. */
export interface StepFault {
  readonly code: BridgeErrorCode;
  readonly message: string;
}

export interface RunReport {
  readonly slots: number;
  readonly skippedSlots: number;
  readonly episodes: number;
  /** Steps that came after their slot had ended; they changed nothing. */
  readonly lateSteps: number;
  readonly perAgent: Readonly<Record<string, AgentReport>>;
}

/** Steps may come this many slots before theirs: an agent's clock goes on while a simulator is held up. */
const maxEarlySlots = 100;

interface EarlyStep {
  readonly slot: number;
  readonly action: readonly number[];
}

interface AgentState {
  readonly record: AgentRecord;
  action: readonly number[];
  stepped: boolean;
  /** The latest step for a slot that has not begun. */
  early: EarlyStep | undefined;
  observation: readonly number[];
  ended: { readonly reward: number; readonly info: BridgeInfo } | undefined;
}

/** A simulator's course: slots, episodes, who has stepped, and what to tell each agent. */
export class SimulationRun {
  private readonly simulator: Simulator;
  private readonly states: ReadonlyMap<string, AgentState>;
  private slot = -1;
  private episode = 0;
  private episodeSlot = 0;
  private begunByReset = false;
  private truncated = false;
  private pendingReset: { readonly seed: number | undefined } | undefined;
  private slots = 0;
  private skippedSlots = 0;
  private lateSteps = 0;

  constructor(simulator: Simulator) {
    this.simulator = simulator;
    this.states = new Map(simulator.agents.map((agent) => [agent, newState(simulator)]));
  }

  get begun(): boolean {
    return this.slot >= 0;
  }

  /** Slots ended so far. */
  get endedSlots(): number {
    return this.slots;
  }

  hasAgent(agent: string): boolean {
    return this.states.has(agent);
  }

  /** True when the agent's action for the current slot has come. */
  hasStepped(agent: string): boolean {
    return this.states.get(agent)?.stepped ?? false;
  }

  get resetPending(): boolean {
    return this.pendingReset !== undefined;
  }

  /**
   * Takes an agent's action for the current slot or keeps it for one soon to come; a later one for
   * the same slot replaces it. One for a slot that has ended counts as late.
   */
  step(agent: string, slot: number, action: readonly number[]): StepFault | undefined {
    const state = this.states.get(agent);
    if (state === undefined) return { code: "AGENT_UNKNOWN", message: `no agent ${agent}` };
    if (slot > this.slot + maxEarlySlots) {
      const message = `expected a step for about slot ${this.slot}; received one for ${slot}`;
      return { code: "SLOT_UNKNOWN", message };
    }
    if (slot < this.slot) {
      this.lateSteps++;
      return undefined;
    }
    const fault = actionFault(this.simulator.description.spaces.action, action);
    if (fault !== undefined) return { code: "ACTION_INVALID", message: `${agent}: ${fault}` };
    if (slot > this.slot) {
      state.early = { slot, action };
    } else {
      state.action = action;
      state.stepped = true;
    }
    return undefined;
  }

  /** Resets asked for within one slot are one; the last seed given counts. */
  requestReset(seed: number | undefined): void {
    this.pendingReset = { seed: seed ?? this.pendingReset?.seed };
  }

  /** Ends the current slot, if any, passes over `skipped` slots and begins the next. */
  advance(skipped: number): void {
    if (this.begun) this.endSlot();
    this.applyReset();
    this.slot += 1 + skipped;
    this.skippedSlots += skipped;
    const observations = this.simulator.begin();
    for (const [i, agent] of this.simulator.agents.entries()) {
      const state = this.states.get(agent) as AgentState;
      state.observation = observations[i] ?? [];
      state.stepped = false;
      this.takeEarlyStep(state);
    }
  }

  /** Ends the last slot without beginning another. */
  finish(): void {
    if (this.begun) this.endSlot();
  }

  /** The current slot as the given agents see it. */
  observation(agents: readonly string[]): ObservationReply {
    const reply: ObservationReply = {
      type: "observation",
      slot: this.slot,
      episode: this.episode,
      reset: this.begunByReset && this.episodeSlot === 0,
      observations: {},
      rewards: {},
      terminations: {},
      truncations: {},
      infos: {},
    };
    for (const agent of agents) {
      const state = this.states.get(agent) as AgentState;
      reply.observations[agent] = [...state.observation];
      if (state.ended === undefined) continue;
      reply.rewards[agent] = state.ended.reward;
      reply.terminations[agent] = false;
      reply.truncations[agent] = this.truncated;
      reply.infos[agent] = state.ended.info;
    }
    return reply;
  }

  report(): RunReport {
    return {
      slots: this.slots,
      skippedSlots: this.skippedSlots,
      episodes: this.episode,
      lateSteps: this.lateSteps,
      perAgent: Object.fromEntries(
        Array.from(this.states, ([agent, state]) => [agent, state.record.report()]),
      ),
    };
  }

  private endSlot(): void {
    if (this.resetPending && !this.anyStepped()) {
      for (const state of this.states.values()) state.ended = undefined;
      return;
    }
    this.slots++;
    this.episodeSlot++;
    this.truncated =
      this.resetPending || this.episodeSlot === this.simulator.description.episodeSlots;
    this.recordResults();
    if (!this.truncated) return;
    this.episode++;
    this.episodeSlot = 0;
    this.begunByReset = false;
  }

  private takeEarlyStep(state: AgentState): void {
    const { early } = state;
    if (early === undefined || early.slot > this.slot) return;
    state.early = undefined;
    if (early.slot < this.slot) {
      this.lateSteps++;
      return;
    }
    state.action = early.action;
    state.stepped = true;
  }

  private anyStepped(): boolean {
    return Array.from(this.states.values()).some((state) => state.stepped);
  }

  private recordResults(): void {
    const states = Array.from(this.states.values());
    const results = this.simulator.end(states.map((state) => state.action));
    for (const [i, state] of states.entries()) {
      const result = results[i];
      if (result === undefined) continue;
      const held = !state.stepped;
      const { performance, references } = result;
      const applied = [...state.action];
      state.record.add(result, held);
      state.ended = {
        reward: result.reward,
        info: { slot: this.slot, applied, held, performance, references },
      };
    }
  }

  private applyReset(): void {
    if (this.pendingReset === undefined) return;
    const { seed } = this.pendingReset;
    this.simulator.reset(seed);
    for (const state of this.states.values()) state.early = undefined;
    if (seed !== undefined) {
      for (const state of this.states.values()) state.action = this.simulator.initialAction;
    }
    if (this.episodeSlot > 0) this.episode++;
    this.pendingReset = undefined;
    this.begunByReset = true;
    this.episodeSlot = 0;
  }
}

function newState(simulator: Simulator): AgentState {
  return {
    record: new AgentRecord(),
    action: simulator.initialAction,
    stepped: false,
    early: undefined,
    observation: [],
    ended: undefined,
  };
}
