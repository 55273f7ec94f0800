import type { FigureRecord } from "../figure-file.ts";
import { readme } from "../readme.ts";

const introduction = `Figs. 3–6 of "Federated Slicing Resource Management in Edge Computing Networks based on GAN-assisted
Multi-Agent Reinforcement Learning" (Lin, Xia and Zhang, 2025), run again, and studies of our own
(7 to 11; those that were run are below). The learners learn from the system's reward in milliseconds, as the paper has it (A4, A7 of
docs/slicing-model.md); study 7 shows the other readings. Every figure also shows two policies that
learn nothing, equal sharing and sqrt-load, and the exact optimum of the same slots: the paper has none
of them.`;

const notes = `**Verdicts.** "Reproduced": the 95 % interval (Student, paired by seed) lies on the claimed side, and a claimed
size is met within 15 % or lies in the interval. "In part": the direction holds, with at least a tenth of the size.
"Not reproduced": neither. Where the exact optimum lies closer to a scheme than the claim, no method could reproduce it.

**Size.** The learner is the paper's (Table 1; GAN-DDQN's values where it is silent) but for three settings that
make 10 seeds of 1000 episodes an evening's work: an advantage per composition instead of one per joint action
(\`branching\`), layers of 64 instead of 256, one discriminator step a generator step. A learner updates every fourth slot:
25,000 updates in 1000 episodes.

**Fig. 5** meets the policies of Fig. 3, trained with 20 users, with other numbers of users. **Fig. 6 and the
studies** train for fewer episodes than Fig. 3, as their subtitles say. In this model access points do not disturb each other, so their
number changes only how many learners are averaged.

**Evaluation.** Greedy policies on the same drawn slots for all, each access point by its own learner; rewards are each
access point's own, in milliseconds.`;

/** results/slicing/README.md. */
export function slicingReadme(figures: readonly FigureRecord[], command: string): string {
  return readme(
    { title: "Slicing paper: claims and verdicts", introduction, command, notes },
    figures,
  );
}
