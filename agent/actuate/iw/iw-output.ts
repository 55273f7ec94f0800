/** What `iw dev DEVICE info` says of an interface that is up. */
export interface InterfaceInfo {
  readonly wiphy: number;
  readonly frequencyMhz: number;
  /** mBm, hundredths of a dBm. */
  readonly txPowerMbm: number;
}

const mbmPerDbm = 100;

function firstNumber(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function mbm(dbm: string | undefined): number {
  return Math.round(Number(dbm) * mbmPerDbm);
}

/** Undefined where the interface has no channel or no power to tell: it is down, or not wireless. */
export function parseInterfaceInfo(text: string): InterfaceInfo | undefined {
  const wiphy = firstNumber(text, /^\s*wiphy (\d+)$/m);
  const frequencyMhz = firstNumber(text, /^\s*channel \d+ \(([\d.]+) MHz\)/m);
  const dbm = /^\s*txpower (-?[\d.]+) dBm$/m.exec(text)?.[1];
  if (wiphy === undefined || frequencyMhz === undefined || dbm === undefined) return undefined;
  return { wiphy, frequencyMhz, txPowerMbm: mbm(dbm) };
}

/**
 * The highest power that `iw phy PHY info` allows on a frequency, mBm: the lower of what the hardware
 * can and the regulatory domain permits. Undefined where the channel is missing or disabled.
 */
export function phyLimitMbm(text: string, frequencyMhz: number): number | undefined {
  for (const [, mhz, dbm] of text.matchAll(/\* ([\d.]+) MHz \[\d+\] \((-?[\d.]+) dBm\)/g)) {
    if (Number(mhz) === frequencyMhz) return mbm(dbm);
  }
  return undefined;
}

const rule = /^\s*\(([\d.]+) - ([\d.]+) @ [\d.]+\), \([^,]+, (-?[\d.]+)\)/gm;

function domainLimit(domain: string, frequencyMhz: number): number | undefined {
  const limits = Array.from(domain.matchAll(rule))
    .filter(([, low, high]) => Number(low) <= frequencyMhz && frequencyMhz <= Number(high))
    .map(([, , , dbm]) => mbm(dbm));
  return limits.length === 0 ? undefined : Math.max(...limits);
}

/**
 * The highest power that `iw reg get` permits on a frequency, mBm: by the radio's own domain where it
 * has one, else by the global one. Undefined where no rule covers it: nothing may be sent there.
 */
export function regulatoryLimitMbm(
  text: string,
  wiphy: number,
  frequencyMhz: number,
): number | undefined {
  const domains = text.split(/^(?=global$|phy#\d+)/m);
  const own = domains.find((domain) => new RegExp(`^phy#${wiphy}\\b`).test(domain));
  const shared = domains.find((domain) => !domain.startsWith("phy#")) ?? "";
  return domainLimit(own ?? shared, frequencyMhz);
}
