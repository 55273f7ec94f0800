import { sideOfValue } from "../../experiment/statistics/comparison.ts";
import { type Interval, meanInterval } from "../../experiment/statistics/interval.ts";
import { isNear, shown, signVerdict } from "../claim.ts";
import type { Claim, Sample, Verdict } from "../figure.ts";
import { saving } from "../paired-series.ts";
import { savingClaims } from "./saving-claims.ts";
import type { Algorithm } from "./series.ts";

/** Means within a tenth of the paper's, and steps within a half, count as the same. */
const sameMean = 0.1;
const sameSteps = 0.5;

function endOf(samples: readonly Sample[], series: Algorithm): Interval | undefined {
  const own = samples.filter((sample) => sample.series === series);
  return meanInterval(own.flatMap(({ values }) => values.filter((v): v is number => v !== null)));
}

function near(interval: Interval | undefined, claimed: number, share: number): boolean {
  if (interval === undefined) return false;
  return isNear(interval.mean, claimed, share) || sideOfValue(interval, claimed) === "overlapping";
}

function bothVerdict(first: boolean, second: boolean): Verdict {
  if (first && second) return "reproduced";
  return first || second ? "in part" : "not reproduced";
}

/** Fig. 6: where each ends, in how many steps, and by how much DDQL is below. */
export function energyClaims(energyJ: readonly Sample[], steps: readonly Sample[]): Claim[] {
  const ends: readonly (readonly [Algorithm, number, number])[] = [
    ["PSO", 0.356, 10],
    ["DQL", 0.321, 38],
    ["DDQL", 0.291, 21],
  ];
  const claims = ends.map(([series, paperJ, paperSteps]): Claim => {
    const energy = endOf(energyJ, series);
    const taken = endOf(steps, series);
    const verdict = bothVerdict(near(energy, paperJ, sameMean), near(taken, paperSteps, sameSteps));
    return {
      claim: `${series} ends at ${paperJ} J in ${paperSteps} steps`,
      paper: `${paperJ} J, ${paperSteps} steps`,
      measured: `${shown(energy, "J", 3)}, ${shown(taken, "steps")}`,
      verdict: energy === undefined ? "not tested" : verdict,
      reason: "the same: energy within a tenth, steps within a half",
    };
  });
  return [...claims, ...savingClaims(energyJ, [], { PSO: 18.3, DQL: 9.4 })];
}

/** Fig. 7: mean power and frequency at the end. */
export function resourceClaims(powerW: readonly Sample[], frequencyHz: readonly Sample[]): Claim[] {
  const ends: readonly (readonly [Algorithm, number, number])[] = [
    ["PSO", 0.52, 1.15],
    ["DQL", 0.64, 1.2],
    ["DDQL", 0.59, 1.09],
  ];
  return ends.map(([series, paperW, paperGhz]): Claim => {
    const power = endOf(powerW, series);
    const frequency = endOf(frequencyHz, series);
    const verdict = bothVerdict(
      near(power, paperW, sameMean),
      near(frequency, paperGhz * 1e9, sameMean),
    );
    return {
      claim: `${series} ends at ${paperW} W and ${paperGhz} GHz`,
      paper: `${paperW} W, ${paperGhz} GHz`,
      measured: `${shown(power, "W", 3)}, ${shown(frequency, "GHz", 3, 1e-9)}`,
      verdict: power === undefined ? "not tested" : verdict,
      reason: "the same: within a tenth",
    };
  });
}

interface DelayAndRate {
  readonly delay: readonly Sample[];
  readonly rate: readonly Sample[];
}

/** A change of less than this share is none. */
const leastChange = 0.01;

function changeVerdict(shorter: Interval | undefined, faster: Interval | undefined): Verdict {
  const holds = (change: Interval | undefined) => signVerdict(change, leastChange) === "reproduced";
  return shorter === undefined ? "not tested" : bothVerdict(holds(shorter), holds(faster));
}

/** Start and end of one series as two series of the same draws. */
function startAndEnd(starts: readonly Sample[], ends: readonly Sample[], series: Algorithm) {
  const of = (samples: readonly Sample[], name: string) =>
    samples
      .filter((sample) => sample.series === series)
      .map((sample) => ({ ...sample, panel: "", series: name }));
  return [...of(starts, "start"), ...of(ends, "end")];
}

/** How far the first lies above the second, as a share of the first. */
function rise(samples: readonly Sample[], first: string, second: string): Interval | undefined {
  return saving(samples, second, first);
}

function improvementClaim(starts: DelayAndRate, ends: DelayAndRate, series: Algorithm): Claim {
  const shorter = saving(startAndEnd(starts.delay, ends.delay, series), "end", "start");
  const faster = rise(startAndEnd(starts.rate, ends.rate, series), "end", "start");
  return {
    claim: `${series}'s delay falls and its rate rises while its energy falls`,
    paper: "delay falls, rate rises",
    measured: `delay falls by ${shown(shorter, "%", 1, 100)}, rate rises by ${shown(faster, "%", 1, 100)}`,
    verdict: changeVerdict(shorter, faster),
    reason: "end against first step, at least 1 %; negative: the other way",
  };
}

/** Fig. 8: energy and delay fall together, and DQL is faster than DDQL for more energy. */
export function delayClaims(starts: DelayAndRate, ends: DelayAndRate): Claim[] {
  const shorter = saving(ends.delay, "DQL", "DDQL");
  const faster = rise(ends.rate, "DQL", "DDQL");
  return [
    ...(["PSO", "DQL", "DDQL"] as const).map((series) => improvementClaim(starts, ends, series)),
    {
      claim: "DQL has a lower delay and a higher rate than DDQL",
      paper: "lower delay, higher rate",
      measured: `delay lower by ${shown(shorter, "%", 2, 100)}, rate higher by ${shown(faster, "%", 2, 100)}`,
      verdict: changeVerdict(shorter, faster),
      reason: "at the end, the same tasks for both, at least 1 %; negative: the other way",
    },
  ];
}
