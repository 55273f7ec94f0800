/** Ends this process when the one that started it is gone, were it before this program was loaded. */
export function endWithParent(): void {
  if (process.connected === false) process.exit();
  process.on("disconnect", () => process.exit());
}
