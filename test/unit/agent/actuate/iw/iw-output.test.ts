import { describe, expect, it } from "vitest";
import {
  parseInterfaceInfo,
  phyLimitMbm,
  regulatoryLimitMbm,
} from "../../../../../agent/actuate/iw/iw-output.ts";
import { downInfo, globalDomain, info, oldDomain, ownDomain, phy } from "./captured.ts";

describe("what iw prints", () => {
  it("tells radio, frequency and power of an interface that is up", () => {
    expect(parseInterfaceInfo(info)).toEqual({ wiphy: 0, frequencyMhz: 5180, txPowerMbm: 3100 });
    expect(parseInterfaceInfo(info.replace("31.00", "-1.50"))?.txPowerMbm).toBe(-150);
    expect(parseInterfaceInfo(downInfo)).toBeUndefined();
  });

  it("tells the radio's limit on a channel, and none where it is disabled or missing", () => {
    expect([2412, 5180, 5260, 5320, 2484, 5500].map((mhz) => phyLimitMbm(phy, mhz))).toEqual([
      2000,
      1700,
      2000,
      1950,
      undefined,
      undefined,
    ]);
  });

  it("tells what the regulatory domain permits on a channel", () => {
    const limits = [2412, 5180, 5260, 5500, 4900].map((mhz) =>
      regulatoryLimitMbm(globalDomain, 0, mhz),
    );
    expect(limits).toEqual([2000, 2000, 2000, 2700, undefined]);
    expect(regulatoryLimitMbm(oldDomain, 0, 5180)).toBe(2000);
  });

  it("goes by the radio's own domain where it has one, even where that permits nothing", () => {
    expect(regulatoryLimitMbm(ownDomain, 0, 5180)).toBe(1700);
    expect(regulatoryLimitMbm(ownDomain, 1, 5180)).toBe(1400);
    expect(regulatoryLimitMbm(ownDomain, 2, 5180)).toBe(2000);
    expect(regulatoryLimitMbm(ownDomain, 0, 5500)).toBeUndefined();
  });
});
