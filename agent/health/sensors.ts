import { join } from "node:path";
import type { SystemFiles } from "../actuate/system-files.ts";

/** Files that together tell one quantity. */
export interface Sensor {
  /** Chip or zone and channel, as the kernel names them. */
  readonly label: string;
  readonly paths: readonly string[];
  /** From the numbers in the files to the unit of the quantity. */
  readonly value: (numbers: readonly number[]) => number;
}

/** Chips that measure the power of a board; hwmon counts mV, mA and µW. */
const powerChips = /^ina(2\d\d|3221)/;

function powerOf(files: SystemFiles, folder: string, chip: string): Sensor[] {
  const names = files.list(folder);
  if (names.includes("power1_input")) {
    const paths = [join(folder, "power1_input")];
    return [{ label: chip, paths, value: ([microwatts = Number.NaN]) => microwatts / 1e6 }];
  }
  const channels = names.flatMap((name) => /^curr([123])_input$/.exec(name)?.[1] ?? []);
  return channels
    .filter((channel) => names.includes(`in${channel}_input`))
    .map((channel) => ({
      label: `${chip} ${files.read(join(folder, `in${channel}_label`)) ?? channel}`,
      paths: [join(folder, `in${channel}_input`), join(folder, `curr${channel}_input`)],
      value: ([millivolts = Number.NaN, milliamperes = Number.NaN]) =>
        (millivolts * milliamperes) / 1e6,
    }));
}

/**
 * The power of the board, W, by an INA2xx or INA3221; undefined where there is none, never a guess. Of
 * an INA3221 it is the first channel: on Jetson boards that is the whole input (VDD_IN).
 *
 * @param sysRoot where sysfs is, /sys
 */
export function findPowerSensor(files: SystemFiles, sysRoot: string): Sensor | undefined {
  const hwmon = join(sysRoot, "class/hwmon");
  return files
    .list(hwmon)
    .map((name) => ({ folder: join(hwmon, name), chip: files.read(join(hwmon, name, "name")) }))
    .filter(({ chip }) => chip !== undefined && powerChips.test(chip))
    .flatMap(({ folder, chip }) => powerOf(files, folder, chip as string))[0];
}

/** Whether this is a board whose power chip measures its rails. @param procRoot /proc */
export function hasPmic(files: SystemFiles, procRoot: string): boolean {
  const model = files.read(join(procRoot, "device-tree/model")) ?? "";
  return /^Raspberry Pi (5|500|Compute Module 5)\b/.test(model);
}

/** The temperature of every thermal zone, °C. */
export function findTemperatureSensors(files: SystemFiles, sysRoot: string): Sensor[] {
  const thermal = join(sysRoot, "class/thermal");
  const zones = files.list(thermal).filter((name) => /^thermal_zone\d+$/.test(name));
  return zones.map((name) => ({
    label: files.read(join(thermal, name, "type")) ?? name,
    paths: [join(thermal, name, "temp")],
    value: ([millidegrees = Number.NaN]) => millidegrees / 1e3,
  }));
}
