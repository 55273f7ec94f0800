/**
 * Whether every topic that `inner` matches is matched by `outer` [MQTT-3.1.1 § 4.7]. A topic is a
 * filter without wildcards. A filter that begins with a wildcard has no topic that begins with `$`.
 */
export function filterCovers(outer: string, inner: string): boolean {
  const wide = outer.split("/");
  const narrow = inner.split("/");
  if (inner.startsWith("$") && (wide[0] === "#" || wide[0] === "+")) return false;
  for (const [level, allowed] of wide.entries()) {
    if (allowed === "#") return true;
    const asked = narrow[level];
    if (asked === undefined || asked === "#") return false;
    if (allowed !== "+" && allowed !== asked) return false;
  }
  return wide.length === narrow.length;
}
