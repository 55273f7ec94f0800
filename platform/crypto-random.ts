import { randomFillSync } from "node:crypto";
import type { Random } from "../core/random.ts";

const mantissaStep = 2 ** -53;
const drawnAtOnce = 8192;

/** Chance that nobody can foretell or repeat: the operating system's cryptographic generator. */
export function createCryptoRandom(): Random {
  const words = new BigUint64Array(drawnAtOnce);
  let next = words.length;
  const uniform = () => {
    if (next === words.length) {
      randomFillSync(words);
      next = 0;
    }
    const word = words[next] as bigint;
    words[next++] = 0n;
    return Number(word >> 11n) * mantissaStep;
  };
  return { uniform, integer: (bound) => Math.floor(uniform() * bound) };
}
