import { createPrivateKey, X509Certificate } from "node:crypto";
import { dirname, join } from "node:path";
import { brokerAddressOf } from "../../platform/mqtt/mqtt-config.ts";
import { modelPath } from "../../platform/shipped-models.ts";
import { defaultJournal } from "../actuate/restore/config.ts";
import type { SystemFiles } from "../actuate/system-files.ts";
import { pmicLabel, railPowerW } from "../health/pmic.ts";
import { findPowerSensor, findTemperatureSensors, hasPmic } from "../health/sensors.ts";
import { openStartingModel } from "../starting-model.ts";
import { type Check, type Finding, fault, ok, reasonOf, warning } from "./finding.ts";

const oldestNode = [20, 19] as const;

export const checkNode: Check = (_config, { nodeVersion, platform }) => {
  const [major = 0, minor = 0] = nodeVersion.replace("v", "").split(".").map(Number);
  const tooOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (tooOld) return [fault("Node", nodeVersion, `install Node ${oldestNode.join(".")} or newer`)];
  if (platform === "linux") return [ok("Node", nodeVersion)];
  return [warning("Node", platform, "steering and priorities need Linux")];
};

/** Clock sources whose reading costs more than a slot can spare, or that stand still. */
const slowClocks = ["hpet", "acpi_pm", "jiffies", "refined-jiffies"];

/** A box without a battery-backed clock begins in the past until the network tells it the time. */
const earliestMs = Date.UTC(2026, 0, 1);

