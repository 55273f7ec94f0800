import { BridgeClock } from "../../agent/bridge/bridge-clock.ts";
import { MonotonicClock } from "../../agent/clock/monotonic-clock.ts";
import { ScriptedClock } from "../../agent/clock/scripted-clock.ts";
import { slotClockContract } from "./slot-clock.contract.ts";

const periodMs = 5;

function script(slot: number) {
  const startedNs = BigInt(slot) * 5_000_000n;
  return { slot, startedNs, deadlineNs: startedNs + 5_000_000n, skipped: 0 };
}

slotClockContract("the monotonic clock", () => new MonotonicClock(periodMs));
slotClockContract(
  "the scripted clock",
  () => new ScriptedClock(Array.from({ length: 20 }, (_, slot) => script(slot))),
);
slotClockContract(
  "the bridge's clock without a simulator",
  () => new BridgeClock(periodMs, process.hrtime.bigint),
);
