import { shannonRateKbitPerS } from "../radio.ts";
import { type SlicingScenario, sliceOf } from "./scenario.ts";
import { bandwidthShareMhz, computeShareKmcPerS } from "./share.ts";
import type { User } from "./user.ts";

/** The three parts of a user's delay and their capped sum, ms; radio parts are Infinity without bandwidth. */
export interface UserDelay {
  readonly bandwidthMhz: number;
  readonly uplinkMs: number;
  readonly computeMs: number;
  readonly downlinkMs: number;
  readonly totalMs: number;
  readonly satisfied: boolean;
}

/** Uplink and downlink time in ms of a user over its bandwidth share, equations (4) and (5). */
export function radioMs(
  scenario: SlicingScenario,
  user: User,
  bandwidthMhz: number,
): { uplinkMs: number; downlinkMs: number } {
  const slice = sliceOf(scenario, user.slice);
  if (bandwidthMhz === 0) return { uplinkMs: Infinity, downlinkMs: Infinity };
  const rate = (gain: number, powerDbm: number) =>
    shannonRateKbitPerS(bandwidthMhz, gain, powerDbm, scenario.noisePsdDbmPerHz);
  return {
    uplinkMs: (1e3 * slice.uplinkKbit) / rate(user.uplinkGain, scenario.userPowerDbm),
    downlinkMs:
      (1e3 * scenario.resultRatio * slice.uplinkKbit) /
      rate(user.downlinkGain, scenario.apPowerDbm),
  };
}

/**
 * Delay l = x/r_up + s/c + y/r_down of one user, capped (A3).
 *
 * @param users n_i, users of the same slice at this access point, the user included
 */
export function userDelay(
  scenario: SlicingScenario,
  user: User,
  bandwidthBlocks: number,
  computeBlocks: number,
  users: number,
): UserDelay {
  const slice = sliceOf(scenario, user.slice);
  const bandwidthMhz = bandwidthShareMhz(scenario, bandwidthBlocks, users);
  const { uplinkMs, downlinkMs } = radioMs(scenario, user, bandwidthMhz);
  const computeMs = (1e3 * slice.workKmc) / computeShareKmcPerS(scenario, computeBlocks, users);
  const totalMs = Math.min(uplinkMs + computeMs + downlinkMs, scenario.delayCapMs);
  return {
    bandwidthMhz,
    uplinkMs,
    computeMs,
    downlinkMs,
    totalMs,
    satisfied: bandwidthMhz > 0 && totalMs <= slice.maxDelayMs,
  };
}
