/**
 * All ways to split a budget into `parts` whole parts of at least one block, lexicographic.
 * 18 blocks over 3 slices: 136 rows.
 */
export function compositions(budget: number, parts: number): readonly (readonly number[])[] {
  if (parts === 1) return budget >= 1 ? [[budget]] : [];
  const rows: number[][] = [];
  for (let first = 1; first <= budget - parts + 1; first++) {
    for (const rest of compositions(budget - first, parts - 1)) rows.push([first, ...rest]);
  }
  return rows;
}
