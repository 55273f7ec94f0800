import type { Random } from "../../random.ts";
import type { EnergyScenario } from "../scenario.ts";
import type { Decision, EnergySlot } from "../task.ts";
import { type EnergyRun, RunRecord } from "./energy-run.ts";
import { randomAllocation } from "./random-allocation.ts";

/** PSO with inertia; the values are common ones, the paper gives none. */
export interface SwarmSettings {
  readonly particles: number;
  readonly iterations: number;
  readonly inertia: number;
  readonly cognitive: number;
  readonly social: number;
  /** Largest velocity, as a share of a coordinate's range. */
  readonly velocityLimit: number;
}

export const defaultSwarm: SwarmSettings = {
  particles: 30,
  iterations: 100,
  inertia: 0.7,
  cognitive: 1.5,
  social: 1.5,
  velocityLimit: 0.2,
};

interface Particle {
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly best: Float64Array;
  bestReward: number;
}

/** Decisions ↔ a point of the unit cube: per task gateway (rank among the reachable), power, frequency. */
class Coding {
  private readonly scenario: EnergyScenario;
  private readonly slot: EnergySlot;

  constructor(scenario: EnergyScenario, slot: EnergySlot) {
    this.scenario = scenario;
    this.slot = slot;
  }

  encode(decisions: readonly Decision[]): Float64Array {
    const share = (value: number, [low, high]: readonly [number, number]) =>
      (value - low) / (high - low);
    return Float64Array.from(
      decisions.flatMap(({ gateway, powerW, frequencyHz }, k) => {
        const reachable = this.slot.tasks[k]?.reachable ?? [];
        return [
          (reachable.indexOf(gateway) + 0.5) / reachable.length,
          share(powerW, this.scenario.powerW),
          share(frequencyHz, this.scenario.frequencyHz),
        ];
      }),
    );
  }

  decode(point: Float64Array): Decision[] {
    const value = (share: number, [low, high]: readonly [number, number]) =>
      low + share * (high - low);
    return this.slot.tasks.map(({ reachable }, k) => {
      const rank = Math.min(
        reachable.length - 1,
        Math.floor((point[3 * k] as number) * reachable.length),
      );
      return {
        gateway: reachable[rank] as number,
        powerW: value(point[3 * k + 1] as number, this.scenario.powerW),
        frequencyHz: value(point[3 * k + 2] as number, this.scenario.frequencyHz),
      };
    });
  }
}

function fly(particle: Particle, leader: Float64Array, settings: SwarmSettings, random: Random) {
  const { position, velocity, best } = particle;
  const { inertia, cognitive, social, velocityLimit } = settings;
  for (let i = 0; i < position.length; i++) {
    const at = position[i] as number;
    const pull =
      inertia * (velocity[i] as number) +
      cognitive * random.uniform() * ((best[i] as number) - at) +
      social * random.uniform() * ((leader[i] as number) - at);
    velocity[i] = Math.max(-velocityLimit, Math.min(velocityLimit, pull));
    position[i] = Math.max(0, Math.min(1, at + (velocity[i] as number)));
  }
}

/**
 * PSO: particles of 3K coordinates, fitness is the reward (0 where a constraint is broken), velocity
 * is clamped. The swarm starts from random allocations (RA); a step of its course is an iteration,
 * and shows the best decisions so far.
 */
export function particleSwarm(
  scenario: EnergyScenario,
  slot: EnergySlot,
  random: Random,
  settings: SwarmSettings = defaultSwarm,
): EnergyRun {
  const coding = new Coding(scenario, slot);
  const fitness = new RunRecord(scenario, slot);
  const swarm = Array.from({ length: settings.particles }, (): Particle => {
    const { decisions } = randomAllocation(scenario, slot, random);
    const position = coding.encode(decisions);
    const bestReward = fitness.note(decisions);
    return { position, velocity: position.map(() => 0), best: position.slice(), bestReward };
  });
  const course = new RunRecord(scenario, slot);
  const leader = () => swarm.reduce((a, b) => (b.bestReward > a.bestReward ? b : a)).best;
  for (let i = 0; i < settings.iterations; i++) {
    const lead = leader().slice();
    for (const particle of swarm) {
      fly(particle, lead, settings, random);
      const reward = fitness.note(coding.decode(particle.position));
      if (reward > particle.bestReward) {
        particle.bestReward = reward;
        particle.best.set(particle.position);
      }
    }
    course.note(coding.decode(leader()));
  }
  return course.end();
}
