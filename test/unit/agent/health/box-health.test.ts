import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RunCommand } from "../../../../agent/actuate/run-command.ts";
import { systemFiles } from "../../../../agent/actuate/system-files.ts";
import { BoxHealth } from "../../../../agent/health/box-health.ts";

/** Fake: a tree of plain files under the kernel's names. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "slotwise-health-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return root;
}

const noProgram = () => Promise.reject(new Error("ENOENT"));

function healthOf(sys: string, proc = "/proc", run: RunCommand = noProgram) {
  const health = new BoxHealth(systemFiles, { sys, proc }, run);
  health.start();
  onTestFinished(() => health.stop());
  return health;
}

const jetson = {
  "class/hwmon/hwmon0/name": "tmp102",
  "class/hwmon/hwmon0/curr1_input": "7",
  "class/hwmon/hwmon1/name": "ina3221",
  "class/hwmon/hwmon1/in1_label": "VDD_IN",
  "class/hwmon/hwmon1/in1_input": "19072",
  "class/hwmon/hwmon1/curr1_input": "368",
  "class/hwmon/hwmon1/in2_label": "VDD_CPU_GPU_CV",
  "class/hwmon/hwmon1/in2_input": "19072",
  "class/hwmon/hwmon1/curr2_input": "80",
  "class/thermal/thermal_zone0/type": "cpu-thermal",
  "class/thermal/thermal_zone0/temp": "48250",
  "class/thermal/thermal_zone1/type": "gpu-thermal",
  "class/thermal/thermal_zone1/temp": "51718",
  "class/thermal/cooling_device0/type": "pwm-fan",
};

/** Made up, in the form of `vcgencmd pmic_read_adc` on a Raspberry Pi 5; not captured on one. */
const pmicReadings = `   3V3_SYS_A current(1)=0.10000000A
  VDD_CORE_A current(7)=3.00000000A
      HDMI_A current(22)=0.00200000A
   3V3_SYS_V volt(9)=3.30000000V
  VDD_CORE_V volt(15)=0.80000000V
      HDMI_V volt(23)=5.00000000V
     EXT5V_V volt(24)=5.10000000V
      BATT_V volt(25)=0.00000000V
`;

describe("the health of a box", () => {
  it("has the power of an INA3221's input and the hottest zone", () => {
    const reading = healthOf(tree(jetson)).read(0);
    expect(reading.powerW).toBeCloseTo(7.0185, 4);
    expect(reading).toMatchObject({ powerSource: "ina3221 VDD_IN", temperatureC: 51.718 });
  });

  it("has the power that an INA226 computes", () => {
    const sys = tree({
      "class/hwmon/hwmon2/name": "ina226",
      "class/hwmon/hwmon2/power1_input": "4325000",
    });
    expect(healthOf(sys).read(0)).toMatchObject({ powerW: 4.325, powerSource: "ina226" });
  });

  it("has the power of the rails of a Raspberry Pi 5, and says that it is of those", async () => {
    const proc = tree({ "device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0" });
    const asked: string[] = [];
    const health = healthOf(tree({}), proc, (command, args) => {
      asked.push([command, ...args].join(" "));
      return Promise.resolve(pmicReadings);
    });
    await expect.poll(() => health.read(0).powerW).toBeCloseTo(0.33 + 2.4 + 0.01, 6);
    expect(health.read(0).powerSource).toBe("pmic rails");
    expect(asked).toEqual(["vcgencmd pmic_read_adc"]);
  });

  it.each([
    ["another board", "Raspberry Pi 4 Model B Rev 1.5", pmicReadings],
    ["a firmware without readings", "Raspberry Pi 5 Model B Rev 1.0", "error=1 error_msg=none"],
  ])("has no power from the rails of %s", async (_name, model, readings) => {
    const health = healthOf(tree({}), tree({ "device-tree/model": model }), () =>
      Promise.resolve(readings),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(health.read(0)).toMatchObject({ powerW: null, powerSource: "none" });
  });

  it("guesses nothing where there is no sensor", () => {
    const reading = healthOf(tree({ "class/hwmon/hwmon0/name": "cpu_thermal" })).read(0);
    expect(reading).toMatchObject({ powerW: null, powerSource: "none", temperatureC: null });
  });

  it("reads what the kernel says now from files that stay open", () => {
    const sys = tree(jetson);
    const health = healthOf(sys);
    health.read(0);
    writeFileSync(join(sys, "class/thermal/thermal_zone0/temp"), "60000\n");
    expect(health.read(1000).temperatureC).toBe(60);
  });

  it("has this machine's run queue, and its pressure since the reading before", () => {
    const proc = tree({
      loadavg: "3.77 2.45 2.10 5/412 4711",
      "pressure/cpu": "some avg10=50.02 avg60=49.28 avg300=30.40 total=5000000",
    });
    const health = healthOf("/nowhere", proc);
    expect(health.read(1000)).toMatchObject({ runnableTasks: 5, cpuPressure: null });
    writeFileSync(join(proc, "pressure/cpu"), "some avg10=0 avg60=0 avg300=0 total=5250000\n");
    expect(health.read(2000).cpuPressure).toBe(0.25);
    const { runnableTasks } = healthOf("/sys").read(0);
    expect(runnableTasks).toBeGreaterThanOrEqual(1);
  });
});
