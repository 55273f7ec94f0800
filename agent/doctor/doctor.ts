import type { AgentConfig } from "../config.ts";
import { checkConfiguration } from "./configuration-check.ts";
import { type Check, type Finding, fault, type Probes, reasonOf } from "./finding.ts";
import { checkJournal, checkLocks } from "./journal-checks.ts";
import { checkLinks, checkTransport } from "./link-checks.ts";
import {
  checkBroker,
  checkCertificates,
  checkClocks,
  checkDisk,
  checkModel,
  checkNode,
  checkPower,
  checkPriority,
  checkThermal,
} from "./machine-checks.ts";
import { checkRights } from "./rights-check.ts";
import { checkArrivals, checkBox, checkCgroups, checkScaling } from "./steering-checks.ts";

const checks: readonly Check[] = [
  checkConfiguration,
  ...[checkNode, checkClocks, checkPriority, checkModel, checkBroker, checkCertificates],
  ...[
    checkDisk,
    checkThermal,
    checkPower,
    checkRights,
    checkLinks,
    checkTransport,
    checkArrivals,
    checkCgroups,
    checkBox,
    checkJournal,
    checkLocks,
    checkScaling,
  ],
];

/** Looks at everything this configuration needs, changes nothing, and says what to do. */
export async function examine(config: AgentConfig, probes: Probes): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    try {
      findings.push(...(await check(config, probes)));
    } catch (error) {
      findings.push(fault("doctor", reasonOf(error), "this check could not be made here"));
    }
  }
  return findings;
}
