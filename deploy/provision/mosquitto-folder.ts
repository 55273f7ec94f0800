import { chown, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { mosquittoAcl, mosquittoConf } from "./mosquitto.ts";
import { provisionError } from "./provision-error.ts";
import type { Site } from "./site.ts";

interface Account {
  readonly uid: number;
  readonly gid: number;
}

async function accountOf(user: string): Promise<Account | undefined> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n");
  const fields = lines.map((line) => line.split(":")).find(([name]) => name === user);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

export interface MosquittoFolderOptions {
  readonly host: string;
  readonly port: number;
  /** Owner of the folder and of the mosquitto process; as who calls when left out. */
  readonly user: string | undefined;
}

/**
 * Everything mosquitto needs of a site in one folder: configuration, ACL file, the broker's key and
 * certificate, the authority's, the revocation list. Tells the configuration's path.
 *
 * @throws SlotwiseError PROVISION_REFUSED for a user that this machine does not have
 */
export async function writeMosquittoFolder(
  site: Site,
  folder: string,
  { host, port, user }: MosquittoFolderOptions,
): Promise<string> {
  const owner = user === undefined ? undefined : await accountOf(user);
  if (user !== undefined && owner === undefined) {
    throw provisionError("a user of this machine", `"${user}"`);
  }
  const directory = resolve(folder);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const copied = await Promise.all(
    ["ca.crt", "crl.pem", "broker.pem"].map(
      async (file) => [file, await readFile(join(site.directory, file), "utf8")] as const,
    ),
  );
  const files = [
    ...copied,
    ["access.acl", mosquittoAcl(await site.issued())] as const,
    ["mosquitto.conf", mosquittoConf({ directory, host, port, user })] as const,
  ];
  for (const [file, content] of files) {
    const path = join(directory, file);
    await writeFileAtomic(path, content, 0o600);
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  }
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid);
  return join(directory, "mosquitto.conf");
}
