import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemdNotify } from "../../../platform/systemd-notify.ts";

const unit = { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "9000000" };

function started(environment: object) {
  const sent: string[] = [];
  const notify = new SystemdNotify(environment, (state) => sent.push(state));
  let slots = 0;
  notify.ready(() => slots);
  return {
    notify,
    sent,
    advance: () => {
      slots++;
    },
  };
}

describe("what the service manager is told", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is ready at once, and alive three times a watchdog period while slots advance", () => {
    const { sent, advance } = started(unit);
    for (let i = 0; i < 3; i++) {
      advance();
      vi.advanceTimersByTime(3000);
    }
    expect(sent).toEqual(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
  });

  it("is nothing while slots stand still", () => {
    const { sent } = started(unit);
    vi.advanceTimersByTime(60_000);
    expect(sent).toEqual(["READY=1"]);
  });

  it("is no more than readiness and the end where no watchdog is asked for", () => {
    const { sent, advance, notify } = started({ NOTIFY_SOCKET: "@notify" });
    advance();
    vi.advanceTimersByTime(60_000);
    notify.stopping();
    expect(sent).toEqual(["READY=1", "STOPPING=1"]);
  });

  it("is nothing outside a service manager", () => {
    const { sent, advance, notify } = started({ WATCHDOG_USEC: "9000000" });
    advance();
    vi.advanceTimersByTime(60_000);
    notify.stopping();
    expect(sent).toEqual([]);
  });
});
