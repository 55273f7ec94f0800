/** What a port answered in time, or why there is no answer. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "late" }
  | { readonly kind: "failed"; readonly reason: string };

const late = { kind: "late" } as const;

/**
 * The answer of a port, awaited no longer than `remainingMs`. A promise that settles afterwards is
 * left alone; a port that throws or rejects gives a reason.
 */
export async function before<T>(
  remainingMs: number,
  ask: () => T | Promise<T>,
): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const asked = ask();
    if (!(asked instanceof Promise)) return { kind: "value", value: asked };
    const timeout = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, remainingMs), late);
    });
    return await Promise.race([
      asked.then((value) => ({ kind: "value" as const, value })),
      timeout,
    ]);
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
