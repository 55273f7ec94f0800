import { join } from "node:path";
import { type RunCommand, runCommand } from "../actuate/run-command.ts";
import type { SystemFiles } from "../actuate/system-files.ts";
import { CounterFile } from "../observe/counter-file.ts";
import { PmicPower, pmicLabel } from "./pmic.ts";
import { findPowerSensor, findTemperatureSensors, hasPmic, type Sensor } from "./sensors.ts";

/** How a box is; null where it has nothing to tell it by. */
export interface HealthReading {
  /** Of the hottest thermal zone. */
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  /** What told the power; "none" where nothing does. */
  readonly powerSource: string;
  /** Tasks that run or wait for a CPU. */
  readonly runnableTasks: number | null;
  /** Share of the time since the last reading in which some task waited for a CPU. */
  readonly cpuPressure: number | null;
}

interface OpenSensor {
  readonly sensor: Sensor;
  readonly files: readonly CounterFile[];
}

/** A file that could be opened. */
function opened(path: string): CounterFile | undefined {
  const file = new CounterFile(path);
  try {
    file.open();
    return file;
  } catch {
    return undefined;
  }
}

function openSensor(sensor: Sensor): OpenSensor {
  return { sensor, files: sensor.paths.flatMap((path) => opened(path) ?? []) };
}

function finiteOr<T>(read: () => number, otherwise: T): number | T {
  try {
    const value = read();
    return Number.isFinite(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

function measured({ sensor, files }: OpenSensor): number | null {
  return finiteOr(() => sensor.value(files.map((file) => Number(file.read()))), null);
}

/** Temperature, power, run queue and pressure of the box; not for the slot path, since I²C is slow. */
export class BoxHealth {
  private readonly files: SystemFiles;
  private readonly roots: { readonly sys: string; readonly proc: string };
  private readonly run: RunCommand;
  private pmic: PmicPower | undefined;
  private zones: readonly OpenSensor[] = [];
  private power: OpenSensor | undefined;
  private loadavg: CounterFile | undefined;
  private pressure: CounterFile | undefined;
  private before: { readonly atMs: number; readonly waitedUs: number } | undefined;

  constructor(
    files: SystemFiles,
    roots: { readonly sys: string; readonly proc: string },
    run: RunCommand = runCommand,
  ) {
    this.files = files;
    this.roots = roots;
    this.run = run;
  }

  start(): void {
    const { sys, proc } = this.roots;
    const power = findPowerSensor(this.files, sys);
    this.power = power && openSensor(power);
    if (power === undefined && hasPmic(this.files, proc)) {
      this.pmic = new PmicPower(this.run, () => performance.now());
      this.pmic.start();
    }
    this.zones = findTemperatureSensors(this.files, sys).map(openSensor);
    this.loadavg = opened(join(proc, "loadavg"));
    this.pressure = opened(join(proc, "pressure/cpu"));
  }

  stop(): void {
    this.pmic?.stop();
    const sensors = [...this.zones, ...(this.power ? [this.power] : [])];
    for (const { files } of sensors) for (const file of files) file.close();
    this.loadavg?.close();
    this.pressure?.close();
  }

  /** `nowMs` is on any monotonic clock. */
  read(nowMs: number): HealthReading {
    const temperatures = this.zones.flatMap((zone) => measured(zone) ?? []);
    const powerW = this.power ? measured(this.power) : (this.pmic?.powerW ?? null);
    return {
      temperatureC: temperatures.length === 0 ? null : Math.max(...temperatures),
      powerW,
      powerSource: powerW === null ? "none" : (this.power?.sensor.label ?? pmicLabel),
      runnableTasks: finiteOr(() => {
        return Number(/ (\d+)\/\d+ /.exec(this.loadavg?.read() ?? "")?.[1]);
      }, null),
      cpuPressure: this.pressureSince(nowMs),
    };
  }

  private pressureSince(nowMs: number): number | null {
    const total = () => Number(/^some .*total=(\d+)/m.exec(this.pressure?.read() ?? "")?.[1]);
    const waitedUs = finiteOr(total, undefined);
    const { before } = this;
    if (waitedUs === undefined) return null;
    this.before = { atMs: nowMs, waitedUs };
    if (before === undefined || nowMs <= before.atMs) return null;
    return Math.min(1, (waitedUs - before.waitedUs) / (1e3 * (nowMs - before.atMs)));
  }
}
