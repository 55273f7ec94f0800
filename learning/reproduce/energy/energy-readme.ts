import type { FigureRecord } from "../figure-file.ts";
import { readme } from "../readme.ts";

const introduction = `Figs. 4–10 of "Energy-efficient resource allocation by double deep Q-learning in mobile edge
networks" (Peng Yu et al., 2020), run again. The paper's parameter tables are not public; the values of
docs/energy-model.md stand in for them, so sizes may differ where directions should not.

Every energy figure also shows two bounds that the paper has not: the lower bound (each task at its own
optimum, shared limits dropped) and the tighter dual bound that respects the shared limits. No method can
be below either. "Dual repair" is no method of the paper: decisions at the dual bound's prices, made feasible; the
optimum lies between it and the dual bound.`;

const notes = `**Verdicts.** "Reproduced": the 95 % interval (Student, paired over the same draws) lies on the claimed side, and
a claimed size is met within 15 % or lies in the interval, unless the last column says otherwise. "In
part": the direction holds, with at least a tenth of the size, and the size does not, or one of two numbers does. "Not
reproduced": neither.

**Infeasible draws.** A run that ends with a constraint broken has no energy: it is left out of means and
counted (\`missing\` in the data, the right panel of Figs. 5 and 10). Comparisons use only draws in which both
are feasible; means from K = 70 on are over the easier draws. **K = 100 has no feasible decision in any draw:** with at
least 1 GHz a task a server of 25 GHz takes 25 tasks, with at least 0.5 W a task a gateway of 6 W takes 12, and of four
servers with eleven gateways one has at most two, so 99 tasks is the most. A point needs at least 5 feasible draws.

**Starts.** The paper does not say where DQL and DDQL begin. Here tasks are placed first so that every constraint holds
where such a placement is found, with power and frequency towards the middle of their ranges, and actions that would
push a limit over are withheld: that they end feasibly is the placement's doing, the energy saved from there
the policy's.

**Steps.** One step handles every task once, for all algorithms. GA's steps run until its slowest task meets
its deadline; those of the others until the energy stays within 1 % of its end.`;

/** results/energy/README.md. */
export function energyReadme(figures: readonly FigureRecord[], command: string): string {
  return readme(
    { title: "Energy paper: claims and verdicts", introduction, command, notes },
    figures,
  );
}
