import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installCertificate, requestCertificate } from "../../../../deploy/provision/device.ts";
import { Site } from "../../../../deploy/provision/site.ts";

const validity = { fromMs: Date.now(), days: 30 };
const agent = { role: "agent", renew: false, validity } as const;

let folder: string;
let site: Site;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-site-"));
  site = await Site.create(join(folder, "site"), ["broker.example"], validity);
});

afterEach(() => rmSync(folder, { recursive: true }));

const read = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");

const modeOf = (...path: string[]) => statSync(join(folder, ...path)).mode & 0o777;

const requested = async (name: string, device = "device") =>
  readFileSync(await requestCertificate(join(folder, device), name), "utf8");

describe("a site", () => {
  it("keeps private keys readable by their owner alone", async () => {
    const bundle = await site.sign(await requested("ap-0"), agent);
    expect(modeOf("device", "ap-0.request.key")).toBe(0o600);
    await installCertificate(join(folder, "device"), bundle);
    const keys = [
      ["site", "authority.key"],
      ["site", "broker.pem"],
      ["device", "ap-0.pem"],
    ];
    for (const path of keys) {
      expect(read(...path)).toContain("PRIVATE KEY");
      expect(modeOf(...path)).toBe(0o600);
    }
  });

  it("gives the broker the names it is reached by", () => {
    const certificate = new X509Certificate(read("site", "broker.pem"));
    expect(certificate.checkHost("broker.example")).toBe("broker.example");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("other.example")).toBeUndefined();
    const authority = new X509Certificate(read("site", "ca.crt"));
    expect(certificate.verify(authority.publicKey)).toBe(true);
  });

  it("is not made over another one", async () => {
    await expect(Site.create(join(folder, "site"), [], validity)).rejects.toMatchObject({
      code: "PROVISION_REFUSED",
    });
  });

  it.each([
    ["aggregator.main", "agent"],
    ["operator.anna", "aggregator"],
    ["ap-0", "operator"],
  ] as const)("does not sign the name %s for an %s", async (name, role) => {
    const request = await requested(name);
    await expect(site.sign(request, { ...agent, role })).rejects.toThrow(/name of one/);
    expect(await site.issued()).toEqual([]);
  });

  it("gives a name to one device, and again only as a renewal", async () => {
    await site.sign(await requested("ap-0"), agent);
    const other = await requested("ap-0", "thief");
    await expect(site.sign(other, agent)).rejects.toThrow(/without a valid certificate/);
    await site.sign(other, { ...agent, renew: true });
    expect((await site.issued()).map(({ name }) => name)).toEqual(["ap-0", "ap-0"]);
  });

  it("does not sign what is no request or was changed", async () => {
    await expect(site.sign("hello", agent)).rejects.toThrow(/certificate request/);
    const lines = (await requested("ap-0")).split("\n");
    const changed = lines.with(2, `${lines[2]?.slice(0, -4)}AAAA`).join("\n");
    await expect(site.sign(changed, agent)).rejects.toMatchObject({ code: "PROVISION_REFUSED" });
  });

  it("revokes every certificate of a name and no other", async () => {
    await site.sign(await requested("ap-0"), agent);
    await site.sign(await requested("ap-0"), { ...agent, renew: true });
    await site.sign(await requested("ap-1"), agent);
    expect(await site.revoke("ap-0")).toBe(2);
    const states = (await site.issued()).map(({ name, state }) => [name, state]);
    expect(states).toEqual([
      ["ap-0", "revoked"],
      ["ap-0", "revoked"],
      ["ap-1", "valid"],
    ]);
    expect(await site.revoke("ap-0")).toBe(0);
    await expect(site.revoke("nobody")).rejects.toThrow(/with a certificate/);
  });
});

describe("a device", () => {
  const device = () => join(folder, "device");

  it("keeps its key while a request is under way", async () => {
    await requested("ap-0");
    const key = read("device", "ap-0.request.key");
    await requested("ap-0");
    expect(read("device", "ap-0.request.key")).toBe(key);
  });

  it("renews with a new key, in one step", async () => {
    await installCertificate(device(), await site.sign(await requested("ap-0"), agent));
    const before = read("device", "ap-0.pem");
    const renewal = { ...agent, renew: true };
    const bundle = await site.sign(await requested("ap-0"), renewal);
    expect(read("device", "ap-0.pem")).toBe(before);
    await installCertificate(device(), bundle);
    const after = read("device", "ap-0.pem");
    expect(after.split("-----END PRIVATE KEY")[0]).not.toBe(
      before.split("-----END PRIVATE KEY")[0],
    );
  });

  it("does not install another's certificate, another site's, or garbage", async () => {
    await installCertificate(device(), await site.sign(await requested("ap-0"), agent));
    await requested("ap-0");
    const renewal = { ...agent, renew: true };
    const thief = await site.sign(await requested("ap-0", "thief"), renewal);
    await expect(installCertificate(device(), thief)).rejects.toThrow(/key of the request/);
    const foreign = await Site.create(join(folder, "foreign"), [], validity);
    const bundle = await foreign.sign(await requested("ap-0"), agent);
    await expect(installCertificate(device(), bundle)).rejects.toThrow(/another site/);
    await expect(installCertificate(device(), "x")).rejects.toThrow(/authority/);
    await expect(requestCertificate(device(), "a/b")).rejects.toThrow(/agent's name/);
  });
});
