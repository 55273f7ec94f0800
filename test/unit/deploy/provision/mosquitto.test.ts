import { describe, expect, it } from "vitest";
import { accessTable } from "../../../../core/access/access-table.ts";
import { mosquittoAcl, mosquittoConf } from "../../../../deploy/provision/mosquitto.ts";
import type { IssuedCertificate } from "../../../../deploy/provision/site.ts";

const certificate = (
  name: string,
  role: IssuedCertificate["role"],
  state: IssuedCertificate["state"] = "valid",
): IssuedCertificate => ({ name, role, state, serialNumber: name, notAfter: new Date(0) });

const sectionsOf = (acl: string) => acl.split(/\n(?=user )/);

describe("mosquitto's access rules", () => {
  it("cover every agent by patterns of the access table", () => {
    const acl = mosquittoAcl([certificate("ap-0", "agent")]);
    for (const { message, publishers } of accessTable) {
      const rule = `pattern write ${message.subscription.replace("+", "%u")}`;
      expect(acl.split("\n").includes(rule)).toBe(publishers.includes("agent"));
    }
    expect(acl).not.toContain("user ");
  });

  it("list who is no agent, without what the patterns would give", () => {
    const [, operator] = sectionsOf(mosquittoAcl([certificate("operator.anna", "operator")]));
    expect(operator).toContain("user operator.anna\n");
    expect(operator).toContain("topic deny slotwise/agents/operator.anna/state");
    expect(operator).toContain("topic read slotwise/#");
    expect(operator).not.toContain("write");
  });

  it("take everything from a name whose certificates are all revoked", () => {
    const register = [
      certificate("ap-1", "agent", "revoked"),
      certificate("ap-2", "agent", "revoked"),
      certificate("ap-2", "agent"),
    ];
    const [, ...sections] = sectionsOf(mosquittoAcl(register));
    expect(sections).toEqual(["user ap-1\ntopic deny #\n"]);
  });
});

describe("mosquitto's configuration", () => {
  const options = { directory: "/etc/x", host: "0.0.0.0", port: 8883 };

  it("lets nobody in without a certificate of the site that is not revoked", () => {
    const lines = mosquittoConf({ ...options, user: "mosquitto" }).split("\n");
    for (const line of [
      "user mosquitto",
      "listener 8883 0.0.0.0",
      "allow_anonymous false",
      "require_certificate true",
      "crlfile /etc/x/crl.pem",
      "use_identity_as_username true",
      "use_username_as_clientid true",
    ]) {
      expect(lines).toContain(line);
    }
  });

  it("leaves mosquitto with its starter where no user is named", () => {
    expect(mosquittoConf({ ...options, user: undefined })).not.toMatch(/^user/m);
  });
});
