import { describe, expect, it } from "vitest";
import { Participants } from "../../../../cloud/aggregator/participants.ts";
import type { AgentState } from "../../../../core/messages/agent-state.ts";

const state = (agent: string, incarnation: string, over: Partial<AgentState> = {}): AgentState => ({
  version: 1,
  online: true,
  agent,
  incarnation,
  system: "slicing",
  federated: true,
  startedAtMs: 0,
  policy: "p",
  ...over,
});

describe("the participants", () => {
  it("are the federated agents that are online", () => {
    const participants = new Participants(10);
    participants.reported(state("ap-0", "a"));
    participants.reported(state("ap-1", "a"));
    participants.reported(state("ap-2", "a", { federated: false }));
    participants.reported(state("ap-3", "a", { online: false }));
    expect(participants.expected()).toEqual(["ap-0", "ap-1"]);
    participants.reported(state("ap-1", "a", { online: false }));
    expect(participants.expected()).toEqual(["ap-0"]);
  });

  it("do not lose an agent to the last will of its previous life", () => {
    const participants = new Participants(10);
    participants.reported(state("ap-0", "second"));
    participants.reported(state("ap-0", "first", { online: false }));
    expect(participants.expected()).toEqual(["ap-0"]);
  });

  it("are no longer waited for after two missed rounds, until they answer again", () => {
    const participants = new Participants(10);
    participants.reported(state("ap-0", "a"));
    participants.reported(state("ap-1", "a"));
    participants.closed(["ap-0"]);
    expect(participants.expected()).toEqual(["ap-0", "ap-1"]);
    participants.closed(["ap-0"]);
    expect(participants.expected()).toEqual(["ap-0"]);
    participants.reported(state("ap-1", "a"));
    expect(participants.expected()).toEqual(["ap-0"]);
    participants.closed(["ap-0", "ap-1"]);
    expect(participants.expected()).toEqual(["ap-0", "ap-1"]);
  });

  it("are waited for again after a restart", () => {
    const participants = new Participants(10);
    participants.reported(state("ap-0", "a"));
    participants.closed([]);
    participants.closed([]);
    expect(participants.expected()).toEqual([]);
    participants.reported(state("ap-0", "b"));
    expect(participants.expected()).toEqual(["ap-0"]);
  });

  it("get one more chance each time they answer too late", () => {
    const participants = new Participants(10);
    participants.reported(state("ap-0", "a"));
    participants.closed([]);
    participants.closed([]);
    participants.answeredLate("ap-0", "a");
    expect(participants.expected()).toEqual(["ap-0"]);
    participants.closed([]);
    expect(participants.expected()).toEqual([]);
  });

  it("include who answers without having been announced, up to the capacity", () => {
    const participants = new Participants(2);
    participants.answered("ap-0", "a");
    participants.answered("ap-1", "a");
    participants.answered("ap-2", "a");
    expect(participants.expected()).toEqual(["ap-0", "ap-1"]);
  });
});
