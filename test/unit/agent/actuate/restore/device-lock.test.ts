import { statSync } from "node:fs";
import { expect, it } from "vitest";
import { interfaceLock } from "../../../../../agent/actuate/restore/device-lock.ts";

const shown = (text: string) => () => Promise.resolve(text);

it("locks an interface by its index in its namespace, whichever of its names is used", async () => {
  const namespace = statSync("/proc/self/ns/net").ino;
  const link = "27: air0@if26: <BROADCAST,UP> mtu 1500 qdisc htb state UP\\    altname air-alt";
  for (const name of ["air0", "air-alt"]) {
    const { part, lock } = await interfaceLock(name, shown(link));
    expect(part).toBe(`interface ${name}`);
    expect(lock.path).toBe(`/run/slotwise/if-${namespace}-27.lock`);
  }
});

it("locks no interface that ip does not show", async () => {
  await expect(interfaceLock("air0", shown(""))).rejects.toThrow("air0");
});