export const checkClocks: Check = (_config, { files, wallClockMs }) => {
  const source = files.read("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  const slow = source !== undefined && slowClocks.includes(source);
  const date = new Date(wallClockMs()).toISOString().slice(0, 10);
  return [
    slow
      ? warning("monotonic clock", source, "boot with clocksource=tsc, or find why it was given up")
      : ok("monotonic clock", source ?? "unnamed"),
    wallClockMs() < earliestMs
      ? fault("wall clock", date, "set the time (timedatectl set-ntp true): certificates fail")
      : ok("wall clock", date),
  ];
};

export const checkPriority: Check = async ({ control }, { run, cpus }) => {
  const findings: Finding[] = [];
  if (control.cpu !== null && control.cpu >= cpus()) {
    findings.push(fault("CPU pinning", `no CPU ${control.cpu}`, `set control.cpu below ${cpus()}`));
  }
  if (control.realtimePriority === null) return findings;
  try {
    await run("chrt", ["-f", String(control.realtimePriority), "true"]);
    return [...findings, ok("real-time priority", `SCHED_FIFO ${control.realtimePriority}`)];
  } catch (error) {
    const advice =
      "give CAP_SYS_NICE (the unit does), or a CPU cgroup with cpu.rt_runtime_us above 0";
    return [...findings, warning("real-time priority", reasonOf(error), advice)];
  }
};

export const checkModel: Check = async ({ policy, system }, { openModel }) => {
  const name = policy.model ?? system;
  try {
    if (openStartingModel(name, system).bytes === undefined)
      return [ok("policy", `${name}, built in`)];
  } catch (error) {
    return [fault("policy", reasonOf(error), "name an ONNX file of this system as policy.model")];
  }
  try {
    await openModel(modelPath(name));
    return [ok("ONNX Runtime", `opens ${name}`)];
  } catch (error) {
    const advice = "install onnxruntime-node for this platform (glibc 2.28 or newer; not Alpine)";
    return [fault("ONNX Runtime", reasonOf(error), advice)];
  }
};

export const checkBroker: Check = async ({ link }, { connect }) => {
  if (link === null) return [];
  const address = brokerAddressOf(link.brokerUrl);
  const at = address.lastIndexOf(":");
  try {
    await connect(address.slice(0, at).replace(/^\[|\]$/g, ""), Number(address.slice(at + 1)));
    return [ok("broker", address)];
  } catch (error) {
    const advice = "start the broker, or correct link.brokerUrl; the agent goes on without it";
    return [warning("broker", `${address}: ${reasonOf(error)}`, advice)];
  }
};

const warnedDays = 30;

export const checkCertificates: Check = ({ link }, { files, wallClockMs }) => {
  const tls = link?.mqtt.tls;
  if (tls === undefined) return [];
  const findings = [tls.cert, tls.ca].map((path) => {
    const check = `certificate ${path}`;
    const text = files.read(path);
    if (text === undefined) {
      const advice = "run slotwise provision, and let the agent's user read it";
      return fault(check, "cannot be read", advice);
    }
    try {
      const { validTo, validFrom } = new X509Certificate(text);
      const leftDays = (Date.parse(validTo) - wallClockMs()) / 86_400_000;
      if (Date.parse(validFrom) > wallClockMs())
        return fault(check, `valid from ${validFrom}`, "set this machine's time");
      if (leftDays < 0) return fault(check, `expired ${validTo}`, "renew it: slotwise provision");
      return leftDays < warnedDays
        ? warning(check, `expires ${validTo}`, "renew it: slotwise provision")
        : ok(check, `until ${validTo}`);
    } catch (error) {
      return fault(check, reasonOf(error), "name a PEM certificate");
    }
  });
  return [...findings, keyFinding(tls.key, files.read(tls.key))];
};

function keyFinding(path: string, text: string | undefined): Finding {
  const check = `key ${path}`;
  if (text === undefined) {
    const advice = "let the agent's user read its key, which slotwise provision makes";
    return fault(check, "cannot be read", advice);
  }
  try {
    createPrivateKey(text);
    return ok(check, "a private key");
  } catch (error) {
    return fault(check, reasonOf(error), "name a PEM private key");
  }
}

const [fewBytes, tooFewBytes] = [200e6, 10e6];

export const checkDisk: Check = ({ actuate, agent }, { freeBytes }) => {
  const journal = ("journal" in actuate ? actuate.journal : null) ?? defaultJournal(agent);
  return [...new Set([dirname(journal), "."])].map((folder) => {
    const check = `free disk ${folder}`;
    const free = freeBytes(folder);
    const found = `${Math.round(free / 1e6)} MB`;
    if (free < tooFewBytes) return fault(check, found, "make room: a journal must be written");
    return free < fewBytes ? warning(check, found, "make room") : ok(check, found);
  });
};

/** Where the power is read from; a box without a sensor is no fault. */
export const checkPower: Check = async (_config, { files, run }) => {
  const sensor = findPowerSensor(files, "/sys");
  if (sensor !== undefined) return [ok("power", sensor.label)];
  if (!hasPmic(files, "/proc")) return [ok("power", "no sensor: reported as null")];
  const advice = "install vcgencmd (raspi-utils), and add the agent's user to the group video";
  try {
    const text = await run("vcgencmd", ["pmic_read_adc"]);
    return [
      railPowerW(text) === undefined
        ? warning("power", `vcgencmd says ${text.trim()}`, advice)
        : ok("power", pmicLabel),
    ];
  } catch (error) {
    return [warning("power", reasonOf(error), advice)];
  }
};

/** Kernels begin to slow a CPU down between 80 and 85 °C. */
const hotC = 80;

/** Of the Raspberry Pi's firmware: under-voltage, frequency capped, throttled, soft limit; now. */
const firmwareThrottledNow = 0xf;

/** Kernels name the folder after the board: `soc/soc:firmware`, `soc@107c000000/…:firmware`. */
function firmwareThrottling(files: SystemFiles): string | undefined {
  const platform = "/sys/devices/platform";
  const socs = files.list(platform).filter((name) => name.startsWith("soc"));
  return socs
    .flatMap((soc) =>
      [platform, join(platform, soc)].flatMap((folder) =>
        files
          .list(folder)
          .filter((name) => name.endsWith("firmware"))
          .map((name) => join(folder, name)),
      ),
    )
    .map((folder) => files.read(join(folder, "get_throttled")))
    .find((throttled) => throttled !== undefined);
}

export const checkThermal: Check = (_config, { files }) => {
  const findings: Finding[] = [];
  for (const { label, paths, value } of findTemperatureSensors(files, "/sys")) {
    const celsius = value(paths.map((path) => Number(files.read(path))));
    if (celsius >= hotC)
      findings.push(
        warning(
          "temperature",
          `${label} ${celsius} °C`,
          "cool the box: the kernel slows its CPU down",
        ),
      );
  }
  const firmware = firmwareThrottling(files);
  if ((Number.parseInt(firmware ?? "0", 16) & firmwareThrottledNow) !== 0) {
    findings.push(
      warning(
        "power supply",
        `get_throttled ${firmware}`,
        "use a supply of the rated current, and cool the box",
      ),
    );
  }
  const cpufreq = "/sys/devices/system/cpu/cpufreq";
  for (const name of files.list(cpufreq)) {
    const [cap, most] = ["scaling_max_freq", "cpuinfo_max_freq"].map((file) =>
      Number(files.read(join(cpufreq, name, file))),
    );
    if (cap === undefined || most === undefined || !(cap < most)) continue;
    findings.push(
      warning(
        "CPU frequency cap",
        `${name} ${cap} of ${most} kHz`,
        "a cap found at the start is kept: lift it first if it is a throttled one",
      ),
    );
  }
  if (findings.length > 0) return findings;
  const told =
    firmware === undefined ? "what firmware throttles is not known" : "nothing throttles";
  return [ok("temperature", `nothing is hot or capped; ${told}`)];
};
