import { createSocket } from "node:dgram";
import { expect, it, onTestFinished } from "vitest";
import { DelayReports } from "../../../../../agent/observe/delays/delay-reports.ts";
import type { Feedback } from "../../../../../agent/observe/observation-source.ts";
import { encodeDelayReport } from "../../../../../core/messages/delay-report.ts";
import { reward } from "../../../../../core/slicing/reward.ts";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";
import { freePort } from "../../../../integration/free-port.ts";

const tick = { slot: 40, startedNs: 5_400_000_000n, deadlineNs: 5_410_000_000n, skipped: 0 };

it("turns measured delays into the rewards of the slots they belong to, and passes over the rest", async () => {
  const port = await freePort();
  const reports = new DelayReports({ address: "127.0.0.1", port }, paperScenario);
  await reports.start();
  const user = createSocket("udp4");
  onTestFinished(() => {
    reports.stop();
    user.close();
  });
  const outcome = { meanDelayMs: 4.5, satisfaction: 0.75 };
  const report = { version: 1 as const, slotStartedNs: "5350000000", tasks: 20, ...outcome };
  for (const bytes of [Buffer.from("no report"), encodeDelayReport(report)]) {
    user.send(bytes, port, "127.0.0.1");
  }
  let feedback: Feedback[] = [];
  await expect
    .poll(() => {
      feedback = [...feedback, ...reports.feedback(tick)];
      return feedback.length;
    })
    .toBe(1);
  expect(feedback[0]).toMatchObject({
    slot: 35,
    applied: undefined,
    reward: reward(paperScenario, outcome, "ms"),
    performance: outcome,
  });
});
