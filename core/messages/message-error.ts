import { SlotwiseError } from "../errors.ts";

export function messageError(expected: string, received: string, cause?: unknown): SlotwiseError {
  return new SlotwiseError(
    "MESSAGE_INVALID",
    { expected, received, consequence: "the message was dropped" },
    { cause },
  );
}
