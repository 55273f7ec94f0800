import { createRequire } from "node:module";
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";

/** A NETLINK_ROUTE socket of the network namespace it was opened in (RFC 3549, rtnetlink(7)). */
export interface NetlinkSocket {
  /** @throws Error where the kernel does not take it */
  send(datagram: Uint8Array): void;
  /**
   * Waits for the next datagram.
   *
   * @returns bytes of it that were put into the buffer
   * @throws Error where none came in time, or some were lost
   */
  receive(buffer: Uint8Array): number;
  close(): void;
}

/** The C library's way to the kernel. */
export interface Netlink {
  /** 0 where there is no such interface. */
  interfaceIndex(name: string): number;
  /**
   * @param timeoutMs how long a `receive` blocks its thread at the most
   * @throws Error where the kernel gives no such socket
   */
  open(timeoutMs: number): NetlinkSocket;
}

type Call = (...args: readonly unknown[]) => number;

/** What is used of koffi, so that slotwise compiles where that is not installed. */
interface Koffi {
  load(library: null): { func(prototype: string): Call };
  errno(): number;
}

const afNetlink = 16;
const sockRaw = 3;
const sockCloexec = 0o2000000;
const netlinkRoute = 0;
const solSocket = 1;
const soRcvtimeo = 20;

/** struct timeval of 64-bit Linux. */
function timeval(durationMs: number): Uint8Array {
  const seconds = Math.floor(durationMs / 1e3);
  const fields = BigInt64Array.of(BigInt(seconds), BigInt(durationMs * 1e3 - seconds * 1e6));
  return new Uint8Array(fields.buffer);
}

/** Calls of libc that have failed: result below 0, reason in errno. */
class LibcNetlink implements Netlink {
  readonly interfaceIndex: (name: string) => number;
  private readonly koffi: Koffi;
  private readonly calls: Readonly<
    Record<"socket" | "setsockopt" | "send" | "recv" | "close", Call>
  >;

  constructor(koffi: Koffi) {
    const libc = koffi.load(null);
    this.koffi = koffi;
    this.interfaceIndex = libc.func("unsigned int if_nametoindex(const char *name)");
    this.calls = {
      socket: libc.func("int socket(int domain, int type, int protocol)"),
      setsockopt: libc.func(
        "int setsockopt(int fd, int level, int name, const void *value, uint32_t length)",
      ),
      send: libc.func("intptr_t send(int fd, const void *bytes, size_t length, int flags)"),
      recv: libc.func("intptr_t recv(int fd, void *bytes, size_t length, int flags)"),
      close: libc.func("int close(int fd)"),
    };
  }

  open(timeoutMs: number): NetlinkSocket {
    const { calls } = this;
    const fd = this.must("socket", afNetlink, sockRaw | sockCloexec, netlinkRoute);
    const patience = timeval(timeoutMs);
    this.must("setsockopt", fd, solSocket, soRcvtimeo, patience, patience.length);
    return {
      send: (datagram) => {
        this.must("send", fd, datagram, datagram.length, 0);
      },
      receive: (buffer) => {
        const length = this.uninterrupted("recv", fd, buffer, buffer.length, 0);
        if (length >= 0) return length;
        if (this.koffi.errno() !== constants.errno.EAGAIN) throw this.failure("recv");
        throw new Error(`the kernel has not answered within ${timeoutMs} ms`);
      },
      close: () => {
        calls.close(fd);
      },
    };
  }

  private must(name: "socket" | "setsockopt" | "send", ...args: readonly unknown[]): number {
    const result = this.uninterrupted(name, ...args);
    if (result < 0) throw this.failure(name);
    return result;
  }

  private uninterrupted(name: keyof typeof this.calls, ...args: readonly unknown[]): number {
    for (;;) {
      const result = this.calls[name](...args);
      if (result >= 0 || this.koffi.errno() !== constants.errno.EINTR) return result;
    }
  }

  private failure(name: string): Error {
    return new Error(`${name} of netlink: ${getSystemErrorName(-this.koffi.errno())}`);
  }
}

/** @throws Error where the optional package is not installed, or has no binary for this machine */
export function loadKoffi(): Koffi {
  return createRequire(import.meta.url)("koffi") as Koffi;
}

/** Undefined where koffi does not load. */
export function loadNetlink(): Netlink | undefined {
  try {
    return new LibcNetlink(loadKoffi());
  } catch {
    return undefined;
  }
}
