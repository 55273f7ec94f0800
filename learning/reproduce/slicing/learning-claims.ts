import { type Interval, meanInterval } from "../../experiment/statistics/interval.ts";
import { isNear, shown, signVerdict, sizeVerdict } from "../claim.ts";
import type { Claim, Sample } from "../figure.ts";
import { excess, saving } from "../paired-series.ts";
import { schemeLabels } from "./units.ts";

const proposed = schemeLabels["fed-d3qn-gan"];
const others = [schemeLabels["fed-d3qn"], schemeLabels["id3qn-gan"], schemeLabels.id3qn];

/** Convergence within a half of the paper's number of episodes counts as the same. */
const sameEpisodes = 0.5;

function intervalOf(samples: readonly Sample[], series: string): Interval | undefined {
  const own = samples.filter((sample) => sample.series === series);
  return meanInterval(own.flatMap(({ values }) => values.filter((v): v is number => v !== null)));
}

/** How far the first lies above the second, as a share of the second; paired by seed. */
function gain(samples: readonly Sample[], first: string, second: string): Interval | undefined {
  const below = saving(samples, first, second);
  if (below === undefined) return undefined;
  return { ...below, mean: -below.mean, low: -below.high, high: -below.low };
}

/** How much better than a scheme the exact optimum is: what no gain can exceed. */
function limit(samples: readonly Sample[], other: string, wanted: "more" | "less"): string {
  const optimum = intervalOf(samples, "optimum");
  const own = intervalOf(samples, other);
  if (optimum === undefined || own === undefined) return "";
  const share = wanted === "more" ? optimum.mean / own.mean - 1 : 1 - optimum.mean / own.mean;
  return `; the exact optimum is ${(100 * share).toFixed(1)} % ${wanted === "more" ? "above" : "below"} ${other}`;
}

/** "At least so much more, or less, than each of the other schemes." */
export function sizeClaims(
  samples: readonly Sample[],
  claimed: number,
  what: string,
  wanted: "more" | "less",
): Claim[] {
  return others.map((other) => {
    const interval = (wanted === "more" ? gain : saving)(samples, proposed, other);
    return {
      claim: `${proposed}: ${what} than ${other}`,
      paper: `at least ${(100 * claimed).toFixed(0)} %`,
      measured: shown(interval, "%", 2, 100),
      verdict: sizeVerdict(interval, claimed),
      reason: `paired by seed${limit(samples, other, wanted)}`,
    };
  });
}

function orderClaim(
  claim: string,
  paper: string,
  difference: Interval | undefined,
  unit: string,
  digits: number,
): Claim {
  return {
    claim,
    paper,
    measured: shown(difference, unit, digits),
    verdict: signVerdict(difference),
    reason: "difference, paired by seed; reproduced where its interval lies above zero",
  };
}

/** Fig. 3. */
export function rewardClaims(final: readonly Sample[], converged: readonly Sample[]): Claim[] {
  const at = intervalOf(converged, proposed);
  const near = at !== undefined && isNear(at.mean, 500, sameEpisodes);
  const federated = (federatedScheme: string, alone: string) =>
    orderClaim(
      `${federatedScheme} ends above ${alone}`,
      "clearly above",
      excess(final, federatedScheme, alone),
      "",
      4,
    );
  return [
    {
      claim: `${proposed} converges after about 500 episodes`,
      paper: "about 500 episodes",
      measured: shown(at, "episodes", 0),
      verdict: near ? "reproduced" : "not reproduced",
      reason: "until the mean of 20 episodes stays within 2 % of its end; the same: within a half",
    },
    ...sizeClaims(final, 0.1, "more final reward", "more"),
    federated(schemeLabels["fed-d3qn"], schemeLabels.id3qn),
    federated(schemeLabels["fed-d3qn"], schemeLabels["id3qn-gan"]),
  ];
}

/** Fig. 4. */
export function tradeOffClaims(delay: readonly Sample[], satisfaction: readonly Sample[]): Claim[] {
  const { "id3qn-gan": idGan, "fed-d3qn": fed, id3qn: id } = schemeLabels;
  return [
    ...others.map((other) =>
      orderClaim(
        `${proposed} has a lower mean delay than ${other}`,
        "clearly lower",
        excess(delay, other, proposed),
        "ms",
        3,
      ),
    ),
    ...others.map((other) =>
      orderClaim(
        `${proposed} satisfies more users than ${other}`,
        "clearly more",
        excess(satisfaction, proposed, other),
        "",
        4,
      ),
    ),
    orderClaim(
      `${idGan} has a lower delay than ${fed}`,
      "lower",
      excess(delay, fed, idGan),
      "ms",
      3,
    ),
    orderClaim(
      `${fed} satisfies more users than ${idGan}`,
      "far more",
      excess(satisfaction, fed, idGan),
      "",
      4,
    ),
    orderClaim(
      `${id} satisfies the fewest users: fewer than ${idGan}`,
      "the worst of all",
      excess(satisfaction, idGan, id),
      "",
      4,
    ),
  ];
}

/** Fig. 5. */
export function loadClaims(samples: readonly Sample[], users: readonly number[]): Claim[] {
  const [fewest, most] = [Math.min(...users), Math.max(...users)];
  const own = samples.filter(({ series }) => series === proposed);
  const ends = own
    .filter(({ x }) => x === fewest || x === most)
    .map((sample) => ({ ...sample, series: sample.x === fewest ? "few" : "many", x: 0 }));
  return [
    ...sizeClaims(samples, 0.08, "more users satisfied", "more"),
    orderClaim(
      `satisfaction under ${proposed} falls from ${fewest} to ${most} users`,
      "falls",
      excess(ends, "few", "many"),
      "",
      4,
    ),
  ];
}
