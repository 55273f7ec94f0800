import { closeSync, openSync } from "node:fs";
import { loadKoffi, loadNetlink, type Netlink } from "../../platform/netlink-socket.ts";

const cloneNewnet = 0x4000_0000;

/** Calls of netlink as from inside a named network namespace: a socket stays where it was opened. */
export function namespaceNetlink(namespace: string): Netlink | undefined {
  const netlink = loadNetlink();
  if (netlink === undefined) return undefined;
  const setns = loadKoffi().load(null).func("int setns(int fd, int type)");
  const enter = (path: string) => {
    const fd = openSync(path, "r");
    try {
      if (setns(fd, cloneNewnet) !== 0) throw new Error(`cannot enter ${path}`);
    } finally {
      closeSync(fd);
    }
  };
  const inside = <Result>(call: () => Result): Result => {
    const home = openSync("/proc/thread-self/ns/net", "r");
    enter(`/run/netns/${namespace}`);
    try {
      return call();
    } finally {
      enter(`/proc/self/fd/${home}`);
      closeSync(home);
    }
  };
  return {
    open: (timeoutMs) => inside(() => netlink.open(timeoutMs)),
    interfaceIndex: (name) => inside(() => netlink.interfaceIndex(name)),
  };
}
