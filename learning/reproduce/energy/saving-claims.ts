import { shown, sizeVerdict } from "../claim.ts";
import type { Claim, Sample, Verdict } from "../figure.ts";
import { saving } from "../paired-series.ts";
import type { Algorithm } from "./series.ts";

/** The paper's savings of DDQL, %. */
export type ClaimedSavings = Partial<Record<Algorithm, number>>;

function reason(verdict: Verdict, percent: number, most: number | undefined): string {
  const limit =
    most === undefined
      ? ""
      : `; the lower bound lies ${(100 * most).toFixed(1)} % below it, so no method could save more`;
  switch (verdict) {
    case "reproduced":
      return `near the paper's ${percent} %${limit}`;
    case "in part":
      return `DDQL is below, but not by ${percent} %${limit}`;
    case "not reproduced":
      return `less than a tenth of the claim, or none${limit}`;
    case "not tested":
      return "no draw in which both were feasible";
  }
}

/** "DDQL is so much below …", over the draws and points in which both are feasible. */
export function savingClaims(
  energy: readonly Sample[],
  boundsJ: readonly Sample[],
  claimed: ClaimedSavings,
): Claim[] {
  return Object.entries(claimed).map(([other, percent]) => {
    const interval = saving(energy, "DDQL", other);
    const most = saving([...energy, ...boundsJ], "lower bound", other)?.mean;
    const verdict = sizeVerdict(interval, percent / 100);
    const trained =
      other === "DQL" ? "; one training of each, the interval is over draws alone" : "";
    return {
      claim: `DDQL uses less energy than ${other}`,
      paper: `${percent} % less`,
      measured: `saves ${shown(interval, "%", 2, 100)}`,
      verdict,
      reason: `${reason(verdict, percent, most)}${trained}`,
    };
  });
}
